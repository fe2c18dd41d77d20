import { fromSteps, type Grid, gridBelow, stepsUp, toSteps } from '../grid.ts';
import { PrivacyError } from '../privacy-error.ts';
import type { Adjacency } from '../units/adjacency.ts';
import type { Epsilon } from '../units/parameters.ts';
import { add, compare, divide, rational, toNumberDown } from '../units/rational.ts';
import { type Sensitivity, sensitivity as sensitivityOf } from '../units/sensitivity.ts';
import { planGeometric } from './geometric.ts';
import { type Mechanism, type Plan, toMechanism } from './mechanism.ts';
import { requireCount, requireLoss, requireNorm } from './require.ts';

/** Where values lie. Chosen by the caller without a look at the data; a value outside is refused, not clamped. */
export type Bounds = Readonly<{ lower: number; upper: number }>;

export type LaplaceParameters<A extends Adjacency> = Readonly<{
  epsilon: Epsilon;
  /** How far one unit can move all answers together, as they are computed, rounding included. */
  sensitivity: Sensitivity<'l1'>;
  bounds: Bounds;
  answers?: number;
  /** Steps of the noise; unless set, the coarsest power of two below a 1,024th of scale and sensitivity. */
  grid?: Grid;
  adjacency: A;
}>;

/**
 * Scale and sensitivity are divided in this many steps, or up to twice as many, unless a grid is given. Rounding the sensitivity up then costs
 * a thousandth of noise at most, and an accountant still counts the steps one by one.
 */
const RESOLUTION = rational(1024);

/**
 * Numbers on a grid with discrete Laplace noise of scale sensitivity/ε. Values are snapped before the noise, and the sensitivity grows by
 * what snapping may add, so that no floating-point number meets the noise before it is published (Mironov 2012 says why).
 * @throws PrivacyError `out_of_range`, `not_finite`; on release `bad_parameter` too
 */
export function laplaceMechanism<A extends Adjacency>(
  parameters: LaplaceParameters<A>,
): Mechanism<readonly number[], readonly number[], A> {
  return toMechanism(planLaplace(parameters));
}

export function planLaplace<A extends Adjacency>(
  parameters: LaplaceParameters<A>,
): Plan<readonly number[], readonly number[], A> {
  const { epsilon, sensitivity, bounds, answers = 1, adjacency } = parameters;
  requireLoss(epsilon);
  requireCount(answers, 'The number of answers');
  requireNorm(sensitivity, 'l1');
  requireBounds(bounds);
  const grid = parameters.grid ?? finestFor(sensitivity, epsilon);
  // Each answer moves by at most its own distance rounded up; all but one of the roundings may come on top of the rounded sum.
  const l1 = add(rational(stepsUp(sensitivity.value, grid)), rational(BigInt(answers - 1)));
  const steps = planGeometric({ epsilon, sensitivity: sensitivityOf('l1', l1), answers, adjacency });
  return {
    events: steps.events,
    draw: (values, source) => {
      const snapped = values.map((value) => toSteps(value, grid, bounds.lower, bounds.upper));
      return Object.freeze(steps.draw(snapped, source).map((noisy) => toNumberDown(fromSteps(noisy, grid))));
    },
  };
}

function finestFor(sensitivity: Sensitivity<'l1'>, epsilon: Epsilon): Grid {
  const scale = divide(sensitivity.value, epsilon);
  const least = compare(scale, sensitivity.value) < 0 ? scale : sensitivity.value;
  return gridBelow(divide(least, RESOLUTION));
}

/** @throws PrivacyError `not_finite`, `out_of_range` */
export function requireBounds({ lower, upper }: Bounds): void {
  if (!Number.isFinite(lower) || !Number.isFinite(upper)) {
    throw new PrivacyError(
      'not_finite',
      'A bound is not finite. Declare where values lie, without a look at the data.',
    );
  }
  if (lower <= upper) return;
  throw new PrivacyError('out_of_range', 'The lower bound is above the upper one.');
}
