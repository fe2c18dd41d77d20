import { createSeededRandom, type SeededRandom } from '../../../packages/detection/test/seeded-random.ts';
import type { WindowTest } from './window-test.ts';

export type ProtocolOptions = {
  /** Prompts in a window. */
  readonly window: number;
  /** Share of benign windows that may be named. */
  readonly alpha: number;
  /** Times that the prompts are split anew. */
  readonly splits: number;
  /** Benign windows a split for the threshold, and to measure false positives; windows a share of attack. */
  readonly calibrationWindows: number;
  readonly benignWindows: number;
  readonly attackWindows: number;
  readonly seed: number;
};

/** Shares of attack prompts in a window, as published. */
export const SHARES = [0.05, 0.1, 0.25, 0.5, 1] as const;

/** A rate over all splits, and the least and most of one split. */
export type Rate = { readonly mean: number; readonly low: number; readonly high: number };

export type ProtocolResult = {
  /** In the order of `SHARES`. */
  readonly truePositives: readonly Rate[];
  readonly falsePositives: Rate;
  /** (mean true positives + 1 - false positives) / 2. */
  readonly balancedAccuracy: number;
};

/** At most so many prompts are reference. */
const REFERENCE_MAX = 1000;
/** A half that leaves fewer for reference is not divided. */
const REFERENCE_MIN = 300;

/**
 * The protocol of Liu, Guo and Dong (arXiv:2606.05725): a threshold from benign windows alone, then windows with a share of attack. All
 * prompts of a window and of the reference beside it are different ones, drawn anew for each window, so that windows overlap each other.
 * Where half of the benign prompts suffice for a window and a reference, one half gives the threshold and the other is judged; else (windows
 * of 1,500: the corpora have 2,000) both come from all of them, and false positives are those of a permutation test.
 */
export function runProtocol(
  test: WindowTest,
  benign: readonly string[],
  attack: readonly string[],
  options: ProtocolOptions,
): ProtocolResult {
  const random = createSeededRandom(options.seed);
  const score = test.create();
  const perSplit = Array.from({ length: options.splits }, () =>
    runSplit(score, benign, attack, options, random),
  );
  const truePositives = SHARES.map((_, s) =>
    rateOf(perSplit.map((split) => split.truePositives[s] as number)),
  );
  const falsePositives = rateOf(perSplit.map((split) => split.falsePositives));
  const mean = truePositives.reduce((sum, rate) => sum + rate.mean, 0) / SHARES.length;
  return { truePositives, falsePositives, balancedAccuracy: (mean + 1 - falsePositives.mean) / 2 };
}

function rateOf(values: readonly number[]): Rate {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  return { mean, low: Math.min(...values), high: Math.max(...values) };
}

type Score = (reference: readonly string[], window: readonly string[]) => number;

function runSplit(
  score: Score,
  benign: readonly string[],
  attack: readonly string[],
  { window, alpha, calibrationWindows, benignWindows, attackWindows }: ProtocolOptions,
  random: SeededRandom,
): { truePositives: number[]; falsePositives: number } {
  const shuffled = random.shuffle([...benign]);
  const middle = shuffled.length >> 1;
  const isDivided = middle >= window + REFERENCE_MIN;
  const known = isDivided ? shuffled.slice(0, middle) : shuffled;
  const held = isDivided ? shuffled.slice(middle) : shuffled;
  const size = Math.min(REFERENCE_MAX, Math.min(known.length, held.length) - window);
  const scoreWindow = (pool: readonly string[], share: number): number => {
    const drawn = random.shuffle([...pool]);
    const bad = random.shuffle([...attack]).slice(0, Math.round(window * share));
    return score(drawn.slice(-size), [...drawn.slice(0, window - bad.length), ...bad]);
  };
  const scores = Array.from({ length: calibrationWindows }, () => scoreWindow(known, 0)).sort(
    (a, b) => b - a,
  );
  // The same bound as elsewhere: p = (1 + #{calibration >= score}) / (n + 1) <= alpha.
  const rank = Math.floor(alpha * (calibrationWindows + 1));
  const threshold = rank < 1 ? Infinity : (scores[rank - 1] as number);
  const named = (windows: number, share: number): number => {
    const above = Array.from({ length: windows }, () => scoreWindow(held, share) > threshold);
    return above.filter(Boolean).length / windows;
  };
  return {
    truePositives: SHARES.map((share) => named(attackWindows, share)),
    falsePositives: named(benignWindows, 0),
  };
}
