import { PrivacyError } from '../privacy-error.ts';
import { toNumberDown } from '../units/rational.ts';
import type { Accountant, AnswerOptions } from './accountant.ts';
import { allPairs, pricedLosses } from './event-pairs.ts';
import { gaussianDelta, gaussianEpsilon } from './gaussian-profile.ts';
import type { Interval } from './interval.ts';
import { ACCURACY, type Accuracy, deltaInterval, epsilonInterval } from './pld/bound-composition.ts';

/** What rounding parameters to doubles, up or down as is safe, can take off the other side. */
const OUTWARD = 1e-9;

/**
 * The tightest accountant: privacy-loss distributions bounded from above and from below, refined until the gap is met. Gaussian noise alone
 * is exact. Deltas are exact relative to themselves down to 1e-280.
 */
export const lossAccountant: Accountant = {
  name: 'loss-distribution',
  epsilon: (events, delta, options) => {
    const priced = pricedLosses(events);
    const target = toNumberDown(delta);
    const isGaussian = priced.terms.length === 0;
    return outward(
      isGaussian
        ? gaussianEpsilon(Math.sqrt(priced.gaussianSquare), target)
        : epsilonInterval(allPairs(priced), target, accuracyOf(options)),
    );
  },
  delta: (events, epsilon, options) => {
    const priced = pricedLosses(events);
    const target = toNumberDown(epsilon);
    const isGaussian = priced.terms.length === 0;
    return outward(
      isGaussian
        ? gaussianDelta(Math.sqrt(priced.gaussianSquare), target)
        : deltaInterval(allPairs(priced), target, accuracyOf(options)),
    );
  },
};

function accuracyOf(options: AnswerOptions | undefined): Accuracy {
  const gap = options?.gap ?? ACCURACY.gap;
  if (!(gap >= 1e-9 && gap < 1))
    throw new PrivacyError('out_of_range', 'A gap must be at least 1e-9 and below 1.');
  return { ...ACCURACY, gap };
}

function outward({ lower, upper }: Interval): Interval {
  return { lower: lower * (1 - OUTWARD), upper: upper === 0 ? 0 : upper * (1 + OUTWARD) };
}
