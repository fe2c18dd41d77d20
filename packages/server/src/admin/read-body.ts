import type { IncomingMessage } from 'node:http';
import { ServerError } from '../server-error.ts';

/** Bytes of an admin call's body: room for some 25,000 account ids. */
export const ADMIN_BODY_BYTES_MAX = 2 * 1024 * 1024;

/** The JSON body of a call; an empty one is an empty object. @throws ServerError `bad-request` */
export async function readJsonBody(request: IncomingMessage): Promise<unknown> {
  const read = await readBytes(request, ADMIN_BODY_BYTES_MAX);
  if (read.length === 0) return {};
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
    throw new ServerError('bad-request', 'Send the body as JSON with Content-Type: application/json.');
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(read));
  } catch {
    throw new ServerError('bad-request', 'The body is not JSON in UTF-8.');
  }
}

/** Stops reading at the limit without closing the connection, so that the refusal can still be told. */
export function readBytes(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes <= bytesMax) return;
      request.pause().removeAllListeners('data');
      reject(new ServerError('bad-request', `The body is over ${bytesMax} bytes.`));
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', () => reject(new ServerError('bad-request', 'The call was broken off.')));
  });
}
