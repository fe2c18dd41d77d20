import { fromSteps } from '../grid.ts';
import type { Adjacency } from '../units/adjacency.ts';
import { epsilon as epsilonOf } from '../units/parameters.ts';
import { divide, rational, toNumberDown } from '../units/rational.ts';
import { sensitivity } from '../units/sensitivity.ts';
import { planGeometric } from './geometric.ts';
import { type Mechanism, type Plan, toMechanism } from './mechanism.ts';
import { requireCount } from './require.ts';
import { type Amount, amountsOf, type Clamp, clampTo, type SumParameters, sumSensitivity } from './sum.ts';

/** The mean, and the count that it was divided by: both are noisy, and both were paid for. */
export type Mean = Readonly<{ mean: number; count: bigint }>;

/**
 * The mean of clamped values: the sum of their distances from the middle of the bounds over a count, each for half of ε (Li, Lyu, Su and
 * Yang 2016, section 2.5.5). The true number of records is as private as the records and is not used.
 * @throws PrivacyError as `sumMechanism`
 */
export function meanMechanism<A extends Adjacency>(
  parameters: SumParameters<A>,
): Mechanism<Iterable<Amount>, Mean, A> {
  return toMechanism(planMean(parameters));
}

export function planMean<A extends Adjacency>(parameters: SumParameters<A>): Plan<Iterable<Amount>, Mean, A> {
  const { bounds, recordsPerUnit, grid, choosing = 'random', adjacency } = parameters;
  const epsilon = epsilonOf(divide(parameters.epsilon, rational(2)));
  const around = aroundMiddle(clampTo(bounds, grid));
  requireCount(recordsPerUnit, 'How many records of a unit count');
  const records = BigInt(recordsPerUnit);
  const l1 = sumSensitivity(around, records, adjacency);
  const sum = planGeometric({ epsilon, sensitivity: sensitivity('l1', l1), adjacency });
  const count = planGeometric({ epsilon, sensitivity: sensitivity('l1', records), adjacency });
  return {
    events: [...sum.events, ...count.events],
    draw: (input, source) => {
      const values = amountsOf(input, recordsPerUnit, choosing, source);
      const distance = values.reduce((total, value) => total + around.steps(value), 0n);
      const noisySum = sum.draw([distance], source)[0] as bigint;
      const noisyCount = count.draw([BigInt(values.length)], source)[0] as bigint;
      const offset = Number(noisySum) / Math.max(1, Number(noisyCount));
      const mean = (Number(around.middle) + offset) * toNumberDown(fromSteps(1n, grid));
      return Object.freeze({ mean: Math.min(Math.max(mean, bounds.lower), bounds.upper), count: noisyCount });
    },
  };
}

/** The same clamp with values as their distances from its middle, in steps. */
export function aroundMiddle({ lower, upper, steps }: Clamp): Clamp & Readonly<{ middle: bigint }> {
  const middle = (lower + upper) / 2n;
  return {
    middle,
    lower: lower - middle,
    upper: upper - middle,
    steps: (value) => steps(value) - middle,
  };
}
