import { hashText } from '../../../packages/detection/src/hash32.ts';
import type { Dialogue } from './corpora.ts';

/** Words of a text, or pairs of characters where the script has no spaces. */
function* features(text: string): Generator<number> {
  for (const [word] of text
    .slice(0, 400)
    .toLowerCase()
    .matchAll(/[\p{L}\p{N}]+/gu)) {
    if (/[\u3040-\u30ff\u3400-\u9fff]/.test(word)) {
      for (let i = 0; i + 1 < word.length; i++) yield hashText(word.slice(i, i + 2), 7);
    } else if (word.length > 3) {
      yield hashText(word, 7);
    }
  }
}

const WIDTH = 256;

function vectorOf(dialogue: Dialogue, frequency: Map<number, number>): Float32Array {
  const vector = new Float32Array(WIDTH);
  for (const feature of new Set(features(dialogue.turns[0]?.prompt ?? ''))) {
    // Rare words tell of a topic; a word seen once can not group anything.
    const seen = frequency.get(feature) ?? 1;
    if (seen < 2) continue;
    const slot = (feature >>> 1) % WIDTH;
    vector[slot] = (vector[slot] as number) + (feature & 1 ? 1 : -1) / Math.sqrt(seen);
  }
  const norm = Math.hypot(...vector) || 1;
  return vector.map((x) => x / norm);
}

/**
 * Groups dialogues roughly by topic: rounds of spherical k-means over hashed words weighted by rarity.
 * @returns per topic its dialogues; none empty; about `size` each
 */
export function groupByTopic(dialogues: readonly Dialogue[], size: number): Dialogue[][] {
  const frequency = new Map<number, number>();
  for (const dialogue of dialogues) {
    for (const feature of new Set(features(dialogue.turns[0]?.prompt ?? '')))
      frequency.set(feature, (frequency.get(feature) ?? 0) + 1);
  }
  const vectors = dialogues.map((dialogue) => vectorOf(dialogue, frequency));
  const count = Math.max(1, Math.round(dialogues.length / size));
  let centres: Float32Array[] = Array.from({ length: count }, (_, i) =>
    Float32Array.from(vectors[Math.floor((i * vectors.length) / count)] as Float32Array),
  );
  let nearest: number[] = [];
  for (let round = 0; round < 4; round++) {
    nearest = vectors.map((vector) => nearestOf(vector, centres));
    centres = meansOf(vectors, nearest, centres);
  }
  const topics: Dialogue[][] = Array.from({ length: count }, () => []);
  dialogues.forEach((dialogue, i) => topics[nearest[i] as number]?.push(dialogue));
  return topics.filter((topic) => topic.length > 0);
}

function nearestOf(vector: Float32Array, centres: readonly Float32Array[]): number {
  let best = 0;
  let bestDot = -Infinity;
  centres.forEach((centre, c) => {
    let dot = 0;
    for (let i = 0; i < WIDTH; i++) dot += (vector[i] as number) * (centre[i] as number);
    if (dot > bestDot) [best, bestDot] = [c, dot];
  });
  return best;
}

function meansOf(
  vectors: readonly Float32Array[],
  nearest: readonly number[],
  before: readonly Float32Array[],
): Float32Array[] {
  const sums = before.map(() => new Float32Array(WIDTH));
  vectors.forEach((vector, v) => {
    const sum = sums[nearest[v] as number] as Float32Array;
    for (let i = 0; i < WIDTH; i++) sum[i] = (sum[i] as number) + (vector[i] as number);
  });
  return sums.map((sum, c) => {
    const norm = Math.hypot(...sum);
    return norm === 0 ? (before[c] as Float32Array) : sum.map((x) => x / norm);
  });
}
