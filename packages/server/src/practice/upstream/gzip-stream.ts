import { constants, createGzip } from 'node:zlib';

/** One gzip member, flushed after each piece so that the peer can decode what came so far. */
export interface GzipStream {
  push(bytes: Buffer): Promise<Buffer>;
  end(): Promise<Buffer>;
}

export function createGzipStream(): GzipStream {
  const gzip = createGzip();
  const made: Buffer[] = [];
  gzip.on('data', (bytes: Buffer) => made.push(bytes));
  const taken = () => Buffer.concat(made.splice(0));
  return {
    push: (bytes) =>
      new Promise((resolve) => {
        gzip.write(bytes);
        gzip.flush(constants.Z_SYNC_FLUSH, () => resolve(taken()));
      }),
    end: () =>
      new Promise((resolve) => {
        gzip.once('end', () => resolve(taken()));
        gzip.end();
      }),
  };
}
