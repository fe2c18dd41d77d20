import { createRandom } from '../src/random.ts';

/** A small seeded generator, so that every run makes the same traffic. */
export type SeededRandom = {
  /** In [0, 1). */
  next(): number;
  /** In [0, limit). */
  below(limit: number): number;
  pick<T>(list: readonly T[]): T;
  shuffle<T>(list: T[]): T[];
};

export function createSeededRandom(seed: number): SeededRandom {
  const next = createRandom(seed);
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    pick: (list) => list[below(list.length)] as (typeof list)[number],
    shuffle(list) {
      for (let i = list.length - 1; i > 0; i--) {
        const j = below(i + 1);
        [list[i], list[j]] = [list[j] as (typeof list)[number], list[i] as (typeof list)[number]];
      }
      return list;
    },
  };
}
