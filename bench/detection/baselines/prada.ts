import { distance, embedPrompt } from './embed-prompt.ts';
import type { Baseline, Scorer } from './running-maximum.ts';
import { shapiroWilk } from './shapiro-wilk.ts';

type Account = {
  count: number;
  threshold: number;
  readonly grown: Float32Array[];
  readonly grownDistances: number[];
  readonly distances: number[];
};

const DISTANCES_MIN = 100;
const STEP = 10;
/** Accounts beyond this are scored on what they sent first: the method is quadratic. */
const DISTANCES_MAX = 1500;

function deviation(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  return { mean, deviation: Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length) };
}

/**
 * PRADA (Juuti et al., EuroS&P 2019, algorithm 3): distances of each query to the nearest earlier one of a growing set are
 * near normal for benign clients, not for synthetic queries. A query joins the set where its distance exceeds max(threshold, mean -
 * deviation of the set's distances); outliers beyond 3 deviations are left out; the test is Shapiro and Wilk's. There W below a
 * fixed 0.9 to 0.96 is an alarm, per predicted class; here there are no classes, and 1 - W is calibrated as all baselines are.
 */
function createPrada(): Scorer {
  const accounts = new Map<string, Account>();
  return ({ account, prompt }) => {
    const state = accounts.get(account) ?? {
      count: 0,
      threshold: 0,
      grown: [],
      grownDistances: [],
      distances: [],
    };
    accounts.set(account, state);
    state.count++;
    if (state.distances.length >= DISTANCES_MAX) return -Infinity;
    grow(state, embedPrompt(prompt));
    if (state.count % STEP !== 0) return -Infinity;
    const all = deviation(state.distances);
    const kept = state.distances.filter((x) => Math.abs(x - all.mean) < 3 * all.deviation);
    return kept.length > DISTANCES_MIN ? 1 - shapiroWilk(kept) : -Infinity;
  };
}

function grow(state: Account, query: Float32Array): void {
  if (state.grown.length === 0) {
    state.grown.push(query);
    return;
  }
  let least = Infinity;
  for (const earlier of state.grown) least = Math.min(least, distance(earlier, query));
  state.distances.push(least);
  if (least <= state.threshold) return;
  state.grown.push(query);
  state.grownDistances.push(least);
  const { mean, deviation: spread } = deviation(state.grownDistances);
  state.threshold = Math.max(state.threshold, mean - spread);
}

export const prada: Baseline = { name: 'PRADA', fit: null, create: createPrada };
