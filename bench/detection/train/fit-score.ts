/**
 * Fits the score of packages/detection to rows that collect-rows.ts wrote, and writes it as a module.
 * `node --conditions=portcullis-source bench/detection/train/fit-score.ts --out FILE rows.jsonl…`
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { signalNames } from '../../../packages/detection/src/linking/neighbour-signals.ts';
import {
  createScore,
  type FittedScore,
  type ScaledTrees,
} from '../../../packages/detection/src/score/score.ts';
import { sumOfTrees, type Trees } from '../../../packages/detection/src/score/trees.ts';
import { ownNames } from '../../../packages/detection/src/signals/account-signals.ts';
import { fitTrees, type Rows } from './fit-trees.ts';

type Row = {
  readonly world: number;
  readonly account: string;
  readonly label: string;
  readonly source: string;
  readonly signals: Float64Array;
};

/**
 * Attacks that are not fitted to: their prompts are those of a benign use (a public test set, a classifier's material), so that fitting to them would only raise the
 * scores of that use, and with them what everybody is compared with.
 */
const WITHOUT = 'math_cot,meaeq';

const OPTIONS = { trees: 140, rate: 0.08, ridge: 3, leastWeight: 4 };

const { values, positionals } = parseArgs({
  options: {
    out: { type: 'string' },
    leave: { type: 'string', default: '' },
    trees: { type: 'string' },
    without: { type: 'string', default: WITHOUT },
  },
  allowPositionals: true,
});
/** Signals left out of the fit, by comma. */
const left = new Set(values.leave.split(','));
const without = values.without.split(',');
const rows = positionals
  .flatMap(readRows)
  .filter(
    ({ label, source }) => !isAttack(label) || !without.some((part) => part !== '' && source.includes(part)),
  );
const own = ownNames.length;
const alone = rows.filter(({ signals }) => signals.length === own);
const linked = rows.filter(({ signals }) => signals.length > own);
const options = { ...OPTIONS, trees: Number(values.trees ?? OPTIONS.trees) };
const pick = (names: readonly string[]): number[] => names.flatMap((name, i) => (left.has(name) ? [] : [i]));
const fitted: FittedScore = {
  name: 'boosted trees of depth 3, fitted by bench/detection/train',
  alone: scaled(alone, fit(alone, 'single', pick(ownNames))),
  linked: scaled(linked, fit(linked, 'hydra', pick(signalNames))),
};
report(fitted);
if (values.out !== undefined) {
  writeFileSync(
    values.out,
    `// Written by bench/detection/train/fit-score.ts; fit again rather than edit.\nimport type { FittedScore } from './score.ts';\n\nexport const fittedScore: FittedScore = ${JSON.stringify(fitted)};\n`,
  );
}

function readRows(path: string): Row[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [world, account, label, source, , , signals] = JSON.parse(line) as [
        number,
        string,
        string,
        string,
        number,
        number,
        number[],
      ];
      return { world, account, label, source, signals: Float64Array.from(signals) };
    });
}

/** Every account counts the same, and extraction as much as use in sum. */
function fit(from: readonly Row[], attack: string, only: readonly number[]): Trees {
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

function maximaOf(
  from: readonly Row[],
  score: (signals: Float64Array) => number,
): Map<string, { maximum: number; label: string }> {
  const maxima = new Map<string, { maximum: number; label: string }>();
  for (const row of from) {
    const value = score(row.signals);
    const before = maxima.get(keyOf(row))?.maximum ?? Number.NEGATIVE_INFINITY;
    if (value > before) maxima.set(keyOf(row), { maximum: value, label: row.label });
  }
  return maxima;
}

/** Shares of accounts beyond the benign 99th percentile, by label, on the rows fitted to: a first look, not an evaluation. */
function report(of: FittedScore): void {
  const score = createScore(of);
  for (const [name, from, by] of [
    ['alone', alone, score.alone],
    ['linked', linked, score.linked],
  ] as const) {
    const counts = new Map<string, [over: number, all: number]>();
    for (const { maximum, label } of maximaOf(from, by).values()) {
      const [over, all] = counts.get(label) ?? [0, 0];
      counts.set(label, [over + (maximum > 1 ? 1 : 0), all + 1]);
    }
    console.log(
      name,
      Object.fromEntries([...counts].map(([label, [over, all]]) => [label, `${over}/${all}`])),
    );
  }
}

function isAttack(label: string): boolean {
  return label === 'single' || label === 'hydra';
}

function keyOf({ world, account }: Row): string {
  return `${world} ${account}`;
}
