import { embedPrompt } from '../baselines/embed-prompt.ts';
import { medianBandwidth } from '../baselines/mmd.ts';
import { createFeatureMap, FEATURES } from '../baselines/random-features.ts';
import type { WindowTest } from './window-test.ts';

/** MMD of hashed n-grams with random Fourier features; the published one has a sentence-embedding model instead. */
export const mmdWindowTest: WindowTest = {
  name: 'MMD, hashed n-grams',
  create() {
    const features = new Map<string, Float32Array>();
    let map: ((embedding: Float32Array) => Float32Array) | null = null;
    return (reference, window) => {
      map ??= createFeatureMap(medianBandwidth(reference.slice(0, 400).map(embedPrompt)));
      const [a, b] = [meanOf(reference, features, map), meanOf(window, features, map)];
      return a.reduce((sum, x, i) => sum + (x - (b[i] as number)) ** 2, 0);
    };
  },
};

function meanOf(
  prompts: readonly string[],
  known: Map<string, Float32Array>,
  map: (embedding: Float32Array) => Float32Array,
): Float64Array {
  const mean = new Float64Array(FEATURES);
  for (const prompt of prompts) {
    const vector = known.get(prompt) ?? map(embedPrompt(prompt));
    known.set(prompt, vector);
    for (let i = 0; i < FEATURES; i++) mean[i] = (mean[i] as number) + (vector[i] as number) / prompts.length;
  }
  return mean;
}
