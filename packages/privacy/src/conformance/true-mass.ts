import { exponentialBounds } from '../units/exponential-bounds.ts';
import { makeRational, type Rational } from '../units/rational.ts';
import { exponentOf, isTwoSided, type SamplerFamily } from './sampler-family.ts';

export type MassBounds = Readonly<{ lower: Rational; upper: Rational }>;

// Integers over 2^200, lower ones rounded down and upper ones up at every step.
const UNIT = 1n << 200n;
/** Weights are added until they are below 2⁻¹⁴⁰ of the first; the rest is less than the last of them times a geometric sum. */
const NEGLIGIBLE = UNIT >> 140n;
/** Sums of weights, which take as many steps as the distribution is wide. */
const WEIGHTS_MAX = 200_000n;

type Bounds = { lower: bigint; upper: bigint };

/** Fractions on both sides of the true P(y), less than 2⁻¹³⁰ apart. For parameters of up to some thousands. */
export function createTrueMass(family: SamplerFamily, parameter: Rational): (y: bigint) => MassBounds {
  const total = totalWeight(family, parameter);
  return (y) => {
    if (y < 0n && !isTwoSided(family)) return { lower: makeRational(0n, 1n), upper: makeRational(0n, 1n) };
    const { lower, upper } = weight(family, parameter, y);
    return { lower: makeRational(lower, total.upper), upper: makeRational(upper, total.lower) };
  };
}

function weight(family: SamplerFamily, parameter: Rational, y: bigint): Bounds {
  return inverse(exponentialBounds(exponentOf(family, parameter, y)));
}

function totalWeight(family: SamplerFamily, parameter: Rational): Bounds {
  const sides = isTwoSided(family) ? 2n : 1n;
  const total = { lower: UNIT, upper: UNIT };
  for (let y = 1n; y < WEIGHTS_MAX; y++) {
    const { lower, upper } = weight(family, parameter, y);
    total.lower += sides * lower;
    total.upper += sides * upper;
    if (upper >= NEGLIGIBLE) continue;
    // Each weight that is left out is at most exp(−1/scale), or a smaller factor, of the one before.
    const next = weight(family, parameter, y + 1n).upper;
    total.upper += (sides * upper * UNIT) / (upper > next ? ((upper - next) * UNIT) / upper : 1n) + 1n;
    return total;
  }
  throw new RangeError('The distribution is too wide to be summed.');
}

function inverse({ lower, upper }: { lower: Rational; upper: Rational }): Bounds {
  return {
    lower: (UNIT * upper.denominator) / upper.numerator,
    upper: (UNIT * lower.denominator) / lower.numerator + 1n,
  };
}
