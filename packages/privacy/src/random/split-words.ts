import { PrivacyError } from '../privacy-error.ts';
import type { BitSource } from './bit-source.ts';

const WORD_BITS = 32;

/**
 * Bits from words of 32. Bits are shifted out as they are used.
 * @throws PrivacyError `bad_parameter` from `bits` where its count is no whole number in 1 … 32
 */
export function splitWords(take: () => number): BitSource {
  let word = 0;
  let left = 0;
  const bits = (count: number): number => {
    if (!(count >= 1 && count <= WORD_BITS && Number.isInteger(count))) {
      throw new PrivacyError('bad_parameter', 'Bits are drawn 1 to 32 at a time.');
    }
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
  return Object.freeze({ bits });
}
