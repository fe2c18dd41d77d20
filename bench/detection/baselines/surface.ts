import { loadDialogues } from '../scenario/corpora.ts';
import type { Baseline, Scorer } from './running-maximum.ts';

/** Length, punctuation, case and script of a prompt: what separates sources without any understanding. */
function surfaceFeatures(prompt: string): number[] {
  const text = prompt.slice(0, 4000);
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  const length = text.length || 1;
  const trimmed = text.trimEnd();
  return [
    1,
    Math.log(1 + prompt.length) / 5,
    /^\p{Lu}/u.test(text) ? 1 : 0,
    /[?？]$/.test(trimmed) ? 1 : 0,
    /[.。]$/.test(trimmed) ? 1 : 0,
    text.includes('\n') ? 1 : 0,
    (20 * count(/[,;:.!?，。；：！？]/g)) / length,
    (5 * count(/\p{Lu}/gu)) / length,
    (5 * count(/\d/g)) / length,
    count(/[^\x00-\x7f]/g) / length,
    (5 * count(/\s/g)) / length,
  ];
}

/** Logistic regression by plain gradient descent; both classes weigh alike. */
function fitLogistic(benign: readonly number[][], attack: readonly number[][]): number[] {
  const weights = new Array<number>(benign[0]?.length ?? 0).fill(0);
  for (let step = 0; step < 400; step++) {
    const gradient = weights.map((w) => 1e-3 * w);
    for (const [rows, label] of [
      [benign, 0],
      [attack, 1],
    ] as const) {
      for (const row of rows) {
        const error = (1 / (1 + Math.exp(-dot(weights, row))) - label) / rows.length;
        row.forEach((x, i) => (gradient[i] = (gradient[i] as number) + error * x));
      }
    }
    gradient.forEach((g, i) => (weights[i] = (weights[i] as number) - 0.7 * g));
  }
  return weights;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);
}

const TAUGHT_MAX = 3000;
const PER_SOURCE = 400;
const EXCHANGES_MIN = 5;

type Sums = { sum: number; count: number; readonly recent: number[] };

/**
 * Surface features alone: a logistic regression of benign accounts against the attack sources that are NOT in the traffic. The account's
 * score is the sum of its prompts' centred logits over the root of their number, as a mean that gathers confidence.
 * @param window over the account's last prompts only, so that volume alone tells nothing; null: over all of them
 */
function createSurface(name: string, window: number | null): Baseline {
  return {
    name,
    fit(benign, { corpora, trainOn }) {
      const taught: number[][] = [];
      let seen = 0;
      for (const { prompt } of benign) {
        if (seen++ % 5 === 0 && taught.length < TAUGHT_MAX) taught.push(surfaceFeatures(prompt));
      }
      const attack = trainOn.flatMap((source) =>
        loadDialogues(corpora, source)
          .slice(0, PER_SOURCE)
          .map(({ turns }) => surfaceFeatures(turns[0]?.prompt ?? '')),
      );
      const weights = fitLogistic(taught, attack);
      const centre = taught.reduce((sum, row) => sum + dot(weights, row), 0) / taught.length;
      return () => createScorer((prompt) => dot(weights, surfaceFeatures(prompt)) - centre, window);
    },
  };
}

function createScorer(logit: (prompt: string) => number, window: number | null): Scorer {
  const accounts = new Map<string, Sums>();
  return ({ account, prompt }) => {
    const state = accounts.get(account) ?? { sum: 0, count: 0, recent: [] };
    accounts.set(account, state);
    const value = logit(prompt);
    state.sum += value;
    state.count++;
    if (window !== null && state.recent.push(value) > window) {
      state.sum -= state.recent.shift() ?? 0;
      state.count--;
    }
    return state.count < EXCHANGES_MIN ? -Infinity : state.sum / Math.sqrt(state.count);
  };
}

export const surface = createSurface('surface', null);
export const surfaceWindow = createSurface('surface, last 50', 50);
