import { PrivacyError } from '../privacy-error.ts';
import { binomialTail, logBinomialMass } from './binomial.ts';
import { convexThresholds, highestScores, type ThresholdCounts } from './canary-thresholds.ts';

export type CanaryScores = Readonly<{
  /** Scores of the canaries that were in the data, higher where they look more like it. */
  included: readonly number[];
  /** Of those that were not. Which are which was decided by a fair coin for each, before the run. */
  excluded: readonly number[];
}>;

export type CanaryAudit = Readonly<{
  /** The loss of the run is at least this, at the significance asked for. 0 says nothing. */
  epsilonLower: number;
  /** So many canaries were guessed to be in, of which so many were. */
  guesses: number;
  correct: number;
}>;

export type CanaryAuditOptions = Readonly<{
  delta?: number;
  /** How often the bound may be above the true loss. */
  significance?: number;
  /** How many canaries of the highest scores are guessed to be in. */
  guesses?: number;
}>;

const STEP_MIN = 1e-9;
const EPSILON_MAX = 64;

/**
 * A lower bound on the loss of ONE run, from many canaries at once (Steinke, Nasr and Jagielski 2023, Theorem 5.2): a canary is guessed to
 * be in where its score is high, and under (ε, δ) guesses are right about as often as coins of chance e^ε/(1 + e^ε). With a number of
 * `guesses` that was set before the scores were seen this is the theorem. Without, every threshold on the convex hull of the counts is
 * tried at its part of the significance, as jax-privacy does: which thresholds these are depends on the scores, so that is a convention
 * and no proof.
 * @throws PrivacyError `out_of_range`, `not_finite`
 */
export function auditCanaries(
  scores: CanaryScores,
  { delta = 0, significance = 0.05, guesses }: CanaryAuditOptions = {},
): CanaryAudit {
  requireScores(scores, delta, significance);
  const canaries = scores.included.length + scores.excluded.length;
  const thresholds = guesses === undefined ? convexThresholds(scores) : [highestScores(scores, guesses)];
  const part = significance / thresholds.length;
  let best: CanaryAudit = { epsilonLower: 0, guesses: 0, correct: 0 };
  // The most precise first, as they leave least to be searched.
  for (const counts of thresholds.toSorted((a, b) => precision(b) - precision(a))) {
    if (precision(counts) <= logistic(best.epsilonLower)) continue;
    const refuted = (epsilon: number): boolean => chanceOfGuesses(counts, epsilon, canaries * delta) < part;
    if (!refuted(best.epsilonLower)) continue;
    best = { ...counts, epsilonLower: largestRefuted(refuted, best.epsilonLower) };
  }
  return Object.freeze(best);
}

function largestRefuted(refuted: (epsilon: number) => boolean, from: number): number {
  let [low, high] = [from, Math.max(1, 2 * from)];
  while (high < EPSILON_MAX && refuted(high)) [low, high] = [high, 2 * high];
  while (high - low > STEP_MIN) {
    const middle = (low + high) / 2;
    if (refuted(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * The chance, at most, of so many right guesses under (ε, δ): P(X ≥ correct) for X binomial with chance e^ε/(1 + e^ε), and for δ twice
 * m·δ · max over i of P(correct > X ≥ correct − i)/i.
 */
function chanceOfGuesses({ guesses, correct }: ThresholdCounts, epsilon: number, deltas: number): number {
  const chance = logistic(epsilon);
  const tail = binomialTail(correct, guesses, chance);
  if (deltas === 0) return tail;
  return Math.min(1, tail + 2 * deltas * largestMean(guesses, correct, chance));
}

/** Masses below `correct` rise to the mode and then fall, so their mean falls for good once a mass is below it. */
function largestMean(guesses: number, correct: number, chance: number): number {
  let sum = 0;
  for (let i = 1; i <= correct; i++) {
    const mass = Math.exp(logBinomialMass(correct - i, guesses, chance));
    if (i > 1 && mass < sum / (i - 1)) return sum / (i - 1);
    sum += mass;
  }
  return correct === 0 ? 0 : sum / correct;
}

function precision({ guesses, correct }: ThresholdCounts): number {
  return guesses === 0 ? 0 : correct / guesses;
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function requireScores({ included, excluded }: CanaryScores, delta: number, significance: number): void {
  if (
    !(delta >= 0 && delta < 1 && significance > 0 && significance < 1) ||
    included.length + excluded.length === 0
  ) {
    throw new PrivacyError(
      'out_of_range',
      'An audit takes canaries, a delta in 0 … 1 and a significance between 0 and 1.',
    );
  }
  // NaN is neither above nor below a threshold.
  if ([...included, ...excluded].some(Number.isNaN)) {
    throw new PrivacyError(
      'not_finite',
      'A score is not a number. Leave such a canary out before it is known whether it was in.',
    );
  }
}
