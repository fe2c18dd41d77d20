import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GateContext } from './gate-context.ts';
import { errorBody, type Refusal } from './refusal.ts';
import type { ApiShape } from './routes.ts';

/** How long a caller may go on sending a body that was refused, so that it gets to read why. */
const LINGER_MS = 2_000;
/** A rest of a body up to this size is simply read, and the connection kept. */
const REST_BYTES_MAX = 65_536;

/** Answers with an error in the shape of the API. What is left of the request's body is read and dropped, within bounds. */
export function sendRefusal(
  context: GateContext,
  req: IncomingMessage,
  res: ServerResponse,
  shape: ApiShape,
  refusal: Refusal,
  requestId: string,
  more: readonly string[] = [],
): void {
  if (res.headersSent || res.destroyed) return;
  const body = errorBody(shape, refusal, requestId);
  const headers = [
    'content-type',
    'application/json',
    'content-length',
    String(Buffer.byteLength(body)),
    shape === 'anthropic' ? 'request-id' : 'x-request-id',
    requestId,
    ...Object.entries(refusal.headers ?? {}).flat(),
    ...more,
  ];
  context.metrics.refused(refusal);
  if (req.complete || (hasSmallRest(req) && refusal.status !== 408)) {
    if (context.draining) headers.push('connection', 'close');
    res.writeHead(refusal.status, headers);
    res.end(body);
    if (!req.complete) dropBody(req);
    return;
  }
  headers.push('connection', 'close');
  res.writeHead(refusal.status, headers);
  // Who stopped sending, or waits for 100 Continue (RFC 9110, section 10.1.1), has nothing on its way that a close could break.
  if (refusal.status === 408 || req.headers.expect !== undefined) res.end(body);
  else lingerAndClose(req, res, body);
}

function hasSmallRest(req: IncomingMessage): boolean {
  if (req.headers['transfer-encoding'] !== undefined) return false;
  return Number(req.headers['content-length'] ?? 0) <= REST_BYTES_MAX && req.headers.expect === undefined;
}

/** Reads and drops a body that nobody asked for, so that the connection can be used again; not for long. */
export function dropBody(req: IncomingMessage): void {
  const { headers } = req;
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) return;
  const timer = setTimeout(() => req.socket.destroy(), LINGER_MS);
  timer.unref();
  req.once('end', () => clearTimeout(timer));
  req.once('close', () => clearTimeout(timer));
  req.resume();
}

/**
 * The whole answer is written, but the connection stays open until the caller has stopped sending: closing while bytes arrive
 * would reset it, and the caller would see a broken pipe in place of the error.
 */
function lingerAndClose(req: IncomingMessage, res: ServerResponse, body: string): void {
  res.write(body);
  const close = (): void => {
    clearTimeout(timer);
    if (!res.writableEnded) res.end();
    req.socket.destroySoon();
  };
  const timer = setTimeout(close, LINGER_MS);
  timer.unref();
  req.once('end', close);
  req.once('close', close);
  req.removeAllListeners('data');
  req.resume();
}
