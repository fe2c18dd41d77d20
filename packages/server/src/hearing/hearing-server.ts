import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerError } from '../admin/error-answer.ts';
import type { Cases } from '../cases/cases.ts';
import type { Log, ReceiptSource } from '../gate/gate-ports.ts';
import type { LinkRow } from '../projections/hearings-projection.ts';
import type { Clock } from '../seams/clock.ts';
import { ServerError } from '../server-error.ts';
import { type CallLimit, createCallLimit } from './call-limit.ts';
import { answerHearing, HEARING_PREFIX, type HearingAnswer } from './hearing-routes.ts';

export type HearingServerConfig = {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly hearing: Cases['hearing'];
  readonly receipts: ReceiptSource;
  /** The ledger's verifier keys, for receipts that are verified in the browser. */
  readonly vkeys: () => readonly string[];
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  /** Answers what is no call of the API, such as the files of the page. @returns whether it did */
  readonly serveFile?: (request: IncomingMessage, response: ServerResponse) => boolean;
};
export type HearingServer = {
  /** @throws ServerError `port-in-use` */
  listen(): Promise<{ readonly port: number }>;
  close(): Promise<void>;
};

/** Calls a minute by one link, and from one address without any; a stranger who guesses gets no further than this. */
const CALLS_MAX = 120;
const MINUTE_MS = 60_000;

/** What is read at once, in memory until it is sealed; one by each link. */
const SENT_AT_ONCE = 16;

/**
 * Where the holders of accounts are heard: a listener of its own, without any call of operators. Who calls has nothing but the token of a link.
 */
export function createHearingServer(config: HearingServerConfig): HearingServer {
  const limit = createCallLimit(CALLS_MAX, MINUTE_MS);
  const sending = new Set<string>();
  const server = createServer(
    { maxHeaderSize: 8 * 1024, headersTimeout: 10_000, requestTimeout: 60_000, keepAliveTimeout: 5_000 },
    (request, response) => {
      if (!(request.url ?? '').startsWith(HEARING_PREFIX) && config.serveFile?.(request, response) === true)
        return;
      answerCall(config, { limit, sending }, request).then(
        (answer) => send(request, response, answer),
        (error: unknown) => send(request, response, failed(config, error)),
      );
    },
  );
  server.maxConnections = 128;
  return {
    listen: () =>
      new Promise((resolve, reject) => {
        server.once('error', (error: NodeJS.ErrnoException) => {
          const message = `The port ${config.port} is in use. Choose another: hearing.port.`;
          reject(error.code === 'EADDRINUSE' ? new ServerError('port-in-use', message) : error);
        });
        server.listen(config.port, config.host, () =>
          resolve({ port: (server.address() as AddressInfo).port }),
        );
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** `sending`: links by which something is being sent now. */
type Limits = { readonly limit: CallLimit; readonly sending: Set<string> };

async function answerCall(
  config: HearingServerConfig,
  { limit, sending }: Limits,
  request: IncomingMessage,
): Promise<HearingAnswer> {
  const nowMs = config.clock.now();
  const link = openOrCount(config, request, () =>
    limit.take(`address ${request.socket.remoteAddress ?? ''}`, nowMs),
  );
  requireRoom(limit.take(`link ${link.link}`, nowMs));
  if (request.method !== 'POST') return answerHearing(config, link, request);
  if (sending.has(link.link) || sending.size >= SENT_AT_ONCE)
    throw new ServerError('ledger-overloaded', 'Something is being sent already. Wait until that has come.');
  sending.add(link.link);
  return answerHearing(config, link, request).finally(() => sending.delete(link.link));
}

/** Only who has no link is counted by address: holders behind one proxy have one address, and a stranger must not use up their calls. */
function openOrCount(config: HearingServerConfig, request: IncomingMessage, count: () => boolean): LinkRow {
  try {
    return openCaller(config, request);
  } catch (error) {
    requireRoom(count());
    throw error;
  }
}

function openCaller(config: HearingServerConfig, request: IncomingMessage): LinkRow {
  const token = /^Bearer ([\x21-\x7e]{1,200})$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined)
    throw new ServerError(
      'unauthenticated',
      'Open the link from the message that you got; this page needs it.',
    );
  return config.hearing.open(token);
}

function requireRoom(isLetThrough: boolean): void {
  if (!isLetThrough)
    throw new ServerError('ledger-overloaded', 'Too many calls. Wait a minute and try again.');
}

function failed({ log }: HearingServerConfig, error: unknown): HearingAnswer {
  const { status, error: told } = answerError(error);
  if (status >= 500 && status !== 503)
    log('error', 'hearing call failed', { kind: error instanceof Error ? error.name : typeof error });
  // What helps an operator is nothing to the holder of an account.
  return { status, json: { error: { code: told.code, message: told.message } } };
}

function send(request: IncomingMessage, response: ServerResponse, { status, json }: HearingAnswer): void {
  if (response.destroyed) return;
  const bytes = Buffer.from(typeof json === 'string' ? json : JSON.stringify(json));
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': bytes.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    ...(request.complete ? {} : { connection: 'close' }),
  });
  response.end(bytes);
}
