/**
 * The score on sources that it was not fitted to: fits to rows of which a third of the sources was left out, and judges that third in the
 * worlds of other rows, each against the known accounts of its own world.
 * `node --conditions=portcullis-source bench/detection/train/leave-out.ts --third 0 --fit fit0.jsonl --fit fit1.jsonl --corpora FOLDER rows.jsonl…`
 */
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { conformalP } from '../../../packages/detection/src/calibration/conformal.ts';
import { createScore } from '../../../packages/detection/src/score/score.ts';
import { ownNames } from '../../../packages/detection/src/signals/account-signals.ts';
import { clopperPearson } from '../evaluate/clopper-pearson.ts';
import { findCorpora } from '../scenario/corpora.ts';
import { fitRows, WITHOUT } from './fit-rows.ts';
import { isAttack, keyOf, readRows } from './rows.ts';

const { values, positionals } = parseArgs({
  options: {
    third: { type: 'string', default: '0' },
    fit: { type: 'string', multiple: true, default: [] },
    corpora: { type: 'string' },
    alpha: { type: 'string', default: '0.01' },
  },
  allowPositionals: true,
});
const alpha = Number(values.alpha);
const score = createScore(fitRows(values.fit.flatMap(readRows), WITHOUT));
const sources = readdirSync(findCorpora(values.corpora))
  .filter((file) => file.endsWith('.jsonl.gz'))
  .map((file) => file.slice(0, -'.jsonl.gz'.length));
const left = new Set(
  ['benign', 'attack'].flatMap((kind) =>
    sources.filter((source) => source.startsWith(kind)).filter((_, i) => i % 3 === Number(values.third)),
  ),
);

type Life = { world: number; label: string; source: string; maximum: number };
const lives = new Map<string, Life>();
const rows = positionals.flatMap(readRows);
for (const row of rows) {
  const value = row.signals.length === ownNames.length ? score.alone(row.signals) : score.linked(row.signals);
  const life = lives.get(keyOf(row));
  if (life === undefined) {
    const { world, label, source } = row;
    lives.set(keyOf(row), { world, label, source, maximum: value });
  } else if (value > life.maximum) life.maximum = value;
}
const known = new Map<number, number[]>();
for (const { world, label, maximum } of lives.values()) {
  if (label === 'known') known.set(world, [...(known.get(world) ?? []), maximum]);
}
const calibrated = new Map([...known].map(([world, maxima]) => [world, Float64Array.from(maxima).sort()]));

const counts = new Map<string, [flagged: number, all: number]>();
for (const { world, label, source, maximum } of lives.values()) {
  if (label === 'known' || !source.split('+').some((each) => left.has(each))) continue;
  const key = `${isAttack(label) ? label : 'benign'} ${source}`;
  const [flagged, all] = counts.get(key) ?? [0, 0];
  const p = conformalP(maximum, calibrated.get(world) as Float64Array);
  counts.set(key, [flagged + (p <= alpha ? 1 : 0), all + 1]);
}
for (const [key, [flagged, all]] of [...counts].sort()) {
  if (all < 20) continue;
  const [low, high] = clopperPearson(flagged, all);
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  console.log(
    `| ${key} | ${percent(flagged / all)} (${flagged}/${all}) | ${percent(low)} to ${percent(high)} |`,
  );
}
