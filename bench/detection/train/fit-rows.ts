import { signalNames } from '../../../packages/detection/src/linking/neighbour-signals.ts';
import type { FittedScore, ScaledTrees } from '../../../packages/detection/src/score/score.ts';
import { sumOfTrees, type Trees } from '../../../packages/detection/src/score/trees.ts';
import { ownNames } from '../../../packages/detection/src/signals/account-signals.ts';
import { fitTrees, type Rows } from './fit-trees.ts';
import { isAttack, keyOf, maximaOf, type Row } from './rows.ts';

/**
 * Attacks that are not fitted to: their prompts are those of a benign use (a public test set, a classifier's material), so that fitting to them would only raise the
 * scores of that use, and with them what everybody is compared with.
 */
export const WITHOUT: readonly string[] = ['math_cot', 'meaeq'];

/**
 * Signals that the score does without. The share of known neighbours says which side an account is of: a score that used it would make every new kind of use look like
 * a campaign. What accounts send alike did not pay on sources left out, and is said in words: a benign use that is missing from the worlds can share wordings too (one
 * framework's), and one that is there shares whole prompts more than real accounts do. Neighbours without any mark of training value came to count as a campaign of real
 * users' questions, and with it benign accounts of the same language.
 */
const LEFT_OUT: readonly string[] = [
  'known',
  'knownWide',
  'templates',
  'templatesLift',
  'prompts',
  'publicPrompts',
  'trainingNear',
  'trainingNearWide',
];

const OPTIONS = { trees: 160, rate: 0.08, ridge: 3, leastWeight: 4 };

/** Fits the score to rows; `without`: parts of the names of attack sources that are passed over. */
export function fitRows(
  given: readonly Row[],
  without: readonly string[],
  trees: number = OPTIONS.trees,
): FittedScore {
  const rows = given.filter(
    ({ label, source }) => !isAttack(label) || !without.some((part) => source.includes(part)),
  );
  const alone = aloneRows(rows);
  const linked = linkedRows(rows);
  const options = { ...OPTIONS, trees };
  const pick = (names: readonly string[]): number[] =>
    names.flatMap((name, i) => (LEFT_OUT.includes(name) ? [] : [i]));
  return {
    name: 'boosted trees of depth 3, fitted by bench/detection/train',
    alone: scaled(alone, fit(alone, 'single', pick(ownNames), options)),
    linked: scaled(linked, fit(linked, 'hydra', pick(signalNames), options)),
  };
}

export const aloneRows = (rows: readonly Row[]): Row[] =>
  rows.filter(({ signals }) => signals.length === ownNames.length);
export const linkedRows = (rows: readonly Row[]): Row[] =>
  rows.filter(({ signals }) => signals.length > ownNames.length);

/** Every account counts the same, and extraction as much as use in sum. */
function fit(from: readonly Row[], attack: string, only: readonly number[], options: typeof OPTIONS): Trees {
  const used = from.filter(({ label }) => label === attack || !isAttack(label));
  const looks = new Map<string, number>();
  for (const row of used) looks.set(keyOf(row), (looks.get(keyOf(row)) ?? 0) + 1);
  const labels = Uint8Array.from(used, ({ label }) => (label === attack ? 1 : 0));
  const weights = Float64Array.from(used, (row) => 1 / (looks.get(keyOf(row)) as number));
  const sums = [0, 0];
  labels.forEach((label, i) => {
    sums[label] = (sums[label] as number) + (weights[i] as number);
  });
  for (let i = 0; i < weights.length; i++) {
    weights[i] = ((weights[i] as number) * (sums[0] as number)) / (sums[labels[i] as number] as number);
  }
  const data: Rows = { signals: used.map(({ signals }) => signals), labels, weights };
  return fitTrees(data, only, options);
}

/** Brings the running maximum of benign lives to a median of 0 and a 99th percentile of 1. */
function scaled(from: readonly Row[], trees: Trees): ScaledTrees {
  const maxima = maximaOf(
    from.filter(({ label }) => !isAttack(label)),
    (signals) => sumOfTrees(trees, signals),
  );
  const sorted = Float64Array.from([...maxima.values()].map(({ maximum }) => maximum)).sort();
  const middle = sorted[Math.floor(sorted.length / 2)] as number;
  const unit = (sorted[Math.floor(sorted.length * 0.99)] as number) - middle;
  return { trees, middle: Number(middle.toFixed(4)), unit: Number(unit.toFixed(4)) };
}
