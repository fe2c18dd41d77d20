import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { parseAddCheckpoint, REQUEST_BYTES_MAX } from './add-checkpoint.ts';
import {
  type ClockBehind,
  type Cosigned,
  cosignCheckpoint,
  type Forgot,
  type WitnessParts,
} from './cosign-checkpoint.ts';
import { originOf, REFUSAL_STATUS, type Refusal } from './witness-state.ts';

// The HTTP side of c2sp.org/tlog-witness. Nobody authenticates: whoever has a checkpoint that a log signed may submit it.

/** How long a client may take, and how many there may be. */
export type WitnessLimits = {
  readonly headersTimeoutMs: number;
  /** For the whole request, its body too. */
  readonly requestTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly connectionsMax: number;
};

export const WITNESS_LIMITS: WitnessLimits = {
  headersTimeoutMs: 5_000,
  requestTimeoutMs: 10_000,
  idleTimeoutMs: 60_000,
  connectionsMax: 256,
};

/** What happened, for a log file or a metric. Nothing in it is secret. */
export type WitnessEvent =
  | { readonly event: 'cosigned'; readonly origin: string; readonly size: number }
  | { readonly event: 'refused'; readonly reason: Refusal['reason'] | 'clock-behind' | 'too-large' }
  | { readonly event: 'split-view'; readonly origin: string }
  | { readonly event: 'forgot'; readonly origin: string }
  | { readonly event: 'failed'; readonly error: unknown };

export type WitnessServerOptions = WitnessParts & {
  readonly name: string;
  readonly limits: WitnessLimits;
  readonly report: (event: WitnessEvent) => void;
};

type Verdict = Cosigned | Refusal | ClockBehind | Forgot;
type Answer = { readonly status: number; readonly type?: string; readonly body: string };
/** Header bytes; a submission needs a few hundred. */
const HEADER_BYTES_MAX = 8_192;

/** A server that is not listening yet. */
export function createWitnessServer(options: WitnessServerOptions): Server {
  const { limits } = options;
  const server = createServer(
    {
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.idleTimeoutMs,
      connectionsCheckingInterval: Math.min(1_000, limits.headersTimeoutMs),
    },
    (request, response) => {
      answerRequest(options, request).then(
        (answer) => send(response, answer),
        (error: unknown) => {
          // A client that went away in the middle of its body is no failure of this server.
          if (request.destroyed && !request.complete) return;
          options.report({ event: 'failed', error });
          send(response, {
            status: 500,
            body: 'The witness could not keep its state; nothing was cosigned.\n',
          });
        },
      );
    },
  );
  server.maxConnections = limits.connectionsMax;
  return server;
}

async function answerRequest(options: WitnessServerOptions, request: IncomingMessage): Promise<Answer> {
  const path = (request.url ?? '').split('?', 1)[0];
  if (path === '/' && (request.method === 'GET' || request.method === 'HEAD'))
    return { status: 200, body: describeWitness(options) };
  if (path === '/health' && (request.method === 'GET' || request.method === 'HEAD'))
    return { status: 200, type: 'application/json', body: `${JSON.stringify(describeHealth(options))}\n` };
  if (path !== '/add-checkpoint')
    return { status: 404, body: 'There is /, /health and /add-checkpoint here.\n' };
  if (request.method !== 'POST') return { status: 405, body: 'Send a POST.\n' };
  const body = await receiveBody(request);
  if (body === undefined) {
    options.report({ event: 'refused', reason: 'too-large' });
    return { status: 413, body: `A request has at most ${REQUEST_BYTES_MAX} bytes.\n` };
  }
  const parsed = parseAddCheckpoint(body);
  const verdict: Verdict =
    'malformed' in parsed
      ? { accepted: false, reason: 'malformed', message: parsed.malformed }
      : cosignCheckpoint(options, parsed);
  if (verdict.accepted || verdict.reason !== 'forgot') reportVerdict(options, verdict);
  else options.report({ event: 'forgot', origin: 'malformed' in parsed ? '' : originOf(parsed) });
  return answerOf(verdict);
}

function answerOf(verdict: Verdict): Answer {
  if (verdict.accepted) return { status: 200, body: verdict.lines };
  if (verdict.reason === 'clock-behind' || verdict.reason === 'forgot')
    return { status: 503, body: `${verdict.message}\n` };
  if (verdict.reason === 'other-size-known')
    return { status: 409, type: 'text/x.tlog.size', body: `${verdict.knownSize ?? 0}\n` };
  return { status: REFUSAL_STATUS[verdict.reason], body: `${verdict.message}\n` };
}

function reportVerdict(options: WitnessServerOptions, verdict: Exclude<Verdict, Forgot>): void {
  if (verdict.accepted) options.report({ event: 'cosigned', origin: verdict.origin, size: verdict.size });
  else if (verdict.reason === 'split-view')
    options.report({ event: 'split-view', origin: verdict.origin ?? '' });
  else options.report({ event: 'refused', reason: verdict.reason });
}

/** The name, a key a line, the logs that are followed. */
function describeWitness({ name, keys, logs }: WitnessServerOptions): string {
  const lines = [`witness ${name}`, ...keys.vkeys.map((vkey) => `vkey ${vkey}`)];
  return `${[...lines, ...[...logs.keys()].map((origin) => `log ${origin}`)].join('\n')}\n`;
}

/** For each log the size that was cosigned last. Everything in it is public. */
function describeHealth({ name, logs, store }: WitnessServerOptions): object {
  const followed = [...logs.keys()].map((origin) => {
    const known = store.read(origin);
    return {
      origin,
      size: known?.size ?? 0,
      time: known === undefined ? null : new Date(known.timeSeconds * 1000).toISOString(),
      splitViews: store.splitViews(origin).length,
      retired: store.isRetired(origin),
    };
  });
  return { status: 'ok', name, logs: followed };
}

/** @returns undefined where it is longer than is read; the rest is left unread, and the connection closed after the answer */
async function receiveBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > REQUEST_BYTES_MAX) return undefined;
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > REQUEST_BYTES_MAX) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, { status, type = 'text/plain; charset=utf-8', body }: Answer): void {
  if (response.destroyed) return;
  const headers: Record<string, string | number> = {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'x-content-type-options': 'nosniff',
  };
  if (!response.req.complete) headers['connection'] = 'close';
  response.writeHead(status, headers).end(body);
}
