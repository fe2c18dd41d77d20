import { privacyEvent } from '../events/privacy-event.ts';
import type { BitSource } from '../random/bit-source.ts';
import { bernoulliExp } from '../samplers/bernoulli-exp.ts';
import { uniformBelow } from '../samplers/uniform.ts';
import type { Adjacency } from '../units/adjacency.ts';
import type { Epsilon } from '../units/parameters.ts';
import { divide, makeRational, multiply, type Rational, rational } from '../units/rational.ts';
import type { Sensitivity } from '../units/sensitivity.ts';
import { type Mechanism, type Plan, toMechanism } from './mechanism.ts';
import {
  requireCount,
  requireIntegers,
  requireLength,
  requireLoss,
  requireNorm,
  requireOneWay,
} from './require.ts';

// Both choices are made by coins of chance exp(−(best − score)·rate), thrown on whole numbers: no two floating-point sums are compared,
// so no last digit can tell a score.

export type ScoreParameters<A extends Adjacency> = Readonly<{
  epsilon: Epsilon;
  /** How far one unit can move any one score. */
  sensitivity: Sensitivity<'linf'>;
  /** How many there are to choose from. Public. */
  candidates: number;
  /** One unit moves all scores in the same direction, as with counts that it can only add to: half the noise is enough. Not under `replace-one`. */
  monotonic?: boolean;
  adjacency: A;
}>;

/** Scores in, the index of a candidate out. */
export type ChoiceMechanism<A extends Adjacency> = Mechanism<readonly bigint[], number, A>;
type ChoicePlan<A extends Adjacency> = Plan<readonly bigint[], number, A>;

/**
 * The exponential mechanism (McSherry and Talwar 2007): P(candidate) ∝ exp(ε · score / (2 · sensitivity)).
 * @throws PrivacyError `out_of_range`; on release `bad_parameter`, `not_finite`
 */
export function exponentialMechanism<A extends Adjacency>(
  parameters: ScoreParameters<A>,
): ChoiceMechanism<A> {
  return toMechanism(planExponential(parameters));
}

/**
 * Permute and flip (McKenna and Sheldon 2020): candidates in random order, each taken with probability
 * exp(−ε · (best − score) / (2 · sensitivity)). It errs no more than the exponential mechanism at the same ε, and is the same distribution
 * as the report of the noisy maximum with exponential noise (Ding and others 2021), which it stands for here.
 * @throws PrivacyError as `exponentialMechanism`
 */
export function permuteAndFlipMechanism<A extends Adjacency>(
  parameters: ScoreParameters<A>,
): ChoiceMechanism<A> {
  return toMechanism(planPermuteAndFlip(parameters));
}

export function planExponential<A extends Adjacency>(parameters: ScoreParameters<A>): ChoicePlan<A> {
  return planChoice(parameters, (losses, source) => {
    for (;;) {
      const candidate = Number(uniformBelow(BigInt(losses.length), source));
      if (bernoulliExp(losses[candidate] as Rational, source)) return candidate;
    }
  });
}

export function planPermuteAndFlip<A extends Adjacency>(parameters: ScoreParameters<A>): ChoicePlan<A> {
  return planChoice(parameters, (losses, source) => {
    const left = losses.map((_, index) => index);
    for (;;) {
      // The best one loses nothing and is taken when its turn comes, so the list is never empty.
      const place = Number(uniformBelow(BigInt(left.length), source));
      const candidate = left[place] as number;
      if (bernoulliExp(losses[candidate] as Rational, source)) return candidate;
      // Any order of the rest is as good, as the next is drawn from it.
      left[place] = left.at(-1) as number;
      left.pop();
    }
  });
}

function planChoice<A extends Adjacency>(
  { epsilon, sensitivity, candidates, monotonic = false, adjacency }: ScoreParameters<A>,
  choose: (losses: readonly Rational[], source: BitSource) => number,
): ChoicePlan<A> {
  requireLoss(epsilon);
  requireCount(candidates, 'The number of candidates');
  requireNorm(sensitivity, 'linf');
  requireOneWay(monotonic, adjacency);
  const rate = divide(divide(epsilon, sensitivity.value), rational(monotonic ? 1n : 2n));
  return {
    events: [privacyEvent(adjacency, { kind: 'pure', epsilon })],
    draw: (scores, source) => {
      requireLength(scores, candidates);
      requireIntegers(scores);
      const best = scores.reduce((most, score) => (score > most ? score : most));
      return choose(
        scores.map((score) => multiply(makeRational(best - score, 1n), rate)),
        source,
      );
    },
  };
}
