/**
 * Writes a scenario as `portcullis hunt` reads it: benign.jsonl.gz, traffic.jsonl.gz and truth.json.
 * `node --conditions=portcullis-source bench/detection/make-scenario.ts SCENARIO.json FOLDER [--corpora FOLDER]`
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findCorpora } from './scenario/corpora.ts';
import { makeScenario } from './scenario/make-scenario.ts';
import type { ScenarioParams } from './scenario/scenario-params.ts';
import { writeTraffic } from './scenario/write-traffic.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { corpora: { type: 'string' }, help: { type: 'boolean' } },
});
const [file, folder] = positionals;
if (values.help || file === undefined || folder === undefined) {
  console.log('Usage: make-scenario.ts SCENARIO.json FOLDER [--corpora FOLDER]');
  process.exit(values.help ? 0 : 2);
}
const params = JSON.parse(readFileSync(file, 'utf8')) as ScenarioParams;
const percent = (share: number): string => `${Math.round(100 * share)} %`;
const { benign, traffic, truth } = makeScenario(params, findCorpora(values.corpora));
mkdirSync(folder, { recursive: true });
await writeTraffic(join(folder, 'benign.jsonl.gz'), benign);
await writeTraffic(join(folder, 'traffic.jsonl.gz'), traffic);
writeFileSync(join(folder, 'truth.json'), `${JSON.stringify(Object.fromEntries(truth), null, 1)}\n`);
console.log(
  `${benign.length} benign exchanges of ${benign.accounts} accounts, ${traffic.length} of ${traffic.accounts} to judge; ${percent(benign.repeats)} and ${percent(traffic.repeats)} of the prompts repeat one of the corpora`,
);
