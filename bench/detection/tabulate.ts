/**
 * One table of several runs, a row an attack source of a pair.
 * `node --conditions=portcullis-source bench/detection/tabulate.ts FOLDER/scores.json…`
 */
import { readFileSync } from 'node:fs';
import { describePairs } from './evaluate/describe-pairs.ts';
import type { PairScore } from './evaluate/describe-scores.ts';

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error('Usage: tabulate.ts FOLDER/scores.json…  (what run.ts --out FOLDER wrote)');
  process.exit(2);
}
const scores = files.flatMap(
  (file) => (JSON.parse(readFileSync(file, 'utf8')) as { scores: PairScore[] }).scores,
);
console.log(describePairs(scores));
