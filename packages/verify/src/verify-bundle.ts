import { readCaseRecord } from './case-record.ts';
import { createCheckRun } from './check-run.ts';
import { checkCaseFile } from './checks/check-case-file.ts';
import { checkDecisions } from './checks/check-decisions.ts';
import { checkDisclosure, checkWithheld } from './checks/check-disclosure.ts';
import { type BundleFiles, checkFiles } from './checks/check-files.ts';
import { checkKeys } from './checks/check-keys.ts';
import { checkLeaves } from './checks/check-leaves.ts';
import { checkMembers } from './checks/check-members.ts';
import { checkPeriod } from './checks/check-period.ts';
import { checkPoints } from './checks/check-points.ts';
import { checkStatements } from './checks/check-statements.ts';
import { checkCheckpoints, checkConsistency, checkInclusion, checkRange } from './checks/check-tree.ts';
import { checkWitnesses, type Witnessed } from './checks/check-witnesses.ts';
import { HANDOVERS_PATH, judgeHandovers } from './handovers.ts';
import { ENVELOPE_PATH, type Manifest, openManifest } from './manifest.ts';
import type { PublicKey } from './public-key.ts';
import type { Trust } from './trust.ts';
import { concludeChecks, type Judgement } from './verdict.ts';

/**
 * Judges a bundle (docs/bundle.md, version 1). Never throws: whatever is wrong is a failed check.
 * @param nowMs unix time: a bundle from the future is refused
 * @param handovers the ledger's `handovers.jsonl` where it came another way, too
 */
export function verifyBundle(
  files: BundleFiles,
  trusted: Trust,
  nowMs = Date.now(),
  handovers?: Uint8Array,
): Judgement {
  const run = createCheckRun();
  const trust = judgeHandovers(run, trusted, files.get(HANDOVERS_PATH), handovers);
  const signed = run.judge('manifest-signature', () => {
    const value = openManifest(files.get(ENVELOPE_PATH), trust);
    return { value, sentence: `Signed by ${value.signers.length} trusted keys of ${value.manifest.origin}.` };
  });
  const whole = signed && run.judge('files', () => checkFiles(files, signed.manifest));
  if (signed === undefined || whole === undefined) {
    const why = `Not judged, as ${signed === undefined ? 'manifest-signature' : 'files'} failed.`;
    run.leaveOut(signed === undefined ? ['files', ...CONTENT_CHECKS] : CONTENT_CHECKS, why);
    return concludeChecks(run.checks);
  }
  const witnessed = judgeContents(run, files, signed, trust, nowMs);
  for (const { point, what, why } of signed.manifest.absent)
    run.leaveOut([`point ${point}`], `The operator names as absent: ${what} (${why})`);
  return concludeChecks(run.checks, witnessed);
}

const CONTENT_CHECKS = [
  'leaves',
  'checkpoints',
  'range',
  'consistency',
  'inclusion',
  'disclosure',
  'withheld',
  'members',
  'decisions',
  'case-file',
  'statements',
  'points',
  'period',
  'keys',
  'witnesses',
] as const;

function judgeContents(
  run: ReturnType<typeof createCheckRun>,
  files: BundleFiles,
  { manifest, signers }: { readonly manifest: Manifest; readonly signers: readonly PublicKey[] },
  trust: Trust,
  nowMs: number,
): Witnessed | undefined {
  const leaves = run.judge('leaves', () => checkLeaves(files, manifest));
  const points = run.judge('checkpoints', () => checkCheckpoints(files, manifest, trust));
  if (leaves === undefined || points === undefined) {
    run.leaveOut(CONTENT_CHECKS.slice(2), 'Not judged, as leaves or checkpoints failed.');
    return undefined;
  }
  const record = readCaseRecord(leaves, manifest);
  run.judge('range', () => checkRange(leaves, points, record));
  run.judge('consistency', () => checkConsistency(files, points));
  const proved = run.judge('inclusion', () =>
    checkInclusion(files, manifest, leaves, points, record.mustProve),
  );
  if (proved === undefined) run.leaveOut(['disclosure', 'withheld'], 'Not judged, as inclusion failed.');
  else {
    const disclosed = run.judge('disclosure', () => checkDisclosure(files, leaves, proved));
    if (disclosed === undefined) run.leaveOut(['withheld'], 'Not judged, as disclosure failed.');
    else run.judge('withheld', () => checkWithheld(files, leaves, proved, disclosed));
  }
  const covered = run.judge('members', () => checkMembers(record, manifest));
  if (covered === undefined) run.leaveOut(['decisions'], 'Not judged, as members failed.');
  else run.judge('decisions', () => checkDecisions(record, covered));
  run.judge('case-file', () => checkCaseFile(files, leaves, record));
  const statements = run.judge('statements', () => checkStatements(files, manifest, leaves, record));
  if (statements === undefined) run.leaveOut(['points'], 'Not judged, as statements failed.');
  else run.judge('points', () => checkPoints(manifest, leaves, points, statements));
  run.judge('period', () => checkPeriod(manifest, record, points, nowMs));
  run.judge('keys', () => checkKeys(files, manifest, trust, leaves, points, signers));
  return run.judge('witnesses', () => checkWitnesses(points.last, trust));
}
