import { type PrivacyEvent, privacyEvent } from '../../events/privacy-event.ts';
import { PrivacyError } from '../../privacy-error.ts';
import { createDiscreteGaussian } from '../../samplers/discrete-gaussian.ts';
import { createDiscreteLaplace } from '../../samplers/discrete-laplace.ts';
import type { Draw } from '../../samplers/draw.ts';
import type { Adjacency } from '../../units/adjacency.ts';
import type { Epsilon, Rho } from '../../units/parameters.ts';
import { divide, multiply, type Rational, rational } from '../../units/rational.ts';
import type { Sensitivity } from '../../units/sensitivity.ts';
import { type StreamMechanism, type StreamPlan, toStreamMechanism } from '../mechanism.ts';
import { requireCount, requireIntegers, requireLoss, requireNorm, requireWhole } from '../require.ts';
import { varianceForRho } from '../gaussian-variance.ts';

export type StreamParameters<A extends Adjacency> = Readonly<{
  /** How many values the stream has at most. Public. */
  steps: number;
  /** How far one unit can move all values of the stream together; a whole number. */
  sensitivity: Sensitivity<'l1'>;
  adjacency: A;
}>;

/** The loss of the whole stream; epsilon gives Laplace noise, rho Gaussian noise. */
export type TreeLoss = Readonly<{ epsilon: Epsilon; rho?: never } | { rho: Rho; epsilon?: never }>;

export const STEPS_MAX = 10_000_000;

/**
 * The running sum after each value. Each value is in one node a level of a binary tree, each node has noise of its own, and a running sum
 * is a sum of one node a level at most (Dwork, Naor, Pitassi and Rothblum 2010; Chan, Shi and Song 2011).
 * @throws PrivacyError `out_of_range`; from `next` `not_finite`, and `budget_exhausted` after the last step
 */
export function treeCounterMechanism<A extends Adjacency>(
  parameters: StreamParameters<A> & TreeLoss,
): StreamMechanism<bigint, bigint, A> {
  return toStreamMechanism(planTreeCounter(parameters));
}

export function planTreeCounter<A extends Adjacency>(
  parameters: StreamParameters<A> & TreeLoss,
): StreamPlan<bigint, bigint, A> {
  const { steps } = parameters;
  requireCount(steps, 'The number of steps', STEPS_MAX);
  requireNorm(parameters.sensitivity, 'l1');
  requireWhole(parameters.sensitivity.value);
  const { noise, event } = nodeNoise(parameters);
  return {
    events: [event],
    start: (source) => {
      const sums: bigint[] = [];
      const noisy: bigint[] = [];
      let step = 0;
      return (value) => {
        requireIntegers([value]);
        step = nextStep(step, steps);
        // The node that this value completes takes in all complete ones below it.
        const level = 31 - Math.clz32(step & -step);
        let sum = value;
        for (let below = 0; below < level; below += 1) {
          sum += sums[below] as bigint;
          noisy[below] = 0n;
        }
        sums[level] = sum;
        noisy[level] = sum + noise(source);
        return noisy.reduce((total, each) => total + each, 0n);
      };
    },
  };
}

/** @throws PrivacyError `budget_exhausted` */
export function nextStep(step: number, steps: number): number {
  if (step < steps) return step + 1;
  throw new PrivacyError(
    'budget_exhausted',
    `The stream was paid for ${steps} steps, and they are over. Reserve a budget and open another one.`,
  );
}

function nodeNoise<A extends Adjacency>(
  parameters: StreamParameters<A> & TreeLoss,
): { noise: Draw; event: PrivacyEvent<A> } {
  const { steps, sensitivity, adjacency } = parameters;
  const levels = rational(BigInt(32 - Math.clz32(steps)));
  if (parameters.rho !== undefined) {
    // The nodes of one level take in no value twice, so a level moves by the stream's l1 in l2 at most.
    const l2Squared = multiply(levels, multiply(sensitivity.value, sensitivity.value));
    const variance = varianceForRho(l2Squared, parameters.rho);
    const event = privacyEvent(adjacency, {
      kind: 'discrete-gaussian',
      variance,
      l2Squared,
      dimensions: nodesOf(steps),
    });
    return { noise: createDiscreteGaussian(variance), event };
  }
  requireLoss(parameters.epsilon);
  const l1: Rational = multiply(levels, sensitivity.value);
  const scale = divide(l1, parameters.epsilon);
  return {
    noise: createDiscreteLaplace(scale),
    event: privacyEvent(adjacency, { kind: 'discrete-laplace', scale, l1 }),
  };
}

function nodesOf(steps: number): number {
  return steps === 0 ? 0 : steps + nodesOf(Math.floor(steps / 2));
}
