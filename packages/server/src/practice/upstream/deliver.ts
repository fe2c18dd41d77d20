import type { ServerResponse } from 'node:http';
import type { Answer, StreamEvent } from './answer.ts';
import type { Faults } from './faults.ts';
import { createGzipStream } from './gzip-stream.ts';
import {
  createHttpOutlet,
  createRawOutlet,
  drained,
  type Headers,
  needsRawOutlet,
  type Outlet,
} from './outlet.ts';
import { type ReadyAnswer, streamType } from './ready-answer.ts';
import type { Progress } from './seen.ts';
import { createEventWriter } from './sse.ts';
import { withoutUsage } from './without-usage.ts';
import { spoil, wholeBody } from './whole-body.ts';

export interface Delivery {
  readonly answer: Answer | ReadyAnswer;
  readonly faults: Faults;
  readonly headers: Headers;
  readonly res: ServerResponse;
  readonly progress: Progress;
}

/** Brings an answer to the peer with the faults asked for. Returns when it is written or the peer has left. */
export async function deliver(delivery: Delivery): Promise<void> {
  const { faults, res, progress } = delivery;
  if (faults.has('never-answer')) return;
  await pause(res, faults.get('delay-headers-ms'));
  // The request's socket: of pipelined requests only the first has a response with one.
  const { socket } = res.req;
  if (res.destroyed) return;
  if (faults.has('close-before-headers')) {
    progress.finished = true;
    socket.destroy();
    return;
  }
  if (faults.has('informational-103')) res.writeEarlyHints({ link: '</practice>; rel=preload' });
  const outlet = needsRawOutlet(faults)
    ? createRawOutlet(socket, faults, progress)
    : createHttpOutlet(res, progress);
  const { answer } = delivery;
  if (answer.kind === 'ready') await deliverReady(delivery, answer);
  else if (answer.kind === 'json') await deliverWhole(delivery, answer, outlet);
  else await deliverStream(delivery, answer, outlet);
}

/** The ordinary case. For a whole answer node:http puts head and text into one write, which halves the system calls. */
async function deliverReady({ headers, res, progress }: Delivery, answer: ReadyAnswer): Promise<void> {
  const whole = answer.contentType !== streamType;
  res.writeHead(answer.status, {
    ...headers,
    'content-type': answer.contentType,
    ...(whole ? { 'content-length': answer.lengthBytes } : { 'cache-control': 'no-cache' }),
  });
  progress.headSent = true;
  for (const { text, token } of answer.frames) {
    progress.bytesWritten += Buffer.byteLength(text);
    if (token) progress.tokensWritten++;
    if (whole) return void res.end(text, () => (progress.finished = true));
    if (!res.write(text)) await drained(res, progress);
    if (res.destroyed) return;
  }
  res.end(() => (progress.finished = true));
}

async function deliverWhole(
  { faults, headers, res, progress }: Delivery,
  answer: Answer & { kind: 'json' },
  outlet: Outlet,
): Promise<void> {
  const body = wholeBody(faults.has('no-usage') ? withoutUsage(answer.body) : answer.body, faults);
  const zipped = faults.has('gzip') || faults.has('gzip-bomb');
  const length = body.lengthBytes + (faults.get('lie-content-length') ?? 0);
  outlet.head(answer.status, {
    ...headers,
    'content-type': 'application/json',
    ...(zipped ? { 'content-encoding': 'gzip' } : {}),
    ...(faults.has('truncate-chunked') ? {} : { 'content-length': String(Math.max(length, 0)) }),
  });
  await pauseAfterHead(outlet, res, faults);
  for (const piece of body.pieces) {
    const wait = send(outlet, piece, faults);
    progress.tokensWritten++;
    if (wait !== undefined) await wait;
    if (res.destroyed) return;
  }
  outlet.end();
}

async function deliverStream(
  { faults, headers, res, progress }: Delivery,
  answer: Answer & { kind: 'stream' },
  outlet: Outlet,
): Promise<void> {
  const write = createEventWriter(faults);
  const zip = faults.has('gzip') || faults.has('gzip-bomb') ? createGzipStream() : undefined;
  const lie = faults.get('lie-content-length');
  const events = lie === undefined ? answer.events : [...answer.events];
  const length = Array.isArray(events)
    ? Buffer.byteLength(events.map(write).join('')) + (lie ?? 0)
    : undefined;
  outlet.head(200, {
    ...headers,
    'content-type': streamType,
    'cache-control': 'no-cache',
    ...(zip === undefined ? {} : { 'content-encoding': 'gzip' }),
    ...(length === undefined ? {} : { 'content-length': String(Math.max(length, 0)) }),
  });
  for (const event of withFaults(events, answer.errorAfter, faults)) {
    if (event.token) {
      if (progress.tokensWritten === 0) await pauseAfterHead(outlet, res, faults);
      else if (faults.has('delay-token-ms')) await pause(res, faults.get('delay-token-ms'));
    }
    if (res.destroyed) break;
    const bytes = spoil(Buffer.from(write(event)), faults);
    const wait = send(outlet, zip === undefined ? bytes : await zip.push(bytes), faults);
    if (event.token) progress.tokensWritten++;
    if (wait !== undefined) await wait;
  }
  if (zip !== undefined) await send(outlet, await zip.end(), faults);
  if (!res.destroyed) outlet.end();
}

function* withFaults(
  events: Iterable<StreamEvent>,
  errorAfter: (sent: number) => StreamEvent,
  faults: Faults,
): Generator<StreamEvent> {
  const tokensBeforeError = faults.get('error-mid-stream');
  let sent = 0;
  let tokens = 0;
  for (const event of events) {
    if (tokens === tokensBeforeError && event.token) {
      yield errorAfter(sent);
      return;
    }
    if (event.token) tokens++;
    if (!faults.has('no-usage') || event.data === '[DONE]') yield event;
    else if (!isUsageChunk(event)) yield { ...event, data: withoutUsage(event.data) };
    sent++;
  }
}

/** The chunk that `stream_options.include_usage` adds: usage and no choice. */
function isUsageChunk({ data }: StreamEvent): boolean {
  return data !== '[DONE]' && Array.isArray(data['choices']) && data['choices'].length === 0;
}

function send(outlet: Outlet, bytes: Buffer, faults: Faults): Promise<void> | undefined {
  const splitBytes = faults.get('split-bytes');
  return splitBytes === undefined ? outlet.write(bytes) : sendSplit(outlet, bytes, splitBytes);
}

async function sendSplit(outlet: Outlet, bytes: Buffer, splitBytes: number): Promise<void> {
  for (let at = 0; at < bytes.length; at += splitBytes) {
    await outlet.write(bytes.subarray(at, at + splitBytes));
    // A turn of the event loop between two writes makes each a packet of its own.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function pauseAfterHead(outlet: Outlet, res: ServerResponse, faults: Faults): Promise<void> {
  const ms = faults.get('delay-first-token-ms');
  if (ms === undefined) return;
  outlet.flush();
  await pause(res, ms);
}

/** Waits `ms`, or until the peer leaves. */
function pause(res: ServerResponse, ms: number | undefined): Promise<void> | undefined {
  if (ms === undefined || res.destroyed) return undefined;
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      res.off('close', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    res.on('close', done);
  });
}
