import { percentile } from '../../harness/numbers.ts';
import { createSeededRandom } from '../../../packages/detection/test/seeded-random.ts';
import { distance, embedPrompt } from './embed-prompt.ts';
import type { Baseline, Scorer } from './running-maximum.ts';

/** Share of benign pairs that may count as similar. */
const SIMILAR_SHARE = 1e-4;
const PAIRS = 200_000;
const KEPT_MAX = 300;

/**
 * SEAT (Zhang, Chen and Wagner, AISec 2021): an account is cancelled once it made more than N (50) similar pairs of queries; a pair is
 * similar where its distance is below one that 1 in 10,000 benign pairs falls short of. There the encoder is trained against
 * adversarial changes; here it is the baselines' common embedding, an account's pairs are counted against its last 300
 * queries, and N is calibrated as in all baselines.
 */
export const seat: Baseline = {
  name: 'SEAT',
  fit(benign) {
    const random = createSeededRandom(5);
    const embeddings: Float32Array[] = [];
    let seen = 0;
    for (const { prompt } of benign)
      if (seen++ % 4 === 0 && embeddings.length < 3000) embeddings.push(embedPrompt(prompt));
    const distances: number[] = [];
    while (distances.length < PAIRS) {
      const [a, b] = [random.below(embeddings.length), random.below(embeddings.length)];
      if (a !== b) distances.push(distance(embeddings[a] as Float32Array, embeddings[b] as Float32Array));
    }
    const similar = percentile(distances, SIMILAR_SHARE);
    return () => createSeat(similar);
  },
};

function createSeat(similar: number): Scorer {
  const accounts = new Map<string, { pairs: number; readonly kept: Float32Array[] }>();
  return ({ account, prompt }) => {
    const state = accounts.get(account) ?? { pairs: 0, kept: [] };
    accounts.set(account, state);
    const query = embedPrompt(prompt);
    for (const earlier of state.kept) if (distance(earlier, query) <= similar) state.pairs++;
    state.kept.push(query);
    if (state.kept.length > KEPT_MAX) state.kept.shift();
    return state.pairs;
  };
}
