import { PrivacyError } from '../privacy-error.ts';
import type { BitSource } from '../random/bit-source.ts';
import type { Rational } from '../units/rational.ts';
import { integerSquareRoot } from '../units/sensitivity.ts';
import { bernoulliExpWide } from './bernoulli-exp.ts';
import { createDiscreteLaplace } from './discrete-laplace.ts';
import type { Draw } from './draw.ts';

/**
 * P(y) ∝ exp(−y²/(2·variance)) on all integers, exactly (Canonne, Kamath and Steinke 2020, algorithm 3).
 * @throws PrivacyError `out_of_range` where the variance is not above 0
 */
export function discreteGaussian(variance: Rational, source: BitSource): bigint {
  return createDiscreteGaussian(variance)(source);
}

/** @throws PrivacyError `out_of_range` where the variance is not above 0 */
export function createDiscreteGaussian(variance: Rational): Draw {
  if (variance.numerator <= 0n) throw new PrivacyError('out_of_range', 'A variance must be above 0.');
  return createDiscreteGaussianWide(variance);
}

/** The algorithm as it is printed. Of a Laplace draw y of scale t, exp(−(|y| − σ²/t)²/(2σ²)) is kept. */
export function createDiscreteGaussianWide({ numerator: a, denominator: b }: Rational): Draw {
  const t = integerSquareRoot(a / b) + 1n;
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
