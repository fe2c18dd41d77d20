import { privacyEvent } from '../events/privacy-event.ts';
import { createDiscreteLaplace } from '../samplers/discrete-laplace.ts';
import type { Adjacency } from '../units/adjacency.ts';
import type { Epsilon } from '../units/parameters.ts';
import { divide } from '../units/rational.ts';
import type { Sensitivity } from '../units/sensitivity.ts';
import { type Mechanism, type Plan, toMechanism } from './mechanism.ts';
import {
  requireCount,
  requireIntegers,
  requireLength,
  requireLoss,
  requireNorm,
  requireWhole,
} from './require.ts';

export type GeometricParameters<A extends Adjacency> = Readonly<{
  epsilon: Epsilon;
  /** How far one unit can move all answers together; a whole number. */
  sensitivity: Sensitivity<'l1'>;
  /** How many answers there are; 1 unless set. Public. */
  answers?: number;
  adjacency: A;
}>;

/**
 * Whole numbers with discrete Laplace noise of scale sensitivity/ε (Ghosh, Roughgarden and Sundararajan 2009).
 * @throws PrivacyError `out_of_range`; on release `bad_parameter`, `not_finite`
 */
export function geometricMechanism<A extends Adjacency>(
  parameters: GeometricParameters<A>,
): Mechanism<readonly bigint[], readonly bigint[], A> {
  return toMechanism(planGeometric(parameters));
}

export function planGeometric<A extends Adjacency>({
  epsilon,
  sensitivity,
  answers = 1,
  adjacency,
}: GeometricParameters<A>): Plan<readonly bigint[], readonly bigint[], A> {
  requireLoss(epsilon);
  requireCount(answers, 'The number of answers');
  requireNorm(sensitivity, 'l1');
  requireWhole(sensitivity.value);
  const scale = divide(sensitivity.value, epsilon);
  const noise = createDiscreteLaplace(scale);
  return {
    events: [privacyEvent(adjacency, { kind: 'discrete-laplace', scale, l1: sensitivity.value })],
    draw: (values, source) => {
      requireLength(values, answers);
      requireIntegers(values);
      return Object.freeze(values.map((value) => value + noise(source)));
    },
  };
}
