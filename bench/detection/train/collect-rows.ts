/**
 * Makes random scenarios and writes what every look saw, one JSON line a row.
 * `node --conditions=portcullis-source bench/detection/train/collect-rows.ts --worlds 40 --from 0 --out rows.jsonl [--leave-out 0|1|2]`
 */
import { appendFileSync, readdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createWatch } from '../../../packages/detection/src/hunt/watch.ts';
import { createSeededRandom } from '../../../packages/detection/test/seeded-random.ts';
import { findCorpora } from '../scenario/corpora.ts';
import { makeScenario } from '../scenario/make-scenario.ts';
import { randomScenario } from './random-scenario.ts';

const { values } = parseArgs({
  options: {
    worlds: { type: 'string', default: '40' },
    from: { type: 'string', default: '0' },
    out: { type: 'string', default: 'rows.jsonl' },
    'leave-out': { type: 'string' },
    corpora: { type: 'string' },
  },
});
const corpora = findCorpora(values.corpora);
const sources = readdirSync(corpora)
  .filter((file) => file.endsWith('.jsonl.gz'))
  .map((file) => file.slice(0, -'.jsonl.gz'.length));
const third = values['leave-out'] === undefined ? undefined : Number(values['leave-out']);
const used = (kind: string): string[] =>
  sources
    .filter((source) => source.startsWith(kind))
    .filter((_, i) => third === undefined || i % 3 !== third);

writeFileSync(values.out, '');
const first = Number(values.from);
for (let world = first; world < first + Number(values.worlds); world++) {
  const random = createSeededRandom(world * 7919 + (third ?? 3));
  const { benign, traffic, truth } = makeScenario(
    randomScenario(random, world, used('benign'), used('attack')),
    corpora,
  );
  let lines = '';
  const watch = createWatch({
    seed: 1,
    score: { alone: () => 0, linked: () => 0 },
    onRow: ({ account, known, elapsed, exchanges, signals }) => {
      const of = truth.get(account);
      const label = known ? 'known' : (of?.use ?? '?');
      const row = [...signals].map((value) => Number(value.toFixed(3)));
      lines += `${JSON.stringify([world, account, label, of?.source ?? '', Math.round(elapsed), exchanges, row])}\n`;
    },
  });
  for (const exchange of benign) watch.observeBenign(exchange);
  for (const exchange of traffic) watch.observeTraffic(exchange);
  watch.end();
  appendFileSync(values.out, lines);
  process.stderr.write(`world ${world}: ${truth.size} accounts\n`);
}
