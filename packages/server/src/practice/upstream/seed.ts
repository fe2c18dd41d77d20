import { createHash } from 'node:crypto';

/** SHA-256 over the canonical order of what was asked; everything in an answer follows from it. */
export function seedOf(...parts: readonly unknown[]): Buffer {
  return createHash('sha256').update(JSON.stringify(parts)).digest();
}

/** A seed for one part of an answer (a choice, a tool call), independent of the others. */
export function subSeed(seed: Buffer, ...parts: readonly (string | number)[]): Buffer {
  return createHash('sha256').update(seed).update(parts.join('\0')).digest();
}

/** A stream of numbers in [0, 1): mulberry32 (Tommy Ettinger, public domain). Not for secrets. */
export function numbersFrom(seed: Buffer): () => number {
  let state = seed.readUInt32LE(0);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** An identifier such as `chatcmpl-practice…`, fixed by the seed. */
export function idFrom(prefix: string, seed: Buffer): string {
  return `${prefix}practice${seed.toString('hex', 8, 20)}`;
}
