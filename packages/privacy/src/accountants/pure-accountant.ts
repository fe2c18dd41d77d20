import type { PrivacyEvent, PrivacyEvents } from '../events/privacy-event.ts';
import { PrivacyError } from '../privacy-error.ts';
import type { Adjacency } from '../units/adjacency.ts';
import { type Epsilon, epsilon } from '../units/parameters.ts';
import {
  add,
  compare,
  divide,
  makeRational,
  ONE,
  type Rational,
  rational,
  toNumberDown,
  toNumberUp,
  ZERO,
} from '../units/rational.ts';
import type { Accountant } from './accountant.ts';

/** Epsilons added up, as exact fractions. Delta does not help: the answer is the same at any delta. */
export const pureAccountant: Accountant = {
  name: 'pure',
  epsilon: (events) => ({ lower: 0, upper: toNumberUp(totalEpsilon(events)) }),
  delta: (events, target) => ({
    lower: 0,
    upper: compare(totalEpsilon(events), target) <= 0 ? 0 : deltaBeyond(totalEpsilon(events), target),
  }),
};

/** @throws PrivacyError `cannot_account` */
export function totalEpsilon<A extends Adjacency>(events: PrivacyEvents<A>): Epsilon {
  return epsilon(
    events
      .map((event) => {
        const own = pureEpsilonOf(event);
        if (own !== null) return own;
        throw new PrivacyError(
          'cannot_account',
          `A release of kind ${event.kind} has no epsilon without a delta. Use another accountant.`,
        );
      })
      .reduce(add, ZERO),
  );
}

/** The epsilon of one event, rounded up where it is no fraction; null where it has none. */
export function pureEpsilonOf<A extends Adjacency>(event: PrivacyEvent<A>): Rational | null {
  switch (event.kind) {
    case 'pure':
      return event.epsilon;
    case 'laplace':
      return divide(ONE, event.noiseMultiplier);
    case 'discrete-laplace':
      return divide(event.l1, event.scale);
    case 'randomised-response': {
      const { truth, categories } = event;
      const other = divide(
        add(ONE, makeRational(-truth.numerator, truth.denominator)),
        makeRational(BigInt(categories - 1), 1n),
      );
      if (other.numerator <= 0n || truth.numerator <= 0n) return null;
      // A quotient and a logarithm, each off by a unit in the last place at most.
      const loss = Math.abs(Math.log(toNumberUp(divide(truth, other))));
      return rational(loss * (1 + 4 * Number.EPSILON) + Number.EPSILON);
    }
    default:
      return null;
  }
}

/** What every epsilon-private release leaves at a smaller epsilon: (exp ε − exp target) / (1 + exp ε). */
function deltaBeyond(total: Epsilon, target: Epsilon): number {
  const [high, low] = [toNumberUp(total), toNumberDown(target)];
  return Math.min(1, (-Math.expm1(low - high) / (1 + Math.exp(-high))) * (1 + 16 * Number.EPSILON));
}
