import { billOfMaterials } from './bill-of-materials.ts';
import type { Cosignatures } from './describe-cosignatures.ts';
import { HANDOVERS_FILE } from '../ledger/handovers.ts';
import type { ChosenRange } from './choose-range.ts';
import type { FoundCase } from './find-case.ts';

/** Part of one of the fourteen points that this bundle does not have, with the reason. */
export type Absent = { readonly point: number; readonly what: string; readonly why: string };

/** Which files answer each of the fourteen points an evidence bundle must hold (docs/bundle.md). */
const POINTS: Readonly<Record<string, readonly string[]>> = {
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

/** @param handedOver whether the ledger's keys were ever changed */
export function pointsOf(handedOver: boolean): Record<string, string[]> {
  const points = Object.fromEntries(Object.entries(POINTS).map(([point, files]) => [point, [...files]]));
  if (handedOver) points[5]?.push(HANDOVERS_FILE);
  return points;
}

type Known = { readonly budgets: number; readonly cosignatures: Cosignatures; readonly handovers: number };

/** What is missing, point by point; the verifier asks for what it can see to be missing. */
export function listAbsent(
  found: FoundCase,
  range: ChosenRange,
  { budgets, cosignatures, handovers }: Known,
): Absent[] {
  const absent: Absent[] = [
    handovers === 0
      ? {
          point: 5,
          what: 'key rotation and compromise statements',
          why: 'the keys were never changed, and no compromise is recorded',
        }
      : { point: 5, what: 'compromise statements', why: 'none is recorded but the reasons of the changes' },
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
  if (!cosignatures.quorum)
    absent.push({ point: 3, what: 'witness cosignatures', why: whyUnwitnessed(cosignatures) });
  if (!range.complete)
    absent.push({ point: 4, what: 'proof of completeness', why: 'only chosen entries were exported' });
  if (found.findings.every(({ entry }) => entry.bound.kind === 'none'))
    absent.push({
      point: 8,
      what: 'calibration, known error rates and their test set',
      why: 'the detector of this finding has no calibrated error bound',
    });
  if (budgets === 0)
    absent.push({ point: 9, what: 'privacy-budget entries', why: 'none is on the ledger in the period' });
  return absent.sort((a, b) => a.point - b.point);
}

function whyUnwitnessed({ configured, names }: Cosignatures): string {
  if (configured === 0) return 'no witness is configured';
  return `${names.length} of ${configured} configured witnesses cosigned, too few for the operator’s quorum`;
}
