import { PrivacyError } from '../privacy-error.ts';
import type { Adjacency } from '../units/adjacency.ts';
import type { Epsilon } from '../units/parameters.ts';
import { compare, ONE, type Rational } from '../units/rational.ts';
import { sensitivity } from '../units/sensitivity.ts';
import { planPermuteAndFlip } from './choose-by-score.ts';
import type { Choosing } from './contributions.ts';
import { type Mechanism, type Plan, toMechanism } from './mechanism.ts';
import { requireCount } from './require.ts';
import { type Amount, amountsOf } from './sum.ts';

export type QuantileParameters<A extends Adjacency> = Readonly<{
  epsilon: Epsilon;
  /** 1/2 is the median. */
  quantile: Rational;
  /** What may be answered, rising. Declared by the caller, such as every ten from 0 to 1,000; never taken from the data. */
  candidates: readonly number[];
  recordsPerUnit: number;
  choosing?: Choosing;
  adjacency: A;
}>;

/** A rank is a product of it and a number of records. */
const DENOMINATOR_MAX = 1_000_000n;

/**
 * The candidate whose rank is closest to the quantile's, by permute and flip on whole ranks (Smith 2011). Values outside the candidates
 * count as below or above all of them.
 * @throws PrivacyError `out_of_range`, `not_finite`, `bad_parameter`; on release `not_finite`, `bad_parameter`
 */
export function quantileMechanism<A extends Adjacency>(
  parameters: QuantileParameters<A>,
): Mechanism<Iterable<Amount>, number, A> {
  return toMechanism(planQuantile(parameters));
}

export function planQuantile<A extends Adjacency>({
  epsilon,
  quantile,
  candidates,
  recordsPerUnit,
  choosing = 'random',
  adjacency,
}: QuantileParameters<A>): Plan<Iterable<Amount>, number, A> {
  requireQuantile(quantile);
  requireRising(candidates);
  requireCount(recordsPerUnit, 'How many records of a unit count');
  const choice = planPermuteAndFlip({
    epsilon,
    sensitivity: sensitivity('linf', rankSensitivity(quantile, adjacency) * BigInt(recordsPerUnit)),
    candidates: candidates.length,
    adjacency,
  });
  return {
    events: choice.events,
    draw: (records, source) => {
      const values = amountsOf(records, recordsPerUnit, choosing, source);
      return candidates[choice.draw(rankScores(values, candidates, quantile), source)] as number;
    },
  };
}

/**
 * For each candidate, less the distance of q·n from the ranks that the candidate takes, times the denominator of q. One record moves it by
 * the numerator a or by b − a, whichever it counts for.
 */
export function rankScores(
  values: readonly number[],
  candidates: readonly number[],
  { numerator: a, denominator: b }: Rational,
): bigint[] {
  const sorted = Float64Array.from(values).sort();
  const wanted = a * BigInt(sorted.length);
  let [below, upTo] = [0, 0];
  return candidates.map((candidate) => {
    while (below < sorted.length && (sorted[below] as number) < candidate) below += 1;
    while (upTo < sorted.length && (sorted[upTo] as number) <= candidate) upTo += 1;
    const distances = [0n, b * BigInt(below) - wanted, wanted - b * BigInt(upTo)];
    return -distances.reduce((most, each) => (each > most ? each : most));
  });
}

/** One record that comes or goes; or one of it that is replaced, which takes it from one end of its range to the other. */
export function rankSensitivity({ numerator: a, denominator: b }: Rational, adjacency: Adjacency): bigint {
  if (adjacency === 'replace-one') return b;
  return a > b - a ? a : b - a;
}

function requireQuantile(quantile: Rational): void {
  const within = quantile.numerator >= 0n && compare(quantile, ONE) <= 0;
  if (within && quantile.denominator <= DENOMINATOR_MAX) return;
  throw new PrivacyError(
    'out_of_range',
    'A quantile is a fraction from 0 to 1 with a denominator up to 1e6, such as 95/100.',
  );
}

function requireRising(candidates: readonly number[]): void {
  const rising = candidates.every(
    (each, index) => Number.isFinite(each) && (index === 0 || each > (candidates[index - 1] as number)),
  );
  if (rising && candidates.length > 0) return;
  throw new PrivacyError(
    'out_of_range',
    'Candidates are finite numbers that rise, and there is at least one.',
  );
}
