import type { PrivacyEvent, PrivacyEvents } from '../events/privacy-event.ts';
import { PrivacyError } from '../privacy-error.ts';
import type { Adjacency } from '../units/adjacency.ts';
import { type Rho, rho } from '../units/parameters.ts';
import {
  add,
  divide,
  makeRational,
  multiply,
  type Rational,
  rational,
  toNumberDown,
  toNumberUp,
  ZERO,
} from '../units/rational.ts';
import type { Accountant } from './accountant.ts';
import { gaussianSquareOf } from './event-pairs.ts';
import { pureEpsilonOf } from './pure-accountant.ts';
import { zeroConcentratedDelta, zeroConcentratedEpsilon } from './zero-concentrated.ts';

/**
 * Zero-concentrated privacy (Bun and Steinke 2016): exact sums of fractions, and one conversion at the end. Lower bounds are those of
 * Gaussian noise with the same ρ: they bound the conversion, not each mechanism.
 */
export const zeroConcentratedAccountant: Accountant = {
  name: 'zero-concentrated',
  epsilon: (events, delta) => zeroConcentratedEpsilon(toNumberUp(totalRho(events)), toNumberDown(delta)),
  delta: (events, epsilon) => zeroConcentratedDelta(toNumberUp(totalRho(events)), toNumberDown(epsilon)),
};

/** What events cost together, exactly where their parameters are fractions. @throws PrivacyError `cannot_account` */
export function totalRho<A extends Adjacency>(events: PrivacyEvents<A>): Rho {
  return rho(events.map(rhoOf).reduce(add, ZERO));
}

function rhoOf<A extends Adjacency>(event: PrivacyEvent<A>): Rational {
  const half = makeRational(1n, 2n);
  switch (event.kind) {
    case 'zero-concentrated':
      return event.rho;
    case 'gaussian':
      return divide(half, multiply(event.noiseMultiplier, event.noiseMultiplier));
    case 'discrete-gaussian':
      return multiply(half, divide(event.l2Squared, event.variance));
    case 'training-steps':
    case 'tree-steps': {
      const square = gaussianSquareOf(event);
      if (square !== null) return multiply(half, rational(square));
      throw new PrivacyError(
        'cannot_account',
        'Zero-concentrated privacy is not amplified by sampling. Use the loss accountant.',
      );
    }
    default: {
      const epsilon = pureEpsilonOf(event);
      if (epsilon !== null) return multiply(half, multiply(epsilon, epsilon));
      throw new PrivacyError(
        'cannot_account',
        `A release of kind ${event.kind} is not zero-concentrated private.`,
      );
    }
  }
}
