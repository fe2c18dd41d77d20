import { ANSWERS, QUESTIONS, type Trees } from '../../../packages/detection/src/score/trees.ts';

// Gradient boosting for log loss (Friedman 2001, algorithm 5 with one Newton step a leaf, as in Chen and Guestrin 2016), on signals binned by
// quantile. Depth 3: a tree can speak of three signals together, and no more.

const BINS = 48;

export type FitOptions = {
  readonly trees: number;
  readonly rate: number;
  /** Added to the curvature of each leaf, so that few rows say little. */
  readonly ridge: number;
  /** Least curvature on either side of a question. */
  readonly leastWeight: number;
};

/** Rows of equal length, what each is (1 extraction, 0 use) and how much it counts. */
export type Rows = {
  readonly signals: readonly Float64Array[];
  readonly labels: Uint8Array;
  readonly weights: Float64Array;
};

export function fitTrees(rows: Rows, only: readonly number[], options: FitOptions): Trees {
  const binned = only.map((signal) => bin(rows.signals, signal));
  const count = rows.labels.length;
  const scores = new Float64Array(count);
  const gradient = new Float64Array(count);
  const curvature = new Float64Array(count);
  const trees = { base: 0, signals: [] as number[], limits: [] as number[], answers: [] as number[] };
  for (let t = 0; t < options.trees; t++) {
    for (let i = 0; i < count; i++) {
      const chance = 1 / (1 + Math.exp(-(scores[i] as number)));
      const weight = rows.weights[i] as number;
      gradient[i] = weight * ((rows.labels[i] as number) - chance);
      curvature[i] = weight * Math.max(1e-6, chance * (1 - chance));
    }
    growTree({ binned, only, gradient, curvature, scores, trees, options });
  }
  return trees;
}

type Binned = { readonly bins: Uint8Array; readonly limits: readonly number[] };
type Growth = {
  readonly binned: readonly Binned[];
  readonly only: readonly number[];
  readonly gradient: Float64Array;
  readonly curvature: Float64Array;
  readonly scores: Float64Array;
  readonly trees: { signals: number[]; limits: number[]; answers: number[] };
  readonly options: FitOptions;
};

function growTree({ binned, only, gradient, curvature, scores, trees, options }: Growth): void {
  const count = scores.length;
  const nodes = new Uint8Array(count);
  for (let node = 0; node < QUESTIONS; node++) {
    const question = bestQuestion(binned, nodes, node, gradient, curvature, options);
    trees.signals.push(only[question.signal] as number);
    trees.limits.push(round((binned[question.signal] as Binned).limits[question.bin] ?? 1e9));
    const { bins } = binned[question.signal] as Binned;
    for (let i = 0; i < count; i++) {
      if (nodes[i] === node) nodes[i] = (bins[i] as number) <= question.bin ? 2 * node + 1 : 2 * node + 2;
    }
  }
  const slope = new Float64Array(ANSWERS);
  const bend = new Float64Array(ANSWERS);
  for (let i = 0; i < count; i++) {
    const leaf = (nodes[i] as number) - QUESTIONS;
    slope[leaf] = (slope[leaf] as number) + (gradient[i] as number);
    bend[leaf] = (bend[leaf] as number) + (curvature[i] as number);
  }
  const answers = [...slope].map((sum, leaf) =>
    round((options.rate * sum) / ((bend[leaf] as number) + options.ridge)),
  );
  trees.answers.push(...answers);
  for (let i = 0; i < count; i++) {
    scores[i] = (scores[i] as number) + (answers[(nodes[i] as number) - QUESTIONS] as number);
  }
}

function bestQuestion(
  binned: readonly Binned[],
  nodes: Uint8Array,
  node: number,
  gradient: Float64Array,
  curvature: Float64Array,
  { ridge, leastWeight }: FitOptions,
): { signal: number; bin: number } {
  let best = { signal: 0, bin: BINS, gain: 0 };
  const slope = new Float64Array(BINS);
  const bend = new Float64Array(BINS);
  binned.forEach(({ bins }, signal) => {
    slope.fill(0);
    bend.fill(0);
    for (let i = 0; i < nodes.length; i++) {
      if (nodes[i] !== node) continue;
      const at = bins[i] as number;
      slope[at] = (slope[at] as number) + (gradient[i] as number);
      bend[at] = (bend[at] as number) + (curvature[i] as number);
    }
    const slopeAll = slope.reduce((sum, value) => sum + value, 0);
    const bendAll = bend.reduce((sum, value) => sum + value, 0);
    let slopeLeft = 0;
    let bendLeft = 0;
    for (let at = 0; at < BINS - 1; at++) {
      slopeLeft += slope[at] as number;
      bendLeft += bend[at] as number;
      const bendRight = bendAll - bendLeft;
      if (bendLeft < leastWeight || bendRight < leastWeight) continue;
      const gain =
        slopeLeft ** 2 / (bendLeft + ridge) +
        (slopeAll - slopeLeft) ** 2 / (bendRight + ridge) -
        slopeAll ** 2 / (bendAll + ridge);
      if (gain > best.gain) best = { signal, bin: at, gain };
    }
  });
  return best;
}

function bin(signals: readonly Float64Array[], signal: number): Binned {
  const values = Float64Array.from(signals, (row) => row[signal] as number);
  const sorted = values.toSorted();
  const limits = Array.from({ length: BINS - 1 }, (_, b) =>
    round(sorted[Math.floor(((b + 1) * sorted.length) / BINS)] as number),
  );
  const bins = Uint8Array.from(values, (value) => {
    let at = 0;
    while (at < limits.length && value > (limits[at] as number)) at++;
    return at;
  });
  return { bins, limits };
}

const round = (value: number): number => Number(value.toPrecision(4));
