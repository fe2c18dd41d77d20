import { PrivacyError } from '../privacy-error.ts';
import type { BitSource } from '../random/bit-source.ts';
import type { Adjacency } from '../units/adjacency.ts';
import type { Epsilon } from '../units/parameters.ts';
import { sensitivity } from '../units/sensitivity.ts';
import { chooseItems, type Choosing, type Contribution, groupByUnit } from './contributions.ts';
import { planGeometric } from './geometric.ts';
import { type Mechanism, type Plan, toMechanism } from './mechanism.ts';
import { changedPartitions } from './partition-selection.ts';
import { requireCount } from './require.ts';

/** A record that is counted in the bucket of its key. */
export type Keyed = Contribution & Readonly<{ key: string }>;

/** What of one unit counts. Repeats of a key within a unit count up to `recordsPerBucket`. */
export type BucketBounds = Readonly<{
  bucketsPerUnit: number;
  recordsPerBucket: number;
  choosing?: Choosing;
}>;

export type HistogramParameters<A extends Adjacency> = BucketBounds &
  Readonly<{
    epsilon: Epsilon;
    /** All names that are published, whether they have records or not. Public: declared, not found in the data. */
    buckets: readonly string[];
    adjacency: A;
  }>;

/**
 * Counts in buckets that are known before. Records of other keys are left out; a bucket without records has noise as well.
 * @throws PrivacyError `out_of_range`, `bad_parameter`; on release `bad_parameter`
 */
export function histogramMechanism<A extends Adjacency>(
  parameters: HistogramParameters<A>,
): Mechanism<Iterable<Keyed>, ReadonlyMap<string, bigint>, A> {
  return toMechanism(planHistogram(parameters));
}

export function planHistogram<A extends Adjacency>(
  parameters: HistogramParameters<A>,
): Plan<Iterable<Keyed>, ReadonlyMap<string, bigint>, A> {
  const { epsilon, buckets, adjacency } = parameters;
  const known = new Set(buckets);
  if (known.size !== buckets.length || known.size === 0) {
    throw new PrivacyError('bad_parameter', 'Buckets have names, no two of them the same.');
  }
  const noisy = planGeometric({
    epsilon,
    sensitivity: sensitivity('l1', histogramSensitivity(parameters, adjacency, buckets.length)),
    answers: buckets.length,
    adjacency,
  });
  return {
    events: noisy.events,
    draw: (records, source) => {
      const counts = countBuckets(
        [...records].filter(({ key }) => known.has(key)),
        parameters,
        source,
      );
      const values = noisy.draw(
        buckets.map((name) => BigInt(counts.get(name)?.records ?? 0)),
        source,
      );
      return new Map(buckets.map((name, index) => [name, values[index] as bigint]));
    },
  };
}

/** l1: buckets that one unit changes, times how far it moves each. Of `buckets` it changes all at most. */
export function histogramSensitivity(
  { bucketsPerUnit, recordsPerBucket }: BucketBounds,
  adjacency: Adjacency,
  buckets = Number.MAX_SAFE_INTEGER,
): bigint {
  requireCount(recordsPerBucket, 'How many records of a bucket count');
  return BigInt(Math.min(changedPartitions(adjacency, bucketsPerUnit), buckets)) * BigInt(recordsPerBucket);
}

/** Distinct units, and records that count, by key, after each unit was bounded by itself. */
export function countBuckets(
  records: Iterable<Keyed>,
  { bucketsPerUnit, recordsPerBucket, choosing = 'random' }: BucketBounds,
  source: BitSource,
): ReadonlyMap<string, Readonly<{ units: number; records: number }>> {
  const counts = new Map<string, { units: number; records: number }>();
  for (const own of groupByUnit(records).values()) {
    const byKey = Map.groupBy(own, ({ key }) => key);
    for (const key of chooseItems([...byKey.keys()], bucketsPerUnit, choosing, (name) => name, source)) {
      const count = counts.get(key) ?? { units: 0, records: 0 };
      count.units += 1;
      count.records += Math.min(byKey.get(key)?.length ?? 0, recordsPerBucket);
      counts.set(key, count);
    }
  }
  return counts;
}
