import { PrivacyError } from '../privacy-error.ts';
import { makeRational, type Rational, rationalText } from './rational.ts';

// exp of a fraction is no fraction, and a decision that may never be too likely needs to know on which side it stands. Integers over
// 2^PRECISION, rounded down for the lower and up for the upper bound at every step.

const PRECISION = 256n;
const UNIT = 1n << PRECISION;
/** The exponent is halved until it is below 2⁻⁸; then 32 terms of the series leave less than 2⁻²⁵⁶. */
const SMALL_BITS = 8;
const TERMS = 32n;
const EXPONENT_MAX = 10_000n;

/**
 * Fractions on both sides of e^x, less than a relative 2⁻²⁰⁰ apart.
 * @throws PrivacyError `out_of_range` where x is negative or above 10,000
 */
export function exponentialBounds(x: Rational): Readonly<{ lower: Rational; upper: Rational }> {
  const { numerator, denominator } = x;
  if (numerator < 0n || numerator > EXPONENT_MAX * denominator) {
    throw new PrivacyError('out_of_range', `The exponent ${rationalText(x)} is not in 0 … ${EXPONENT_MAX}.`);
  }
  const halvings = (numerator / denominator).toString(2).length + SMALL_BITS;
  const divisor = denominator << BigInt(halvings);
  let lower = seriesDown((numerator << PRECISION) / divisor);
  let upper = seriesUp(divideUp(numerator << PRECISION, divisor));
  for (let step = 0; step < halvings; step += 1) {
    lower = (lower * lower) >> PRECISION;
    upper = divideUp(upper * upper, UNIT);
  }
  return { lower: makeRational(lower, UNIT), upper: makeRational(upper, UNIT) };
}

function seriesDown(x: bigint): bigint {
  let term = UNIT;
  let sum = UNIT;
  for (let index = 1n; index <= TERMS; index += 1n) {
    term = (term * x) / (UNIT * index);
    sum += term;
  }
  return sum;
}

function seriesUp(x: bigint): bigint {
  let term = UNIT;
  let sum = UNIT;
  for (let index = 1n; index <= TERMS; index += 1n) {
    term = divideUp(term * x, UNIT * index);
    sum += term;
  }
  // The terms left out fall faster than by halves, so together they are below the last one.
  return sum + term;
}

/** a / b rounded up, where a ≥ 0 and b > 0. */
function divideUp(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b;
}
