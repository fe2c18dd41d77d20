import { hash } from 'node:crypto';

const HASH_BYTES = 32;

/**
 * SHA-256 (FIPS 180-4) by Node's OpenSSL; one shot, since most inputs here are a few hundred bytes. The digest comes as text because a
 * buffer from outside the heap costs more than the hash itself, now and when it is collected; an array this small lies in the heap.
 */
export function sha256(bytes: Uint8Array): Uint8Array {
  const text = hash('sha256', bytes, 'binary');
  const digest = new Uint8Array(HASH_BYTES);
  for (let i = 0; i < HASH_BYTES; i++) digest[i] = text.charCodeAt(i);
  return digest;
}
