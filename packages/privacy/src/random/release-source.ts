import { randomFillSync } from 'node:crypto';
import { PrivacyError } from '../privacy-error.ts';
import type { BitSource, ReleaseSource } from './bit-source.ts';

/** 4 KiB: what a dump of memory could tell of noise that is still to come, against the price of a call into the platform. */
const POOL_WORDS = 1024;
const WORD_BITS = 32;

const genuine = new WeakSet<object>();

/**
 * Bits of the platform's cryptographic generator, read from a pool. A word is wiped in the pool when it is taken and its bits are shifted
 * out as they are used, so that noise which was drawn can not be read from memory afterwards.
 */
export function createReleaseSource(): ReleaseSource {
  const pool = new Uint32Array(POOL_WORDS);
  let next = POOL_WORDS;
  let word = 0;
  let left = 0;
  const take = (): number => {
    if (next === POOL_WORDS) {
      randomFillSync(pool);
      next = 0;
    }
    const taken = pool[next] as number;
    pool[next++] = 0;
    return taken;
  };
  const bits = (count: number): number => {
    requireCount(count);
    if (count === WORD_BITS) return take();
    // A rest that is too short is dropped: bits are independent, so nothing is biased by it.
    if (left < count) {
      word = take();
      left = WORD_BITS;
    }
    const drawn = word & ((1 << count) - 1);
    word >>>= count;
    left -= count;
    return drawn;
  };
  const source = Object.freeze({ bits }) as ReleaseSource;
  genuine.add(source);
  return source;
}

/**
 * What every release calls on its source. Types are gone at run time, and a cast is easily written.
 * @throws PrivacyError `not_a_release_source`
 */
export function requireReleaseSource(source: BitSource): asserts source is ReleaseSource {
  if (genuine.has(source)) return;
  throw new PrivacyError(
    'not_a_release_source',
    'Noise for a release must come from createReleaseSource(). A seeded source can be repeated, and the noise with it.',
  );
}

function requireCount(count: number): void {
  if (Number.isInteger(count) && count >= 1 && count <= WORD_BITS) return;
  throw new PrivacyError('bad_parameter', 'Bits are drawn 1 to 32 at a time.');
}
