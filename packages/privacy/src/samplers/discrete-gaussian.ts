import { PrivacyError } from '../privacy-error.ts';
import type { BitSource } from '../random/bit-source.ts';
import type { Rational } from '../units/rational.ts';
import { integerSquareRoot } from '../units/sensitivity.ts';
import { bernoulliExpWide } from './bernoulli-exp.ts';
import { createDiscreteLaplace } from './discrete-laplace.ts';
import type { Draw } from './draw.ts';
import { createAcceptance, type Acceptance } from './gaussian-acceptance.ts';
import { quotient, remainderSafe } from './geometric.ts';

/** Scales above have draws that are no safe integers often enough to take the wide path throughout. */
const SAFE_SCALE_MAX = 2n ** 44n;

/**
 * P(y) ∝ exp(−y²/(2·variance)) on all integers, exactly (Canonne, Kamath and Steinke 2020, algorithm 3).
 * @throws PrivacyError `out_of_range` where the variance is not above 0
 */
export function discreteGaussian(variance: Rational, source: BitSource): bigint {
  return createDiscreteGaussian(variance)(source);
}

/**
 * Of a Laplace draw y of scale t = ⌊σ⌋ + 1, one in exp((|y| − σ²/t)²/(2σ²)) is kept.
 * @throws PrivacyError `out_of_range` where the variance is not above 0
 */
export function createDiscreteGaussian(variance: Rational): Draw {
  if (variance.numerator <= 0n) throw new PrivacyError('out_of_range', 'A variance must be above 0.');
  const scale = laplaceScale(variance);
  const accept = scale > SAFE_SCALE_MAX ? null : createAcceptance(variance, scale);
  return accept === null ? createDiscreteGaussianWide(variance) : createSafe(Number(scale), accept);
}

function createSafe(t: number, accept: Acceptance): Draw {
  return (source) => {
    for (;;) {
      const u = remainderSafe(t, source);
      const v = quotient(source);
      const negative = source.bits(1) === 1;
      const x = u + t * v;
      if (negative && x === 0) continue;
      if (Number.isSafeInteger(x)) {
        if (accept.safe(x, source)) return BigInt(negative ? -x : x);
        continue;
      }
      const wide = BigInt(u) + BigInt(t) * BigInt(v);
      if (accept.wide(wide, source)) return negative ? -wide : wide;
    }
  };
}

/** The algorithm as it is printed, on integers of any size. */
export function createDiscreteGaussianWide(variance: Rational): Draw {
  const { numerator: a, denominator: b } = variance;
  const t = laplaceScale(variance);
  const laplace = createDiscreteLaplace({ numerator: t, denominator: 1n });
  const divisor = 2n * a * b * t * t;
  return (source) => {
    for (;;) {
      const y = laplace(source);
      const distance = (y < 0n ? -y : y) * b * t - a;
      if (bernoulliExpWide(distance * distance, divisor, source)) return y;
    }
  };
}

function laplaceScale({ numerator, denominator }: Rational): bigint {
  return integerSquareRoot(numerator / denominator) + 1n;
}
