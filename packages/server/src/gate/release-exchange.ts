import type { Dispatcher } from 'undici';
import type { ResponseHeaders } from './call-upstream.ts';
import { completeExchange } from './complete-exchange.ts';
import type { Exchange } from './exchange-state.ts';
import { forwardResponseHeaders } from './forward-headers.ts';
import type { GateContext } from './gate-context.ts';
import { createKeySearch } from './key-search.ts';
import { type Refusal, refuse } from './refusal.ts';
import { sendRefusal } from './send-refusal.ts';
import { encodingOf, isEventStream } from './usage/answer-kind.ts';
import { createStreamUsage } from './usage/stream-usage.ts';

// From the upstream's parser to the caller's socket, in plain calls: no streams, no promises per chunk.

export function passHead(
  context: GateContext,
  exchange: Exchange,
  status: number,
  headers: ResponseHeaders,
  controller: Dispatcher.DispatchController,
): void {
  exchange.head = { status, headers };
  exchange.controller = controller;
  const key = exchange.call?.key;
  if (key !== undefined) exchange.keySearch = createKeySearch(key);
  // Where there is no body, a pause holds nothing back, and an upstream that closes meanwhile would look broken.
  const withBody = hasBody(exchange.ask.req.method, status, headers);
  if (key !== undefined && withBody && status >= 400) exchange.heldError = { chunks: [], sizeBytes: 0 };
  else if (exchange.admission === 'durable') release(context, exchange);
  else if (withBody) controller.pause();
}

/** So much of an upstream's error is read before any of it is released; errors are most likely to show the key they refuse. */
const HELD_ERROR_BYTES_MAX = 65_536;

/** RFC 9112, section 6.3. */
function hasBody(method: string | undefined, status: number, headers: ResponseHeaders): boolean {
  return method !== 'HEAD' && status !== 204 && status !== 304 && headers['content-length'] !== '0';
}

/** Gives the upstream's head to the caller and lets the bytes flow, once there is a head. Only with a durable admission. */
export function release(context: GateContext, exchange: Exchange): void {
  const { head, controller, heldError } = exchange;
  if (head === undefined || controller === undefined || exchange.released || exchange.over) return;
  if (heldError !== undefined && heldError.sizeBytes <= HELD_ERROR_BYTES_MAX && !exchange.ended) return;
  const key = exchange.call?.key;
  const error = heldError === undefined ? undefined : Buffer.concat(heldError.chunks);
  if (error !== undefined && key !== undefined && error.includes(key.bytes))
    return keepKey(context, exchange);
  const { res, route } = exchange.ask;
  exchange.released = true;
  exchange.status = head.status;
  const { headers } = head;
  exchange.encoded = encodingOf(headers) !== undefined;
  if (isEventStream(headers) && !exchange.encoded) {
    exchange.sse = createStreamUsage(route.shape, exchange.response);
  }
  const own = ownHeaders(exchange);
  if (context.draining) own.push('connection', 'close');
  try {
    res.writeHead(head.status, [...forwardResponseHeaders(headers, key?.text), ...own]);
  } catch {
    // A header that HTTP does not allow; undici's parser is more lenient than what writes here.
    exchange.call?.abort();
    exchange.sse = undefined;
    return releaseFailure(context, exchange, unreadable());
  }
  if (error !== undefined && error.length > 0) passData(context, exchange, error);
  if (exchange.ended) return endAnswer(context, exchange);
  // A stream's head must not wait for its first token.
  if (headers['content-length'] === undefined) {
    setImmediate(() => {
      if (exchange.response.totalBytes === 0 && !res.destroyed && !res.writableEnded) res.flushHeaders();
    });
  }
  if (controller.paused && !res.writableNeedDrain) controller.resume();
}

function unreadable(): Refusal {
  return refuse(502, 'upstream_broken', 'The model API answered with headers that are not valid HTTP.');
}

/** Where the exchange lies on the ledger. */
function ownHeaders(exchange: Exchange): string[] {
  return [
    'x-portcullis-entry',
    String(exchange.index),
    'x-portcullis-leaf',
    exchange.leafHash,
    'x-portcullis-exchange',
    exchange.ask.id,
  ];
}

export function passData(context: GateContext, exchange: Exchange, chunk: Buffer): void {
  if (!exchange.released) return holdData(context, exchange, chunk);
  const bytes = exchange.keySearch === undefined ? chunk : exchange.keySearch.push(chunk);
  if (bytes === undefined) return keepKey(context, exchange);
  const { clock } = context.ports;
  exchange.firstByteMs ??= clock.monotonic() - exchange.startedMs;
  exchange.response.push(bytes);
  exchange.sse?.push(bytes);
  const { res } = exchange.ask;
  if (res.write(bytes)) return;
  exchange.controller?.pause();
  res.once('drain', () => {
    if (!exchange.over) exchange.controller?.resume();
  });
}

function holdData(context: GateContext, exchange: Exchange, chunk: Buffer): void {
  const { heldError } = exchange;
  if (heldError === undefined) throw new Error('bytes came from an upstream that was told to wait');
  heldError.chunks.push(chunk);
  heldError.sizeBytes += chunk.length;
  if (heldError.sizeBytes <= HELD_ERROR_BYTES_MAX) return;
  if (exchange.admission === 'durable') release(context, exchange);
  else exchange.controller?.pause();
}

/** The upstream answered with the operator's own key, which is for nobody else. */
function keepKey(context: GateContext, exchange: Exchange): void {
  const { call } = exchange;
  call?.abort();
  context.ports.log('error', 'upstream.key_shown', {
    exchange: exchange.ask.id,
    upstream: call?.upstream ?? null,
  });
  const message =
    'The model API answered with the gate’s own key, so this was not passed on. Tell the operator.';
  passFailure(context, exchange, refuse(502, 'upstream_credentials', message));
}

/** An answer without a body ends as soon as it begins, be it paused or not: its end, too, waits for the admission. */
export function passEnd(context: GateContext, exchange: Exchange): void {
  if (exchange.released) return endAnswer(context, exchange);
  exchange.ended = true;
  if (exchange.admission === 'durable') release(context, exchange);
}

function endAnswer(context: GateContext, exchange: Exchange): void {
  const rest = exchange.keySearch?.rest();
  if (rest !== undefined && rest.length > 0) {
    exchange.response.push(rest);
    exchange.sse?.push(rest);
    exchange.ask.res.write(rest);
  }
  exchange.ask.res.end();
  completeExchange(context, exchange, exchange.status >= 400 ? 'upstream_refused' : 'complete');
}

/** No answer, or the end of one in the middle. */
export function passFailure(context: GateContext, exchange: Exchange, failure: Refusal): void {
  exchange.failure = failure;
  if (exchange.released) {
    severCaller(exchange);
    completeExchange(context, exchange, 'upstream_error');
  } else if (exchange.admission === 'durable') releaseFailure(context, exchange, failure);
}

/** The gate's own error for an exchange that is on the ledger. */
export function releaseFailure(context: GateContext, exchange: Exchange, failure: Refusal): void {
  if (exchange.over) return;
  const { ask } = exchange;
  exchange.status = failure.status;
  exchange.released = true;
  sendRefusal(context, ask.req, ask.res, ask.route.shape, failure, ask.id, ownHeaders(exchange));
  completeExchange(context, exchange, 'upstream_error');
}

/**
 * Ends the connection so that the caller can not take a cut answer for a whole one. What came is still flushed. Without chunks
 * (HTTP/1.0) a closed connection would be a proper end, so there it is reset.
 */
export function severCaller(exchange: Exchange): void {
  const { req, res } = exchange.ask;
  const { socket } = req;
  if (socket.destroyed) return;
  const framed = res.hasHeader('content-length') || req.httpVersionMinor >= 1;
  if (!framed) socket.resetAndDestroy();
  else if (socket.writableLength === 0) socket.destroy();
  else socket.destroySoon();
}
