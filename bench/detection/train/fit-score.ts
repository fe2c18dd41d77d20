/**
 * Fits the score of packages/detection to rows that collect-rows.ts wrote, and writes it as a module.
 * `node --conditions=portcullis-source bench/detection/train/fit-score.ts --out packages/detection/src/score/fitted-score.ts rows.jsonl…`
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createScore } from '../../../packages/detection/src/score/score.ts';
import { aloneRows, fitRows, linkedRows, WITHOUT } from './fit-rows.ts';
import { maximaOf, readRows } from './rows.ts';

const { values, positionals } = parseArgs({
  options: {
    out: { type: 'string' },
    trees: { type: 'string' },
    without: { type: 'string', default: WITHOUT.join(',') },
  },
  allowPositionals: true,
});
const rows = positionals.flatMap(readRows);
const fitted = fitRows(
  rows,
  values.without.split(',').filter(Boolean),
  values.trees === undefined ? undefined : Number(values.trees),
);
if (values.out !== undefined) {
  writeFileSync(
    values.out,
    `// Written by bench/detection/train/fit-score.ts; fit again rather than edit.\nimport type { FittedScore } from './score.ts';\n\nexport const fittedScore: FittedScore = ${JSON.stringify(fitted)};\n`,
  );
}

/** Shares of accounts beyond the benign 99th percentile, by label, on the rows fitted to: a look, not an evaluation. */
const score = createScore(fitted);
for (const [name, from, by] of [
  ['alone', aloneRows(rows), score.alone],
  ['linked', linkedRows(rows), score.linked],
] as const) {
  const counts = new Map<string, [over: number, all: number]>();
  for (const { maximum, label } of maximaOf(from, by).values()) {
    const [over, all] = counts.get(label) ?? [0, 0];
    counts.set(label, [over + (maximum > 1 ? 1 : 0), all + 1]);
  }
  console.log(name, Object.fromEntries([...counts].map(([label, [over, all]]) => [label, `${over}/${all}`])));
}
