import { randomFillSync } from 'node:crypto';
import { PrivacyError } from '../privacy-error.ts';
import type { BitSource, ReleaseSource } from './bit-source.ts';
import { splitWords } from './split-words.ts';

/** 4 KiB: what a dump of memory could tell of noise that is still to come, against the price of a call into the platform. */
const POOL_WORDS = 1024;

const genuine = new WeakSet<object>();

/**
 * Bits of the platform's cryptographic generator, read from a pool. A word is wiped in the pool when it is taken, so that noise which
 * was drawn can not be read from memory afterwards.
 */
export function createReleaseSource(): ReleaseSource {
  const pool = new Uint32Array(POOL_WORDS);
  let next = POOL_WORDS;
  const source = splitWords(() => {
    if (next === POOL_WORDS) {
      randomFillSync(pool);
      next = 0;
    }
    const taken = pool[next] as number;
    pool[next++] = 0;
    return taken;
  });
  genuine.add(source);
  return source as ReleaseSource;
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
