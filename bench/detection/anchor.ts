/**
 * The published protocol for windows of pooled traffic, on the pairs that are here.
 * `node --conditions=portcullis-source bench/detection/anchor.ts [--quick] [--levelled] [--splits N] [--test PART] [--corpora FOLDER] [--json FILE]`
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { markdownTable } from '../harness/markdown.ts';
import { levelPrompt } from './anchor/level-prompt.ts';
import { type ProtocolResult, type Rate, runProtocol, SHARES } from './anchor/protocol.ts';
import { WINDOW_TESTS } from './anchor/window-tests.ts';
import { findCorpora, loadDialogues } from './scenario/corpora.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    levelled: { type: 'boolean', default: false },
    splits: { type: 'string' },
    test: { type: 'string', default: '' },
    corpora: { type: 'string' },
    json: { type: 'string' },
    help: { type: 'boolean' },
  },
});
if (values.help) {
  console.log(`Usage: anchor.ts [options]
  --quick           two splits of fewer windows
  --levelled        prompts are reduced to their first eight words, without case and punctuation
  --splits N        times that the prompts are split anew; default 10, with --quick 2
  --test PART       only tests whose name contains it
  --corpora FOLDER  default: PORTCULLIS_CORPORA, else ../shared/corpora
  --json FILE       all figures`);
  process.exit(0);
}

const PAIRS = ['agnews', 'imdb', 'sst2'];
const WINDOWS = [1500, 100];
const ALPHA = 0.003;
const size = {
  splits: Number(values.splits ?? (values.quick ? 2 : 10)),
  ...(values.quick
    ? { calibrationWindows: 400, benignWindows: 50, attackWindows: 20 }
    : { calibrationWindows: 1000, benignWindows: 100, attackWindows: 50 }),
};

const corpora = findCorpora(values.corpora);
const readPrompt = values.levelled ? levelPrompt : (prompt: string): string => prompt;
const promptsOf = (source: string): string[] =>
  loadDialogues(corpora, source).flatMap(({ turns }) => turns.map(({ prompt }) => readPrompt(prompt)));
const percent = (share: number): string => (100 * share).toFixed(1);
const spell = ({ mean, low, high }: Rate): string => `${percent(mean)} [${percent(low)}, ${percent(high)}]`;

type Row = { test: string; pair: string; window: number; result: ProtocolResult };
const rows: Row[] = [];
for (const { name, create } of WINDOW_TESTS.filter((test) => test.name.includes(values.test))) {
  for (const window of WINDOWS) {
    for (const pair of PAIRS) {
      const started = performance.now();
      const [benign, attack] = [promptsOf(`benign_task_${pair}`), promptsOf(`attack_meaeq_${pair}`)];
      const result = runProtocol({ name, create }, benign, attack, {
        window,
        alpha: ALPHA,
        seed: 1,
        ...size,
      });
      rows.push({ test: name, pair, window, result });
      process.stderr.write(
        `${name}, ${pair}, ${window}: ${((performance.now() - started) / 1000).toFixed(0)} s\n`,
      );
    }
  }
}

const heads = [
  'test',
  'window',
  'pair',
  ...SHARES.map((share) => `${100 * share} %`),
  'false positives',
  'balanced accuracy',
];
const cells = rows.map(({ test, window, pair, result }) => [
  test,
  String(window),
  pair,
  ...result.truePositives.map(spell),
  spell(result.falsePositives),
  percent(result.balancedAccuracy),
]);
console.log(
  `True positives in % by share of attack, at a threshold for ${100 * ALPHA} % false positives; in brackets the least and most of ${size.splits} splits.`,
);
console.log(`${markdownTable(heads, cells)}\n`);
if (values.json !== undefined)
  writeFileSync(values.json, `${JSON.stringify({ alpha: ALPHA, ...size, rows }, null, 1)}\n`);
