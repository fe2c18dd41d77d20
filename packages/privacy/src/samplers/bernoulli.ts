import { PrivacyError } from '../privacy-error.ts';
import type { BitSource } from '../random/bit-source.ts';
import type { Rational } from '../units/rational.ts';

// A coin of chance p compares random bits with the binary digits of p: the first that differs decides, after two bits on average, and
// none is drawn once the rest of p is zero. Three ways to the same answer from the same bits; test/fast-paths.test.ts holds them equal.

/** Largest denominator whose doubling, and sum with a numerator, is still a safe integer. */
export const SAFE_DENOMINATOR_MAX = 2 ** 52;

/**
 * True with probability p, exactly.
 * @throws PrivacyError `out_of_range` where p is not in 0 … 1
 */
export function bernoulli({ numerator, denominator }: Rational, source: BitSource): boolean {
  if (numerator < 0n || numerator > denominator) {
    throw new PrivacyError('out_of_range', 'A probability must be between 0 and 1.');
  }
  return denominator <= SAFE_DENOMINATOR_MAX
    ? bernoulliSafe(Number(numerator), Number(denominator), source)
    : bernoulliWide(numerator, denominator, source);
}

/** Chance n/d on safe integers: 0 ≤ n ≤ d ≤ 2⁵². Every step is exact. */
export function bernoulliSafe(n: number, d: number, source: BitSource): boolean {
  if (n === d) return true;
  let rest = n;
  while (rest !== 0) {
    rest *= 2;
    const digit = rest >= d ? 1 : 0;
    if (source.bits(1) !== digit) return digit === 1;
    if (digit === 1) rest -= d;
  }
  return false;
}

/** Chance n/d on integers of any size, 0 ≤ n ≤ d. */
export function bernoulliWide(n: bigint, d: bigint, source: BitSource): boolean {
  if (n === d) return true;
  let rest = n;
  while (rest !== 0n) {
    rest *= 2n;
    const digit = rest >= d ? 1 : 0;
    if (source.bits(1) !== digit) return digit === 1;
    if (digit === 1) rest -= d;
  }
  return false;
}
