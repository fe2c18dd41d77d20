import type { Duplex } from 'node:stream';
import type { GateContext } from './gate-context.ts';
import { errorBodyForBoth, type Refusal, refuse } from './refusal.ts';

const LINGER_MS = 2_000;
const answered = new WeakSet<Duplex>();

/** Answers what the HTTP parser refused: no request was handed on, so the bytes are written by hand, and the connection closes. */
export function answerClientError(
  context: GateContext,
  error: Error & { code?: string },
  socket: Duplex & { _httpMessage?: { headersSent?: boolean } | null },
): void {
  // What still comes of a request that was refused is read and dropped until the caller has the answer.
  if (answered.has(socket)) return;
  // An answer already runs on this connection; bytes of another kind must not be mixed into it.
  if (!socket.writable || error.code === 'ECONNRESET' || socket._httpMessage?.headersSent === true) {
    socket.destroy();
    return;
  }
  answered.add(socket);
  const refusal = describe(context, error.code ?? '');
  context.metrics.refused(refusal);
  const body = errorBodyForBoth(refusal);
  socket.on('error', () => socket.destroy());
  socket.write(
    `HTTP/1.1 ${refusal.status} ${REASONS[refusal.status] ?? 'Bad Request'}\r\nconnection: close\r\n` +
      `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  // Let the caller finish sending, else the close would reset the connection before the answer is read. Who trickles is cut.
  if (refusal.status === 408) return void socket.end(() => socket.destroy());
  socket.end();
  socket.resume();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  413: 'Content Too Large',
  431: 'Request Header Fields Too Large',
};

function describe(context: GateContext, code: string): Refusal {
  const { gate } = context.ports.config;
  if (code === 'HPE_HEADER_OVERFLOW') {
    return refuse(
      431,
      'headers_too_large',
      `The headers are larger than the limit of ${gate.headerBytesMax} bytes.`,
    );
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return refuse(
      408,
      'request_timeout',
      `The headers did not come whole within ${gate.headersTimeoutMs} ms.`,
    );
  }
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') {
    return refuse(413, 'request_too_large', 'The extensions of a chunk are too large.');
  }
  return refuse(
    400,
    'malformed_http',
    'The request is not valid HTTP/1.1, or its length is told in two ways.',
  );
}
