import { privacyEvent } from '../events/privacy-event.ts';
import { PrivacyError } from '../privacy-error.ts';
import { createDiscreteLaplace } from '../samplers/discrete-laplace.ts';
import type { Adjacency } from '../units/adjacency.ts';
import { exponentialBounds } from '../units/exponential-bounds.ts';
import { epsilon as epsilonOf } from '../units/parameters.ts';
import { add, compare, divide, multiply, ONE, type Rational, rational } from '../units/rational.ts';
import { type Mechanism, type Plan, toMechanism } from './mechanism.ts';
import { changedPartitions, type PartitionParameters } from './partition-selection.ts';
import { requireIntegers, requireLoss } from './require.ts';

/**
 * Numbers of distinct units by partition, of partitions whose names are not public: discrete Laplace noise, and only what reaches a
 * threshold is named (Korolova, Kenthapadi, Mishra and Ntoulas 2009). It costs less than selecting and then counting, and it hides more
 * small partitions than the optimal selection does.
 * @throws PrivacyError `out_of_range`; on release `not_finite`
 */
export function thresholdedCountsMechanism<A extends Adjacency>(
  parameters: PartitionParameters<A>,
): Mechanism<ReadonlyMap<string, bigint>, ReadonlyMap<string, bigint>, A> {
  return toMechanism(planThresholdedCounts(parameters));
}

export function planThresholdedCounts<A extends Adjacency>({
  epsilon,
  delta,
  partitionsPerUnit,
  adjacency,
}: PartitionParameters<A>): Plan<ReadonlyMap<string, bigint>, ReadonlyMap<string, bigint>, A> {
  requireLoss(epsilon);
  const changed = rational(BigInt(changedPartitions(adjacency, partitionsPerUnit)));
  const scale = divide(changed, epsilon);
  const threshold = 1n + stepsAboveOne(scale, divide(delta, changed));
  const noise = createDiscreteLaplace(scale);
  return {
    events: [
      privacyEvent(adjacency, { kind: 'discrete-laplace', scale, l1: changed }),
      // A partition that only one of two neighbours has is named with this chance at most.
      privacyEvent(adjacency, { kind: 'approximate', epsilon: epsilonOf(0), delta }),
    ],
    draw: (counts, source) => {
      requireIntegers([...counts.values()]);
      return new Map(
        [...counts]
          // A partition of no unit is one that does not exist; it may not be named by luck either.
          .filter(([, count]) => count > 0n)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, count]) => [name, count + noise(source)] as const)
          .filter(([, noisy]) => noisy >= threshold),
      );
    },
  };
}

/**
 * How far above the step of one unit a threshold must be: the least j ≥ 1 that is proved to have P(noise ≥ j) = a^j / (1 + a) ≤ δ, where
 * a = exp(−1/scale). On a fine grid it tends to −scale · ln(2δ), the threshold of continuous Laplace noise.
 * @throws PrivacyError `out_of_range` where δ is 0
 */
export function stepsAboveOne(scale: Rational, delta: Rational): bigint {
  if (delta.numerator === 0n) {
    throw new PrivacyError(
      'out_of_range',
      'Delta is 0: names that are not public can not be published without one.',
    );
  }
  const decay = exponentialBounds(divide(ONE, scale));
  const most = multiply(delta, add(ONE, divide(ONE, decay.upper)));
  const enough = (j: bigint): boolean =>
    compare(divide(ONE, exponentialBounds(divide(rational(j), scale)).lower), most) <= 0;
  let high = 1n;
  while (!enough(high)) high *= 2n;
  for (let low = high / 2n; high - low > 1n; ) {
    const middle = (low + high) / 2n;
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}
