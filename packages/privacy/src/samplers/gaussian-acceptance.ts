import type { BitSource } from '../random/bit-source.ts';
import { compare, makeRational, type Rational, rational, toNumberUp } from '../units/rational.ts';
import { bernoulliWide } from './bernoulli.ts';
import {
  bernoulliExpFractionWide,
  bernoulliExpOne,
  bernoulliExpSafe,
  bernoulliExpWide,
} from './bernoulli-exp.ts';
import { nearCoin } from './near-coin.ts';

// Keeps a draw of magnitude x with probability exp(−γ), γ = (x − σ²/t)²/(2σ²) = (x·b·t − a)²/(2·a·b·t²) for σ² = a/b. A small divisor is
// computed with in safe integers. A large one in doubles with a bound on their error: only where it reaches the digit that decides is γ
// computed again in integers, and goes on from that digit.

/** Is a draw of this magnitude kept? The same bits give the same answer on both. */
export type Acceptance = Readonly<{
  safe(x: number, source: BitSource): boolean;
  wide(x: bigint, source: BitSource): boolean;
}>;

/** With smaller divisors γ is often one of few binary fractions, at which doubles would have to give way. */
const EXACT_DIVISOR_MAX = 2n ** 40n;
/** Where neither σ², its inverse nor their products with squares of safe integers leave the normal doubles. */
const NEAR_VARIANCE_MIN = makeRational(1n, 1n << 64n);
const NEAR_VARIANCE_MAX = rational(1n << 100n);
/** c and 1/(2σ²) are one rounding off, and there are four more; in all below 2⁻⁴⁹ of (x + c)²/(2σ²). Twice that is asked for. */
const NEAR_ERROR = 2 ** -48;

/** @param nearError bound of the doubles' error over (x + c)²/(2σ²); a larger one gives way to integers more often, with the same answers */
export function createAcceptance(variance: Rational, t: bigint, nearError = NEAR_ERROR): Acceptance {
  const { numerator: a, denominator: b } = variance;
  const divisor = 2n * a * b * t * t;
  const dividend = (x: bigint): bigint => (x * b * t - a) ** 2n;
  const wide = (x: bigint, source: BitSource): boolean => bernoulliExpWide(dividend(x), divisor, source);
  if (divisor <= EXACT_DIVISOR_MAX)
    return { safe: exactOn(Number(b * t), Number(a), Number(divisor), wide), wide };
  if (compare(variance, NEAR_VARIANCE_MIN) < 0 || compare(variance, NEAR_VARIANCE_MAX) > 0)
    return { safe: (x, source) => wide(BigInt(x), source), wide };
  return { safe: createNear(variance, t, dividend, divisor, nearError), wide };
}

function exactOn(factor: number, a: number, divisor: number, wide: Acceptance['wide']): Acceptance['safe'] {
  return (x, source) => {
    const distance = x * factor - a;
    const square = distance * distance;
    return square <= Number.MAX_SAFE_INTEGER
      ? bernoulliExpSafe(square, divisor, source)
      : wide(BigInt(x), source);
  };
}

function createNear(
  variance: Rational,
  t: bigint,
  dividend: (x: bigint) => bigint,
  divisor: bigint,
  nearError: number,
): Acceptance['safe'] {
  const { numerator: a, denominator: b } = variance;
  const centre = toNumberUp(makeRational(a, b * t));
  const half = toNumberUp(makeRational(b, 2n * a));
  return (x, source) => {
    const distance = x - centre;
    const exponent = distance * distance * half;
    const error = (x + centre) ** 2 * half * nearError;
    const whole = Math.floor(exponent);
    if (exponent - error < whole || exponent + error >= whole + 1)
      return bernoulliExpWide(dividend(BigInt(x)), divisor, source);
    for (let ones = 0; ones < whole; ones++) if (!bernoulliExpOne(source)) return false;
    for (let k = 1; ; k++) {
      const coin = nearCoin((exponent - whole) / k, error, source);
      if (coin === 0) return k % 2 === 1;
      if (coin < 0) return goOn(dividend(BigInt(x)) % divisor, divisor, BigInt(k), BigInt(-1 - coin), source);
    }
  };
}

/** After `digits` digits of the k-th coin, of chance rest/(divisor·k), have agreed with the bits drawn. */
function goOn(rest: bigint, divisor: bigint, k: bigint, digits: bigint, source: BitSource): boolean {
  const d = divisor * k;
  if (!bernoulliWide((rest << digits) % d, d, source)) return k % 2n === 1n;
  return bernoulliExpFractionWide(rest, divisor, k + 1n, source);
}
