import { randomBytes } from 'node:crypto';

/** Where randomness comes from: an argument everywhere. @returns `count` unpredictable bytes */
export type Random = (count: number) => Uint8Array;

export const systemRandom: Random = (count) => randomBytes(count);

/** Text of lower-case hexadecimal digits, two a byte. */
export function randomId(random: Random, prefix: string, bytes = 8): string {
  return `${prefix}-${Buffer.from(random(bytes)).toString('hex')}`;
}

/** A secret that is shown once: a prefix that scanners know, and 32 random bytes in base64url. */
export function randomSecret(random: Random, prefix: string): string {
  return prefix + Buffer.from(random(32)).toString('base64url');
}
