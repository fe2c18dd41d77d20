import { privacyEvent } from '../events/privacy-event.ts';
import { fromSteps, type Grid, gridBelow, stepsUp, toSteps } from '../grid.ts';
import { createDiscreteGaussian } from '../samplers/discrete-gaussian.ts';
import type { Adjacency } from '../units/adjacency.ts';
import type { Delta, Epsilon, Rho } from '../units/parameters.ts';
import { add, divide, multiply, type Rational, rational, toNumberDown } from '../units/rational.ts';
import { type Sensitivity, squareRootUp } from '../units/sensitivity.ts';
import { rhoForDelta, varianceForDelta, varianceForRho } from './gaussian-variance.ts';
import { type Bounds, requireBounds } from './laplace.ts';
import { type Mechanism, type Plan, toMechanism } from './mechanism.ts';
import { requireCount, requireLength, requireNorm } from './require.ts';

/** Either both of ε and δ, or ρ. */
export type GaussianLoss = Readonly<
  { epsilon: Epsilon; delta: Delta; rho?: never } | { rho: Rho; epsilon?: never; delta?: never }
>;

export type GaussianParameters<A extends Adjacency> = GaussianLoss &
  Readonly<{
    /** How far one unit can move all answers together, as they are computed, rounding included. */
    sensitivity: Sensitivity<'l2'>;
    bounds: Bounds;
    answers?: number;
    /** Steps of the noise; unless set, the coarsest power of two below a 256th of the sensitivity. `grid(0)` keeps whole numbers whole. */
    grid?: Grid;
    adjacency: A;
  }>;

/** As for Laplace noise, but coarser: Gaussian noise is wider at the same sensitivity, so that an accountant counts more steps. */
const RESOLUTION = rational(256);

/**
 * Numbers on a grid with discrete Gaussian noise. For one answer the variance is the least that is proved to keep (ε, δ); for several it is
 * that of a ρ of which (ε, δ) follows, which is more. An accountant prices the event at any other δ.
 * @throws PrivacyError `out_of_range`, `not_finite`; on release `bad_parameter` too
 */
export function gaussianMechanism<A extends Adjacency>(
  parameters: GaussianParameters<A>,
): Mechanism<readonly number[], readonly number[], A> {
  return toMechanism(planGaussian(parameters));
}

export function planGaussian<A extends Adjacency>(
  parameters: GaussianParameters<A>,
): Plan<readonly number[], readonly number[], A> {
  const { sensitivity, bounds, answers = 1, adjacency } = parameters;
  requireCount(answers, 'The number of answers');
  requireNorm(sensitivity, 'l2');
  requireBounds(bounds);
  const grid = parameters.grid ?? gridBelow(divide(sensitivity.value, RESOLUTION));
  const l2 = stepsOf(sensitivity.value, grid, answers);
  const l2Squared = multiply(l2, l2);
  const variance = varianceOf(parameters, l2, answers);
  const noise = createDiscreteGaussian(variance);
  return {
    events: [
      privacyEvent(adjacency, { kind: 'discrete-gaussian', variance, l2Squared, dimensions: answers }),
    ],
    draw: (values, source) => {
      requireLength(values, answers);
      return Object.freeze(
        values.map((value) => {
          const snapped = toSteps(value, grid, bounds.lower, bounds.upper);
          return toNumberDown(fromSteps(snapped + noise(source), grid));
        }),
      );
    },
  };
}

/** In steps: of one answer, rounded up. Snapping moves the distance of two answers by less than a step, so all of them by √answers. */
function stepsOf(l2: Rational, grid: Grid, answers: number): Rational {
  const rounded = rational(stepsUp(l2, grid));
  return answers === 1
    ? rounded
    : add(rounded, rational(stepsUp(squareRootUp(rational(BigInt(answers))), UNIT)));
}

const UNIT: Grid = { exponent: 0, step: rational(1) };

function varianceOf(loss: GaussianLoss, l2: Rational, answers: number): Rational {
  if (loss.rho !== undefined) return varianceForRho(multiply(l2, l2), loss.rho);
  if (answers === 1) return varianceForDelta(l2.numerator, loss.epsilon, loss.delta);
  return varianceForRho(multiply(l2, l2), rhoForDelta(loss.epsilon, loss.delta));
}
