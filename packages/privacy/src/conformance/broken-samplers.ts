import type { BitSource } from '../random/bit-source.ts';
import { bernoulliSafe } from '../samplers/bernoulli.ts';
import { createDiscreteGaussian } from '../samplers/discrete-gaussian.ts';
import { createDiscreteLaplace } from '../samplers/discrete-laplace.ts';
import type { Draw } from '../samplers/draw.ts';
import { createGeometric, quotient, remainderWide } from '../samplers/geometric.ts';
import { multiply, type Rational, rational, toNumberUp } from '../units/rational.ts';
import type { SamplerSubject } from './check-sampler.ts';
import { reachOf } from './sampler-family.ts';

// Samplers that are wrong in ways that were published, or that a slip of the pen would make. A check of samplers that passes one of them
// checks nothing.

export type BrokenSampler = SamplerSubject & Readonly<{ name: string; fault: string }>;

const laplace = 'discrete-laplace';
const gaussian = 'discrete-gaussian';

export const BROKEN_SAMPLERS: readonly BrokenSampler[] = Object.freeze([
  broken('laplace-shifted', laplace, 'every draw is one more', (scale) =>
    mapped(createDiscreteLaplace(scale), (y) => y + 1n),
  ),
  broken('gaussian-shifted', gaussian, 'every draw is one more', (variance) =>
    mapped(createDiscreteGaussian(variance), (y) => y + 1n),
  ),
  broken('laplace-scaled', laplace, 'the scale is a sixteenth too large', (scale) =>
    createDiscreteLaplace(multiply(scale, rational('17/16'))),
  ),
  broken('gaussian-scaled', gaussian, 'the variance is a sixteenth too small', (variance) =>
    createDiscreteGaussian(multiply(variance, rational('15/16'))),
  ),
  broken('gaussian-of-deviation', gaussian, 'the deviation is used as the variance', (variance) =>
    createDiscreteGaussian(rational(String(Math.ceil(Math.sqrt(toNumberUp(variance)))))),
  ),
  broken('laplace-inverse-scale', laplace, 'epsilon is used as the scale', ({ numerator, denominator }) =>
    createDiscreteLaplace(rational({ numerator: denominator, denominator: positive(numerator) })),
  ),
  broken('laplace-one-too-many', laplace, 'the remainder is drawn below t + 1', (scale) =>
    withRemainder(scale, (t) => t + 1n),
  ),
  broken('laplace-zero-twice', laplace, 'plus and minus zero both count', (scale) =>
    signed(createGeometric(scale)),
  ),
  broken('laplace-one-sided', laplace, 'the sign is lost', (scale) =>
    mapped(createDiscreteLaplace(scale), (y) => (y < 0n ? -y : y)),
  ),
  broken('laplace-biased-coin', laplace, 'exp(−1) is taken for 45/128', withBiasedCoin),
  broken('laplace-truncated', laplace, 'draws end where doubles would', (scale) =>
    clamped(createDiscreteLaplace(scale), reachOf(laplace, toNumberUp(scale), 36)),
  ),
  broken('gaussian-truncated', gaussian, 'draws end at six deviations', (variance) =>
    clamped(createDiscreteGaussian(variance), reachOf(gaussian, toNumberUp(variance), 18)),
  ),
  broken('gaussian-without-rejection', gaussian, 'the Laplace proposal is the answer', (variance) =>
    createDiscreteLaplace(rational(String(Math.floor(Math.sqrt(toNumberUp(variance))) + 1))),
  ),
  broken('laplace-every-other-step', laplace, 'noise is made of double steps', (scale) =>
    mapped(createDiscreteLaplace(scale), (y) => (y / 2n) * 2n),
  ),
  broken('gaussian-every-other-step', gaussian, 'noise is made of double steps', (variance) =>
    mapped(createDiscreteGaussian(variance), (y) => (y / 2n) * 2n),
  ),
  broken(
    'laplace-in-doubles',
    laplace,
    'the inverse of the distribution function, in doubles, rounded',
    laplaceInDoubles,
  ),
  broken('gaussian-in-doubles', gaussian, 'Box and Muller in doubles, rounded', gaussianInDoubles),
  broken('laplace-own-randomness', laplace, 'the source of bits is not asked', (scale) =>
    mapped(createDiscreteLaplace(scale), (y) => y + (Math.random() < 0.5 ? 1n : -1n)),
  ),
  broken('laplace-without-noise', laplace, 'there is no noise', (scale) =>
    mapped(createDiscreteLaplace(scale), () => 0n),
  ),
  broken('geometric-from-one', 'geometric', 'the number of trials for the number of failures', (scale) =>
    mapped(createGeometric(scale), (y) => y + 1n),
  ),
  broken(
    'geometric-unguarded',
    'geometric',
    'a scale below zero is taken for its size',
    ({ numerator, denominator }) =>
      createGeometric(rational({ numerator: positive(numerator), denominator })),
  ),
]);

function broken(
  name: string,
  family: SamplerSubject['family'],
  fault: string,
  create: (parameter: Rational) => Draw,
): BrokenSampler {
  return Object.freeze({ name, family, fault, create });
}

function mapped(draw: Draw, change: (y: bigint) => bigint): Draw {
  return (source) => change(draw(source));
}

function clamped(draw: Draw, most: number): Draw {
  const limit = BigInt(most);
  return mapped(draw, (y) => (y > limit ? limit : y < -limit ? -limit : y));
}

function signed(magnitude: Draw): Draw {
  return (source) => {
    const y = magnitude(source);
    return source.bits(1) === 1 ? -y : y;
  };
}

function withRemainder(scale: Rational, change: (t: bigint) => bigint): Draw {
  createGeometric(scale);
  const { numerator: t, denominator: s } = scale;
  return rejectMinusZero((source) => (remainderWide(change(t), source) + t * BigInt(quotient(source))) / s);
}

function withBiasedCoin(scale: Rational): Draw {
  createGeometric(scale);
  const { numerator: t, denominator: s } = scale;
  const biasedQuotient = (source: BitSource): bigint => {
    let v = 0n;
    while (bernoulliSafe(45, 128, source)) v++;
    return v;
  };
  return rejectMinusZero((source) => (remainderWide(t, source) + t * biasedQuotient(source)) / s);
}

function rejectMinusZero(magnitude: Draw): Draw {
  return (source) => {
    for (;;) {
      const y = magnitude(source);
      if (source.bits(1) === 0) return y;
      if (y !== 0n) return -y;
    }
  };
}

function laplaceInDoubles(parameter: Rational): Draw {
  const scale = toNumberUp(createGeometric(parameter) && parameter);
  return (source) => {
    const u = uniformDouble(source) - 0.5;
    return BigInt(Math.round(-scale * Math.sign(u) * Math.log(1 - 2 * Math.abs(u))));
  };
}

function gaussianInDoubles(parameter: Rational): Draw {
  const deviation = Math.sqrt(toNumberUp(createGeometric(parameter) && parameter));
  return (source) => {
    const radius = Math.sqrt(-2 * Math.log(1 - uniformDouble(source)));
    return BigInt(Math.round(deviation * radius * Math.cos(2 * Math.PI * uniformDouble(source))));
  };
}

function uniformDouble(source: BitSource): number {
  return (source.bits(26) * 2 ** 27 + source.bits(27)) / 2 ** 53;
}

function positive(value: bigint): bigint {
  return value < 0n ? -value : value;
}
