import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import type { HuntFile } from './hunt-files.ts';

/** A file that could not be read to its end; what came before it counts. The message says why, in words. */
export class CutShort extends Error {
  override readonly name = 'CutShort';
}

const PLAIN_CHUNK_BYTES = 65_536;
/** Small, as one chunk can unpack to a thousand times its size and is unpacked in one go. */
const PACKED_CHUNK_BYTES = 16_384;
/** At most so many bytes before a damaged place are lost with it. */
const UNPACKED_CHUNK_BYTES = 16_384;
const GZIP_MAGIC = [0x1f, 0x8b];

/**
 * The bytes of a file, unpacked where its leading bytes are gzip's, whatever its name. Reads no faster than it is asked to.
 * @param onRead told the bytes as they lie in the file
 * @throws CutShort
 */
export async function* readBytes(file: HuntFile, onRead: (bytes: number) => void): AsyncGenerator<Buffer> {
  const input =
    file.path === undefined
      ? process.stdin
      : createReadStream(file.path, { highWaterMark: PLAIN_CHUNK_BYTES });
  const chunks = countChunks(input as AsyncIterable<Buffer>, onRead);
  try {
    const head = await readHead(chunks);
    if (GZIP_MAGIC.every((byte, at) => head[at] === byte)) yield* unpack(head, chunks);
    else {
      if (head.length > 0) yield head;
      yield* chunks;
    }
  } finally {
    input.destroy();
  }
}

async function* countChunks(
  input: AsyncIterable<Buffer>,
  onRead: (bytes: number) => void,
): AsyncGenerator<Buffer, undefined> {
  try {
    for await (const chunk of input) {
      onRead(chunk.length);
      yield chunk;
    }
  } catch (error) {
    throw new CutShort(
      `it could not be read on (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`,
    );
  }
  return undefined;
}

/** At least as many bytes as the magic has, where there are as many; a pipe may bring them one by one. */
async function readHead(chunks: AsyncGenerator<Buffer, undefined>): Promise<Buffer> {
  let head = Buffer.alloc(0);
  while (head.length < GZIP_MAGIC.length) {
    const { value } = await chunks.next();
    if (value === undefined) break;
    head = Buffer.concat([head, value]);
  }
  return head;
}

async function* unpack(head: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: UNPACKED_CHUNK_BYTES });
  const out: Buffer[] = [];
  gunzip.on('data', (chunk: Buffer) => void out.push(chunk));
  const over = new Promise<NodeJS.ErrnoException | undefined>((done) => {
    gunzip.on('error', done).on('end', () => done(undefined));
  });
  let given = 0;
  let ended = false;
  try {
    for await (const chunk of slices(head, rest)) {
      if (ended) {
        refuseMore(chunk);
        continue;
      }
      given += chunk.length;
      // Bytes after the end of the packed data end it without calling back.
      const written = new Promise<'more'>((done) => gunzip.write(chunk, () => done('more')));
      const state = await Promise.race([over, written]);
      yield* out.splice(0);
      if (state === 'more') continue;
      if (state !== undefined) throw new CutShort(sayGzip(state));
      ended = true;
      refuseMore(chunk.subarray(chunk.length - (given - gunzip.bytesWritten)));
    }
    // Only now: with the last chunk, its end would throw away what that chunk unpacked to before a cut.
    gunzip.end();
    const error = await over;
    yield* out.splice(0);
    if (error !== undefined) throw new CutShort(sayGzip(error));
  } finally {
    gunzip.destroy();
  }
}

async function* slices(head: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield* cut(head);
  for await (const chunk of rest) yield* cut(chunk);
}

function* cut(chunk: Buffer): Generator<Buffer> {
  for (let at = 0; at < chunk.length; at += PACKED_CHUNK_BYTES)
    yield chunk.subarray(at, at + PACKED_CHUNK_BYTES);
}

/** After the packed data zeros may follow, as some media are filled up with them. */
function refuseMore(bytes: Buffer): void {
  if (bytes.some((byte) => byte !== 0)) throw new CutShort('something else follows its gzip data');
}

function sayGzip(error: NodeJS.ErrnoException): string {
  if (error.code === 'Z_BUF_ERROR') return 'its gzip data ends too early';
  return 'its gzip data is damaged, or something else follows it';
}
