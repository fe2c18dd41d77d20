import type { Adjacency } from '../units/adjacency.ts';
import type { Epsilon } from '../units/parameters.ts';
import { sensitivity } from '../units/sensitivity.ts';
import { type Contribution, groupByUnit } from './contributions.ts';
import { planGeometric } from './geometric.ts';
import { type Mechanism, type Plan, toMechanism } from './mechanism.ts';
import { requireCount } from './require.ts';

export type CountParameters<A extends Adjacency> = Readonly<{
  epsilon: Epsilon;
  /** How many records of one unit count at most; 1 counts units. */
  recordsPerUnit: number;
  adjacency: A;
}>;

/**
 * How many records there are, with the rest of a unit's left out beyond `recordsPerUnit`. A whole number, which may be negative.
 * @throws PrivacyError `out_of_range`; on release `bad_parameter`
 */
export function countMechanism<A extends Adjacency>(
  parameters: CountParameters<A>,
): Mechanism<Iterable<Contribution>, bigint, A> {
  return toMechanism(planCount(parameters));
}

export function planCount<A extends Adjacency>({
  epsilon,
  recordsPerUnit,
  adjacency,
}: CountParameters<A>): Plan<Iterable<Contribution>, bigint, A> {
  requireCount(recordsPerUnit, 'How many records of a unit count');
  // A unit that comes, goes or is replaced moves the count by its own records alone, under either adjacency.
  const one = planGeometric({ epsilon, sensitivity: sensitivity('l1', BigInt(recordsPerUnit)), adjacency });
  return {
    events: one.events,
    draw: (records, source) => {
      let count = 0;
      for (const { length } of groupByUnit(records).values()) count += Math.min(length, recordsPerUnit);
      return one.draw([BigInt(count)], source)[0] as bigint;
    },
  };
}
