import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';

export interface RawAnswer {
  /** Every byte that came, from the status line on. */
  readonly bytes: Buffer;
  /** The `data` events, one a read of the socket. */
  readonly reads: readonly Buffer[];
  /** How it ended: the peer's FIN, a reset, or this side's patience. */
  readonly end: 'fin' | 'reset' | 'patience';
  readonly firstByteMs: number;
}

/** Long, as a busy machine is silent for a while: only who expects silence gives less. */
const PATIENCE_MS = 20_000;

/** Sends one request over a socket of its own and gives back exactly what came, until close or `patienceMs` of silence. */
export function rawExchange(
  port: number,
  request: string | Buffer,
  patienceMs = PATIENCE_MS,
): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const reads: Buffer[] = [];
    const begun = performance.now();
    let firstByteMs = Number.POSITIVE_INFINITY;
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(request));
    const finish = (end: RawAnswer['end']) => {
      resolve({ bytes: Buffer.concat(reads), reads, end, firstByteMs });
      socket.destroy();
    };
    socket.on('data', (bytes: Buffer) => {
      firstByteMs = Math.min(firstByteMs, performance.now() - begun);
      reads.push(bytes);
    });
    socket.on('end', () => finish('fin'));
    socket.on('error', () => finish('reset'));
    socket.setTimeout(patienceMs, () => finish('patience'));
  });
}

export interface RequestShape {
  readonly path?: string;
  readonly fault?: string;
  readonly stream?: boolean;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The bytes of a request that a practice upstream answers. */
export function rawRequest(shape: RequestShape = {}): Buffer {
  const question = {
    model: 'practice-small',
    messages: [{ role: 'user', content: 'Hello.' }],
    max_tokens: 200,
  };
  const body = Buffer.from(shape.body ?? JSON.stringify({ ...question, stream: shape.stream ?? false }));
  const headers = {
    host: 'practice',
    connection: 'close',
    authorization: 'Bearer practice-key',
    'content-length': String(body.length),
    ...(shape.fault === undefined ? {} : { 'x-practice-fault': shape.fault }),
    ...shape.headers,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `POST ${shape.path ?? '/v1/chat/completions'} HTTP/1.1\r\n${lines.join('')}\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

/** Status line and headers, and the body as it came (chunk framing kept). */
export function splitHead(bytes: Buffer): { head: string; body: Buffer } {
  const at = bytes.indexOf('\r\n\r\n');
  return { head: bytes.subarray(0, at).toString('latin1').toLowerCase(), body: bytes.subarray(at + 4) };
}

/** Undoes chunked framing; `whole` is false when the bytes stop before the last chunk's end. */
export function unchunk(body: Buffer): { data: Buffer; whole: boolean } {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = body.indexOf('\r\n', at);
    if (lineEnd < 0) return { data: Buffer.concat(parts), whole: false };
    const size = Number.parseInt(body.subarray(at, lineEnd).toString('latin1'), 16);
    if (size === 0) return { data: Buffer.concat(parts), whole: true };
    parts.push(body.subarray(lineEnd + 2, lineEnd + 2 + size));
    if (lineEnd + 2 + size + 2 > body.length) return { data: Buffer.concat(parts), whole: false };
    at = lineEnd + 2 + size + 2;
  }
}
