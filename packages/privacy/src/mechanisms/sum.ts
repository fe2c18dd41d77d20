import { fromSteps, type Grid, stepsUp, toSteps } from '../grid.ts';
import { PrivacyError } from '../privacy-error.ts';
import type { BitSource } from '../random/bit-source.ts';
import type { Adjacency } from '../units/adjacency.ts';
import type { Epsilon } from '../units/parameters.ts';
import { rational, toNumberDown } from '../units/rational.ts';
import { sensitivity } from '../units/sensitivity.ts';
import { chooseItems, type Choosing, type Contribution, groupByUnit } from './contributions.ts';
import { planGeometric } from './geometric.ts';
import { type Bounds, requireBounds } from './laplace.ts';
import { type Mechanism, type Plan, toMechanism } from './mechanism.ts';
import { requireCount } from './require.ts';

/** A number of a unit. */
export type Amount = Contribution & Readonly<{ value: number }>;

export type SumParameters<A extends Adjacency> = Readonly<{
  epsilon: Epsilon;
  /** Values are clamped to these. Declared by the caller: bounds that are taken from the data tell of it. */
  bounds: Bounds;
  recordsPerUnit: number;
  /** What values are rounded to before they are added, exactly. */
  grid: Grid;
  choosing?: Choosing;
  adjacency: A;
}>;

/**
 * The sum of clamped values, at most `recordsPerUnit` of a unit's. Values are whole steps before they are added: sums of doubles depend on
 * the order and round by more than a unit may move them (Casacuberta, Shoemate, Vadhan and Wagaman 2022).
 * @throws PrivacyError `out_of_range`, `not_finite`; on release `bad_parameter` too
 */
export function sumMechanism<A extends Adjacency>(
  parameters: SumParameters<A>,
): Mechanism<Iterable<Amount>, number, A> {
  return toMechanism(planSum(parameters));
}

export function planSum<A extends Adjacency>(
  parameters: SumParameters<A>,
): Plan<Iterable<Amount>, number, A> {
  const { epsilon, recordsPerUnit, grid, choosing = 'random', adjacency } = parameters;
  const clamp = clampTo(parameters.bounds, grid);
  requireCount(recordsPerUnit, 'How many records of a unit count');
  const l1 = sumSensitivity(clamp, BigInt(recordsPerUnit), adjacency);
  const one = planGeometric({ epsilon, sensitivity: sensitivity('l1', l1), adjacency });
  return {
    events: one.events,
    draw: (records, source) => {
      let sum = 0n;
      for (const value of amountsOf(records, recordsPerUnit, choosing, source)) sum += clamp.steps(value);
      return toNumberDown(fromSteps(one.draw([sum], source)[0] as bigint, grid));
    },
  };
}

/**
 * The values that count, of all units.
 * @throws PrivacyError `not_finite` for any value, whether it counts or not; `bad_parameter`
 */
export function amountsOf(
  records: Iterable<Amount>,
  recordsPerUnit: number,
  choosing: Choosing,
  source: BitSource,
): number[] {
  return [...groupByUnit(records).values()].flatMap((own) => {
    own.forEach(requireFinite);
    const chosen = chooseItems(own, recordsPerUnit, choosing, ({ value }) => String(value), source);
    return chosen.map(({ value }) => value);
  });
}

function requireFinite({ value }: Amount): void {
  if (typeof value === 'number' && Number.isFinite(value)) return;
  throw new PrivacyError(
    'not_finite',
    'A value is not a finite number. Drop or replace such values before they are released.',
  );
}

/** Bounds in steps, from below and from above, and values clamped to them. */
export type Clamp = Readonly<{ lower: bigint; upper: bigint; steps(value: number): bigint }>;

/** @throws PrivacyError `not_finite`, `out_of_range`; `steps` throws `not_finite` */
export function clampTo(bounds: Bounds, grid: Grid): Clamp {
  requireBounds(bounds);
  const lower = -stepsUp(rational(-bounds.lower), grid);
  const upper = stepsUp(rational(bounds.upper), grid);
  const steps = (value: number): bigint =>
    toSteps(Math.min(Math.max(value, bounds.lower), bounds.upper), grid, bounds.lower, bounds.upper);
  return { lower, upper, steps };
}

/** What a unit adds is `records` values within the clamp at most, or nothing; where it is replaced, one such sum becomes another. */
export function sumSensitivity(
  { lower, upper }: Readonly<{ lower: bigint; upper: bigint }>,
  records: bigint,
  adjacency: Adjacency,
): bigint {
  const [least, most] = [lower < 0n ? lower : 0n, upper > 0n ? upper : 0n];
  const once = adjacency === 'replace-one' ? most - least : -least > most ? -least : most;
  if (once === 0n) {
    throw new PrivacyError(
      'out_of_range',
      'The bounds leave nothing to add up. Declare a lower bound below the upper one.',
    );
  }
  return once * records;
}
