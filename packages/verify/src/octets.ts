import { createHash } from 'node:crypto';
import { refuse } from './verify-error.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** SHA-256 (FIPS 180-4) over the parts laid end to end. */
export function digest(...parts: readonly (Uint8Array | string)[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** The text that UTF-8 bytes spell; other bytes are refused. */
export function textOf(bytes: Uint8Array, what: string): string {
  try {
    return decoder.decode(bytes);
  } catch {
    return refuse(`${what} is not UTF-8.`);
  }
}

/** Standard base64 with padding and without stray bits, so that one byte string has one spelling. */
export function base64Of(text: string, what: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) refuse(`${what} is not canonical base64.`);
  return bytes;
}

/** 32 bytes in base64. */
export function hashOf(text: string, what: string): Buffer {
  const bytes = base64Of(text, what);
  if (bytes.length !== 32) refuse(`${what} is not a hash of 32 bytes.`);
  return bytes;
}

/** Eight bytes, big-endian. */
export function eightBytes(value: number | bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
