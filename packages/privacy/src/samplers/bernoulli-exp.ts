import { PrivacyError } from '../privacy-error.ts';
import type { BitSource } from '../random/bit-source.ts';
import type { Rational } from '../units/rational.ts';
import { bernoulliSafe, bernoulliWide, SAFE_DENOMINATOR_MAX } from './bernoulli.ts';

// Canonne, Kamath and Steinke 2020, algorithm 1: coins of chance x/1, x/2, x/3 … are thrown until one fails; the first to fail is an odd
// one with probability exp(−x), for x ≤ 1. Above 1, exp(−x) = exp(−1) · exp(−1) · … · exp(−fraction).

/**
 * True with probability exp(−x), exactly.
 * @throws PrivacyError `out_of_range` where x is negative
 */
export function bernoulliExp({ numerator, denominator }: Rational, source: BitSource): boolean {
  if (numerator < 0n) throw new PrivacyError('out_of_range', 'An exponent must be 0 or more.');
  return numerator <= Number.MAX_SAFE_INTEGER && denominator <= SAFE_DENOMINATOR_MAX
    ? bernoulliExpSafe(Number(numerator), Number(denominator), source)
    : bernoulliExpWide(numerator, denominator, source);
}

/** exp(−n/d) for a safe integer n ≥ 0 and 1 ≤ d ≤ 2⁵². */
export function bernoulliExpSafe(n: number, d: number, source: BitSource): boolean {
  const rest = n % d;
  const whole = (n - rest) / d;
  for (let ones = 0; ones < whole; ones++) if (!bernoulliExpOne(source)) return false;
  return bernoulliExpFraction(rest, d, source);
}

/** exp(−n/d) for integers of any size. */
export function bernoulliExpWide(n: bigint, d: bigint, source: BitSource): boolean {
  const rest = n % d;
  const whole = n / d;
  for (let ones = 0n; ones < whole; ones++) if (!bernoulliExpOne(source)) return false;
  return bernoulliExpFractionWide(rest, d, 1n, source);
}

/** exp(−1): the first coin, of chance 1, is not thrown. */
export function bernoulliExpOne(source: BitSource): boolean {
  let k = 2;
  while (bernoulliSafe(1, k, source)) k++;
  return k % 2 === 1;
}

/** exp(−n/d) for 0 ≤ n < d ≤ 2⁵². */
export function bernoulliExpFraction(n: number, d: number, source: BitSource): boolean {
  let k = 1;
  while (d * k <= SAFE_DENOMINATOR_MAX) {
    if (!bernoulliSafe(n, d * k, source)) return k % 2 === 1;
    k++;
  }
  return bernoulliExpFractionWide(BigInt(n), BigInt(d), BigInt(k), source);
}

/** The same from the k-th coin on, for integers of any size. */
export function bernoulliExpFractionWide(n: bigint, d: bigint, first: bigint, source: BitSource): boolean {
  let k = first;
  while (bernoulliWide(n, d * k, source)) k++;
  return k % 2n === 1n;
}
