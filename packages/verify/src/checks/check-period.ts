import { type CaseRecord, concernsEverybody } from '../case-record.ts';
import type { Found } from '../check-run.ts';
import type { Manifest } from '../manifest.ts';
import { refuse } from '../verify-error.ts';
import type { Checkpoints } from './check-tree.ts';

/** How far a stranger's clock may be behind the operator's. */
const CLOCK_TOLERANCE_MS = 86_400_000;

/** The period holds every entry of the case, and the bundle was made after it and after its last checkpoint, and not in the future. */
export function checkPeriod(
  { period, createdAt }: Manifest,
  record: CaseRecord,
  { last }: Checkpoints,
  nowMs: number,
): Found<true> {
  if (period.from > period.to) refuse(`The period ends (${period.to}) before it begins (${period.from}).`);
  if (period.to > createdAt)
    refuse(`The period ends (${period.to}) after the bundle was made (${createdAt}).`);
  const createdMs = Date.parse(createdAt);
  if (last.timeSeconds !== undefined && createdMs < last.timeSeconds * 1000)
    refuse(`The bundle says that it was made (${createdAt}) before its last checkpoint was signed.`);
  if (createdMs > nowMs + CLOCK_TOLERANCE_MS)
    refuse(
      `The bundle says that it was made at ${createdAt}, which is still to come by the clock of this machine.`,
    );
  for (const leaf of record.mustProve) {
    if (!concernsEverybody(leaf) && (leaf.time < period.from || leaf.time > period.to))
      refuse(
        `Entry ${leaf.index} (${leaf.type}) of ${leaf.time} belongs to the case and is not in the period.`,
      );
  }
  return {
    value: true,
    sentence: `The case’s entries are within the period of ${period.from} to ${period.to}; the bundle says that it was made at ${createdAt}.`,
  };
}
