import type { IncomingMessage } from 'node:http';
import { isObject, type JsonObject } from './json.ts';
import { PracticeRefusal } from './refusal.ts';

/** Beyond the limit this much more is read and dropped, so that the peer gets to read its 413. */
const droppedBytesMax = 64 * 1024 * 1024;

/** The request's body, or 413. Rejects with the socket's error when the peer leaves before its end. */
export function readBody(req: IncomingMessage, sizeBytesMax: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let sizeBytes = 0;
    const tooLarge = () => {
      const message = `The request body is over this upstream's limit of ${sizeBytesMax} bytes.`;
      reject(new PracticeRefusal(413, 'request_too_large', message));
    };
    req.on('data', (part: Buffer) => {
      sizeBytes += part.length;
      if (sizeBytes <= sizeBytesMax) parts.push(part);
      else parts.length = 0;
      if (sizeBytes > sizeBytesMax + droppedBytesMax) tooLarge();
    });
    req.on('end', () => (sizeBytes > sizeBytesMax ? tooLarge() : resolve(Buffer.concat(parts))));
    req.on('error', reject);
  });
}

/** The body as a JSON object, or a 400 that says which of the three it is not: UTF-8, JSON, an object. */
export function parseBody(bytes: Buffer, contentEncoding: string | undefined): JsonObject {
  if (contentEncoding !== undefined && contentEncoding !== 'identity') {
    throw new PracticeRefusal(415, 'unsupported_encoding', 'Send the body without content-encoding.');
  }
  const body = parseJson(decode(bytes));
  if (!isObject(body)) throw new PracticeRefusal(400, 'invalid_json', 'The body must be a JSON object.');
  return body;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new PracticeRefusal(400, 'invalid_json', 'The body is not UTF-8.');
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PracticeRefusal(400, 'invalid_json', 'We could not parse the JSON body of your request.');
  }
}
