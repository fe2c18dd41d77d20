import type { Adjacency } from '../units/adjacency.ts';
import type { Delta, Epsilon } from '../units/parameters.ts';
import { sensitivity } from '../units/sensitivity.ts';
import { planGeometric } from './geometric.ts';
import { type BucketBounds, countBuckets, histogramSensitivity, type Keyed } from './histogram.ts';
import { type Mechanism, type Plan, toMechanism } from './mechanism.ts';
import { planPartitionSelection } from './partition-selection.ts';

export type OpenHistogramParameters<A extends Adjacency> = BucketBounds &
  Readonly<{
    /** For the choice of which names are published. */
    selection: Readonly<{ epsilon: Epsilon; delta: Delta }>;
    /** For the counts of those that are. */
    epsilon: Epsilon;
    adjacency: A;
  }>;

/**
 * Counts in buckets whose names are as private as the records: the optimal selection by distinct units says which are named, then their
 * counts get noise. It costs both events.
 * @throws PrivacyError `out_of_range`; on release `bad_parameter`
 */
export function openHistogramMechanism<A extends Adjacency>(
  parameters: OpenHistogramParameters<A>,
): Mechanism<Iterable<Keyed>, ReadonlyMap<string, bigint>, A> {
  return toMechanism(planOpenHistogram(parameters));
}

export function planOpenHistogram<A extends Adjacency>(
  parameters: OpenHistogramParameters<A>,
): Plan<Iterable<Keyed>, ReadonlyMap<string, bigint>, A> {
  const { selection, epsilon, bucketsPerUnit, adjacency } = parameters;
  const select = planPartitionSelection({ ...selection, partitionsPerUnit: bucketsPerUnit, adjacency });
  const l1 = sensitivity('l1', histogramSensitivity(parameters, adjacency));
  const count = planGeometric({ epsilon, sensitivity: l1, adjacency });
  return {
    events: [...select.events, ...count.events],
    draw: (records, source) => {
      const counts = countBuckets(records, parameters, source);
      const units = new Map([...counts].map(([name, bucket]) => [name, bucket.units]));
      return new Map(
        select.draw(units, source).map((name) => {
          const [noisy] = count.draw([BigInt(counts.get(name)?.records ?? 0)], source);
          return [name, noisy as bigint];
        }),
      );
    },
  };
}
