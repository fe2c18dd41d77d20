import { privacyEvent } from '../events/privacy-event.ts';
import { PrivacyError } from '../privacy-error.ts';
import { bernoulli } from '../samplers/bernoulli.ts';
import type { Adjacency } from '../units/adjacency.ts';
import { exponentialBounds } from '../units/exponential-bounds.ts';
import type { Delta, Epsilon } from '../units/parameters.ts';
import { divide, makeRational, ONE, type Rational, rational, ZERO } from '../units/rational.ts';
import { type Mechanism, type Plan, toMechanism } from './mechanism.ts';
import { requireCount, requireLoss } from './require.ts';

export type PartitionParameters<A extends Adjacency> = Readonly<{
  epsilon: Epsilon;
  delta: Delta;
  /** In how many partitions one unit is counted at most. The caller sees to it. */
  partitionsPerUnit: number;
  adjacency: A;
}>;

/** Chances are rounded down to this many binary digits. */
const CHANCE_BITS = 128n;
/** So many units are certain to be published at any loss of use; below it, epsilon or delta is absurdly small. */
const UNITS_MAX = 200_000;

/**
 * Which partitions may be named, given how many distinct units each has: the most likely publication that (ε, δ) allows (Desfontaines,
 * Voss, Gipson and Mandayam 2022, Theorem 1). Coins are fractions on the side that keeps ε and δ.
 * @throws PrivacyError `out_of_range`; on release too
 */
export function partitionSelectionMechanism<A extends Adjacency>(
  parameters: PartitionParameters<A>,
): Mechanism<ReadonlyMap<string, number>, readonly string[], A> {
  return toMechanism(planPartitionSelection(parameters));
}

export function planPartitionSelection<A extends Adjacency>(
  parameters: PartitionParameters<A>,
): Plan<ReadonlyMap<string, number>, readonly string[], A> {
  const { epsilon, delta, adjacency } = parameters;
  const chances = publicationChances(lossPerPartition(parameters));
  return {
    events: [privacyEvent(adjacency, { kind: 'approximate', epsilon, delta })],
    draw: (units, source) => {
      for (const count of units.values()) requireUnits(count);
      // In the order of their names, as the order they came in could tell whose records they are.
      const named = [...units].sort(([a], [b]) => (a < b ? -1 : 1));
      return Object.freeze(
        named
          .filter(([, count]) => bernoulli(chances[Math.min(count, chances.length - 1)] as Rational, source))
          .map(([name]) => name),
      );
    },
  };
}

/** Partitions that one unit changes. Where it is replaced, those it leaves and those it joins. */
export function changedPartitions(adjacency: Adjacency, partitionsPerUnit: number): number {
  requireCount(partitionsPerUnit, 'Partitions a unit', 2 ** 32);
  return adjacency === 'replace-one' ? 2 * partitionsPerUnit : partitionsPerUnit;
}

function lossPerPartition<A extends Adjacency>(
  parameters: PartitionParameters<A>,
): {
  epsilon: Rational;
  delta: Rational;
} {
  requireLoss(parameters.epsilon);
  const changed = rational(BigInt(changedPartitions(parameters.adjacency, parameters.partitionsPerUnit)));
  return { epsilon: divide(parameters.epsilon, changed), delta: divide(parameters.delta, changed) };
}

/**
 * Chances of publishing a partition of 0, 1, 2 … units, up to the first that is certain. Each is the largest that keeps
 * π(n) ≤ e^ε π(n−1) + δ and 1 − π(n−1) ≤ e^ε (1 − π(n)) + δ; with e^ε from below, both hold exactly.
 * @throws PrivacyError `out_of_range` where δ is 0 or certainty is too far
 */
export function publicationChances({
  epsilon,
  delta,
}: Readonly<{ epsilon: Rational; delta: Rational }>): readonly Rational[] {
  if (delta.numerator === 0n) {
    throw new PrivacyError(
      'out_of_range',
      'Delta is 0: names that are not public can not be published without one.',
    );
  }
  const one = 1n << CHANCE_BITS;
  const { lower } = exponentialBounds(epsilon);
  const delta128 = (delta.numerator << CHANCE_BITS) / delta.denominator;
  const chances = [ZERO];
  for (let chance = 0n; chance < one; ) {
    const risen = (chance * lower.numerator) / lower.denominator + delta128;
    const rest = one - chance - delta128;
    // Rounded up, as it is taken from 1.
    const kept = rest <= 0n ? 0n : (rest * lower.denominator + lower.numerator - 1n) / lower.numerator;
    const next = risen < one - kept ? risen : one - kept;
    if (chances.length > UNITS_MAX || next <= chance) throw neverCertain();
    chance = next;
    chances.push(chance === one ? ONE : makeRational(chance, one));
  }
  return chances;
}

function neverCertain(): PrivacyError {
  return new PrivacyError(
    'out_of_range',
    `A partition of ${UNITS_MAX} units would still not be certain to be published. Use a larger epsilon or delta.`,
  );
}

function requireUnits(count: number): void {
  if (Number.isSafeInteger(count) && count >= 0) return;
  throw new PrivacyError('not_finite', 'A number of units is no whole number of 0 or more.');
}
