import { median } from '../../harness/numbers.ts';
import { distance, embedPrompt } from './embed-prompt.ts';
import { createFeatureMap, FEATURES } from './random-features.ts';
import type { Baseline, Scorer } from './running-maximum.ts';

const REFERENCE_MAX = 3000;
const WINDOW = 100;
const WINDOW_MIN = 20;
const STEP = 10;

/** The usual bandwidth: the median distance between pairs (Gretton et al., JMLR 13, 2012). */
export function medianBandwidth(embeddings: readonly Float32Array[]): number {
  const some = embeddings.slice(0, 400);
  return median(some.flatMap((a, i) => some.slice(i + 1).map((b) => distance(a, b)))) || 1;
}

/**
 * Benign-calibrated MMD (Liu, Guo and Dong, arXiv:2606.05725, 2026): a window of queries against benign reference traffic, threshold from
 * benign windows alone. There a window is 1,500 queries of anybody and an alarm names no one; here it is the account's
 * last 100 (from 20 on), calibrated as all baselines are. Score: unbiased estimate of MMD², times the window's size.
 */
export const mmd: Baseline = {
  name: 'MMD',
  fit(benign) {
    const embeddings: Float32Array[] = [];
    let seen = 0;
    for (const { prompt } of benign)
      if (seen++ % 4 === 0 && embeddings.length < REFERENCE_MAX) embeddings.push(embedPrompt(prompt));
    const map = createFeatureMap(medianBandwidth(embeddings));
    const reference = new Float32Array(FEATURES);
    for (const embedding of embeddings) {
      map(embedding).forEach((x, i) => (reference[i] = (reference[i] as number) + x / embeddings.length));
    }
    return () => createScorer(map, reference);
  },
};

type Window = { readonly features: Float32Array[]; readonly sum: Float64Array; count: number };

function createScorer(map: (embedding: Float32Array) => Float32Array, reference: Float32Array): Scorer {
  const windows = new Map<string, Window>();
  return ({ account, prompt }) => {
    const window = windows.get(account) ?? { features: [], sum: new Float64Array(FEATURES), count: 0 };
    windows.set(account, window);
    const features = map(embedPrompt(prompt));
    window.features.push(features);
    features.forEach((x, i) => (window.sum[i] = (window.sum[i] as number) + x));
    if (window.features.length > WINDOW) {
      window.features.shift()?.forEach((x, i) => (window.sum[i] = (window.sum[i] as number) - x));
    }
    return ++window.count >= WINDOW_MIN && window.count % STEP === 0
      ? unbiased(window, reference)
      : -Infinity;
  };
}

function unbiased({ features, sum }: Window, reference: Float32Array): number {
  const n = features.length;
  let within = 0;
  let own = 0;
  let across = 0;
  let benign = 0;
  for (let i = 0; i < FEATURES; i++) {
    within += (sum[i] as number) ** 2;
    across += ((sum[i] as number) / n) * (reference[i] as number);
    benign += (reference[i] as number) ** 2;
  }
  for (const vector of features) for (const x of vector) own += x * x;
  return n * ((within - own) / (n * (n - 1)) - 2 * across + benign);
}
