/**
 * A sum of small regression trees (Friedman 2001, "Greedy function approximation"), each of depth 3 and stored whole: node i has children
 * 2i + 1 and 2i + 2, the first seven are questions, the last eight answers.
 */
export type Trees = {
  /** What a sum starts with. */
  readonly base: number;
  /** Seven a tree: index of the signal asked about. */
  readonly signals: readonly number[];
  /** Seven a tree: at most this goes left. */
  readonly limits: readonly number[];
  /** Eight a tree. */
  readonly answers: readonly number[];
};

export const QUESTIONS = 7;
export const ANSWERS = 8;

export function sumOfTrees(trees: Trees, signals: Float64Array): number {
  let sum = trees.base;
  const count = trees.answers.length / ANSWERS;
  for (let t = 0; t < count; t++) {
    let node = 0;
    while (node < QUESTIONS) {
      const at = t * QUESTIONS + node;
      const value = signals[trees.signals[at] as number] as number;
      node = value <= (trees.limits[at] as number) ? 2 * node + 1 : 2 * node + 2;
    }
    sum += trees.answers[t * ANSWERS + node - QUESTIONS] as number;
  }
  return sum;
}
