import { billOfMaterials } from './bill-of-materials.ts';
import type { Cosignatures } from './describe-cosignatures.ts';
import type { ChosenRange } from './choose-range.ts';
import type { FoundCase } from './find-case.ts';

/** Part of one of the fourteen points that this bundle does not have, with the reason. */
export type Absent = { readonly point: number; readonly what: string; readonly why: string };

/** Which files answer each of the fourteen points an evidence bundle must hold (docs/bundle.md). */
export const POINTS: Readonly<Record<string, readonly string[]>> = {
  1: ['manifest.dsse.json'],
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

/** What is missing, point by point; the verifier asks for what it can see to be missing. */
export function listAbsent(
  found: FoundCase,
  range: ChosenRange,
  budgetEntries: number,
  witnessed: Cosignatures,
): Absent[] {
  const absent: Absent[] = [
    { point: 5, what: 'key rotation and compromise statements', why: 'none was made; rotation is not built' },
    {
      point: 6,
      what: 'RFC 3161 time stamps over checkpoints',
      why: 'no time-stamping authority is configured',
    },
    {
      point: 6,
      what: 'records of clock synchronisation',
      why: 'the program does not read them; steps in both directions are recorded',
    },
    {
      point: 12,
      what: 'the verifier itself',
      why: 'it must come by another way than the evidence; tools.json names it',
    },
    {
      point: 13,
      what: 'signatures under the declarations',
      why: 'a person must check, complete and sign them',
    },
    { point: 14, what: 'a renewal', why: 'the bundle is new; renewal.json says when' },
  ];
  absent.push({
    point: 8,
    what: 'a command that repeats the finding from this bundle',
    why: 'the detector read the content of all accounts, which is not disclosed; method.json says how the operator repeats it',
  });
  if (billOfMaterials().length === 0)
    absent.push({ point: 12, what: 'a bill of materials', why: 'no lock file was found beside the program' });
  if (!witnessed.quorum)
    absent.push({ point: 3, what: 'witness cosignatures', why: whyUnwitnessed(witnessed) });
  if (!range.complete)
    absent.push({ point: 4, what: 'proof of completeness', why: 'only chosen entries were exported' });
  if (found.findings.every(({ entry }) => entry.bound.kind === 'none'))
    absent.push({
      point: 8,
      what: 'calibration, known error rates and their test set',
      why: 'the detector of this finding has no calibrated error bound',
    });
  if (budgetEntries === 0)
    absent.push({ point: 9, what: 'privacy-budget entries', why: 'none is on the ledger in the period' });
  return absent.sort((a, b) => a.point - b.point);
}

function whyUnwitnessed({ configured, names }: Cosignatures): string {
  if (configured === 0) return 'no witness is configured';
  return `${names.length} of ${configured} configured witnesses cosigned, too few for the operator’s quorum`;
}
