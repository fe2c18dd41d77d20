/**
 * Scores detectors on a suite: every attack against every benign mix, each for itself.
 * `node --conditions=portcullis-source bench/detection/run.ts [--suite small] [--out FOLDER]`
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BASELINES } from './baselines/baselines.ts';
import { describeScores, type PairScore } from './evaluate/describe-scores.ts';
import type { DetectorUnderTest } from './evaluate/detector-under-test.ts';
import { huntDetector } from './evaluate/hunt-detector.ts';
import { liveDetector } from './evaluate/live-detector.ts';
import { scoreVerdict } from './evaluate/score.ts';
import { type Pair, pairsOf, type Suite } from './evaluate/suite.ts';
import { findCorpora } from './scenario/corpora.ts';
import { makeScenario } from './scenario/make-scenario.ts';

const HELP = `Usage: run.ts [options]
  --suite NAME      of scenarios/suite-NAME.json (small, full) or a path; default small
  --detectors LIST  names or parts of names, by comma; default all
  --mix PART        only benign mixes whose name contains it
  --attack PART     only attacks whose name contains it
  --corpora FOLDER  default: PORTCULLIS_CORPORA, else ../shared/corpora
  --out FOLDER      for scores.json and scores.md; else the tables are printed`;

const { values } = parseArgs({
  options: {
    suite: { type: 'string', default: 'small' },
    detectors: { type: 'string', default: '' },
    mix: { type: 'string', default: '' },
    attack: { type: 'string', default: '' },
    corpora: { type: 'string' },
    out: { type: 'string' },
    help: { type: 'boolean' },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}

function scorePair(
  pair: Pair,
  suite: Suite,
  corpora: string,
  detectors: readonly DetectorUnderTest[],
): PairScore[] {
  const { params, mix, attack, trainOn } = pair;
  const { benign, traffic, truth } = makeScenario(params, corpora);
  return detectors.flatMap(({ name, run }) => {
    const started = performance.now();
    const verdicts = run(benign, traffic, suite.alphas, { corpora, trainOn });
    const seconds = (performance.now() - started) / 1000;
    const { fields, seed } = params;
    process.stderr.write(`  ${name}: ${seconds.toFixed(1)} s\n`);
    return suite.alphas.map((alpha, i) => {
      const repeats = { calibration: benign.repeats, traffic: traffic.repeats };
      const score = scoreVerdict(verdicts[i] as (typeof verdicts)[number], truth);
      return {
        detector: name,
        mix,
        attack,
        fields,
        seed,
        alpha,
        seconds,
        calibrationAccounts: benign.accounts,
        repeats,
        score,
      };
    });
  });
}

const corpora = findCorpora(values.corpora);
const path = values.suite.endsWith('.json')
  ? values.suite
  : join(import.meta.dirname, 'scenarios', `suite-${values.suite}.json`);
const suite = JSON.parse(readFileSync(path, 'utf8')) as Suite;
const wanted = values.detectors.split(',');
const detectors = [huntDetector, liveDetector, ...BASELINES].filter(({ name }) =>
  wanted.some((part) => name.includes(part)),
);
const pairs = pairsOf(suite, corpora, values);
const started = performance.now();
const scores: PairScore[] = [];
pairs.forEach((pair, i) => {
  const minutes = ((performance.now() - started) / 60_000).toFixed(1);
  process.stderr.write(`${i + 1} of ${pairs.length} after ${minutes} min: ${pair.params.name}\n`);
  scores.push(...scorePair(pair, suite, corpora, detectors));
  if (values.out !== undefined) {
    mkdirSync(values.out, { recursive: true });
    writeFileSync(join(values.out, 'scores.json'), `${JSON.stringify({ suite, scores }, null, 1)}\n`);
    writeFileSync(join(values.out, 'scores.md'), describeScores(scores));
  }
});
if (values.out === undefined) console.log(describeScores(scores));
