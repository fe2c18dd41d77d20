import { hash } from 'node:crypto';

/** SHA-256 (FIPS 180-4) by Node's OpenSSL; one shot, since most inputs here are a few hundred bytes. */
export function sha256(bytes: Uint8Array): Uint8Array {
  const digest = hash('sha256', bytes, 'buffer');
  // Not a Buffer: its `slice` shares memory and its equality differs from that of the browser's implementation.
  return new Uint8Array(digest.buffer, digest.byteOffset, digest.length);
}
