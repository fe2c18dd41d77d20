import { sumOfTrees, type Trees } from './trees.ts';

/** What looks at signals say: larger is more like extraction. Both are on one scale (0 and 1 are benign lives' median and 99th percentile when it was fitted). */
export type Score = {
  /** Of an account by itself; own signals. */
  alone(signals: Float64Array): number;
  /** Of an account among those most like it; own and linked signals. */
  linked(signals: Float64Array): number;
};

export type FittedScore = {
  readonly name: string;
  readonly alone: ScaledTrees;
  readonly linked: ScaledTrees;
};

export type ScaledTrees = { readonly trees: Trees; readonly middle: number; readonly unit: number };

export function createScore({ alone, linked }: FittedScore): Score {
  const scaled =
    ({ trees, middle, unit }: ScaledTrees) =>
    (signals: Float64Array): number =>
      (sumOfTrees(trees, signals) - middle) / unit;
  return { alone: scaled(alone), linked: scaled(linked) };
}
