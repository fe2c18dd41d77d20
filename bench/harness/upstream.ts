// A model API that answers at once, in a process of its own: started with a port. It reads of a request only what it needs (where it
// ends, whether to stream), so that no proxy waits for it. Its CPU counts for nobody.
import { createServer, type Socket } from 'node:net';
import { plainAnswer, streamAnswer } from './exchange.ts';

const PLAIN = plainAnswer();
const STREAM = streamAnswer();
const HEAD_END = Buffer.from('\r\n\r\n');
const LAST_CHUNK = Buffer.from('0\r\n\r\n');

type Request = { readonly body: string; readonly rest: Buffer };

/** The first request that is whole; undefined where more has to come. */
function takeRequest(bytes: Buffer): Request | undefined {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) return undefined;
  const start = headEnd + HEAD_END.length;
  const head = bytes.toString('latin1', 0, headEnd).toLowerCase();
  let end = start + Number(/\ncontent-length: *(\d+)/.exec(head)?.[1] ?? 0);
  if (head.includes('transfer-encoding: chunked')) {
    const last = bytes.indexOf(LAST_CHUNK, start);
    end = last < 0 ? Number.POSITIVE_INFINITY : last + LAST_CHUNK.length;
  }
  if (bytes.length < end) return undefined;
  return { body: bytes.toString('latin1', start, end), rest: bytes.subarray(end) };
}

/** One piece a turn of the loop, so that the pieces of many streams mix as they would from a model. */
function sendStream(socket: Socket): void {
  let sent = 0;
  const next = (): void => {
    const piece = STREAM[sent++];
    if (piece === undefined || socket.destroyed) return;
    socket.write(piece);
    setImmediate(next);
  };
  next();
}

function answer(socket: Socket, { body }: Request): void {
  const waitMs = Number(/wait-(\d+)/.exec(body)?.[1] ?? 0);
  const send = (): void => {
    if (/"stream": ?true/.test(body)) sendStream(socket);
    else socket.write(PLAIN);
  };
  if (waitMs > 0) setTimeout(send, waitMs);
  else send();
}

createServer((socket) => {
  let received: Buffer = Buffer.alloc(0);
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes) => {
    received = received.length === 0 ? bytes : Buffer.concat([received, bytes]);
    for (let request = takeRequest(received); request !== undefined; request = takeRequest(received)) {
      received = request.rest;
      answer(socket, request);
    }
  });
}).listen(Number(process.argv[2]), '127.0.0.1');
