import type { Found } from '../check-run.ts';
import { ENVELOPE_PATH, type Manifest } from '../manifest.ts';
import { quote, refuse } from '../verify-error.ts';
import type { Leaves } from './check-leaves.ts';
import type { Statements } from './check-statements.ts';
import type { Checkpoints } from './check-tree.ts';

/** The files that answer each of the fourteen points (docs/bundle.md, "The fourteen points"). */
const ANSWERS: Readonly<Record<number, readonly string[]>> = {
  1: [ENVELOPE_PATH],
  2: ['leaves.jsonl', 'disclosed.jsonl', 'withheld.json'],
  3: ['proofs.jsonl', 'checkpoints/first', 'checkpoints/last', 'consistency.json', 'tlog-policy'],
  4: ['range.json', 'leaves.jsonl'],
  5: ['keys.json'],
  6: ['time.json'],
  7: ['identity.json'],
  8: ['method.json'],
  9: ['case.json'],
  10: ['health.json'],
  11: ['custody.json'],
  12: ['tools.json', 'report.md'],
  13: ['declarations/us-fre-902.md', 'declarations/uk-certificate.md'],
  14: ['renewal.json'],
};

type Lack = { readonly point: number; readonly lacks: boolean; readonly what: RegExp; readonly name: string };

/** Each point names its files, and what the bundle can be seen not to have is named as absent. */
export function checkPoints(
  manifest: Manifest,
  { range }: Leaves,
  { last }: Checkpoints,
  statements: Statements,
): Found<true> {
  for (const [point, answers] of Object.entries(ANSWERS)) {
    const paths = manifest.points.get(Number(point)) ?? [];
    for (const path of paths)
      if (path !== ENVELOPE_PATH && !manifest.files.has(path))
        refuse(`Point ${point} names ${quote(path)}, which is not there.`);
    for (const path of answers)
      if (!paths.includes(path)) refuse(`Point ${point} of the fourteen does not name ${path}.`);
  }
  for (const { point, lacks, what, name } of listLacks(range.complete, last, statements))
    if (lacks && !manifest.absent.some((item) => item.point === point && what.test(item.what)))
      refuse(`The bundle has no ${name}, and does not name that as absent (point ${point}).`);
  return {
    value: true,
    sentence: `Each of the fourteen points names its files; ${manifest.absent.length} parts of them are named as absent.`,
  };
}

function listLacks(complete: boolean, last: Checkpoints['last'], has: Statements): readonly Lack[] {
  return [
    { point: 3, lacks: last.names.size < 2, what: /cosignature/i, name: 'witness cosignatures' },
    { point: 4, lacks: !complete, what: /complete/i, name: 'proof of completeness' },
    { point: 6, lacks: !has.timestamps, what: /RFC 3161/, name: 'RFC 3161 time stamps' },
    { point: 8, lacks: !has.errorRates, what: /error rate/i, name: 'calibration and known error rates' },
    { point: 8, lacks: !has.command, what: /repeat/i, name: 'command that repeats the finding' },
    { point: 9, lacks: !has.budgets, what: /budget/i, name: 'privacy-budget entries' },
    { point: 12, lacks: !has.materials, what: /materials/i, name: 'bill of materials' },
    { point: 13, lacks: true, what: /signature/i, name: 'signatures under its drafts of declarations' },
    { point: 14, lacks: !has.renewed, what: /renewal/i, name: 'renewal' },
  ];
}
