import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';

/** So much is decoded in some tens of milliseconds. It happens only where an upstream compresses although it was asked not to. */
const DECODED_BYTES_MAX = 8 * 1024 * 1024;

const DECODERS: Readonly<Record<string, (bytes: Buffer, options: { maxOutputLength: number }) => Buffer>> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
  zstd: zstdDecompressSync,
};

/** A whole compressed answer as it was meant; undefined where it is too large, broken or encoded in another way. */
export function decodeAnswer(encoding: string, bytes: Buffer): Buffer | undefined {
  const decode = Object.hasOwn(DECODERS, encoding) ? DECODERS[encoding] : undefined;
  try {
    return decode?.(bytes, { maxOutputLength: DECODED_BYTES_MAX });
  } catch {
    return undefined;
  }
}
