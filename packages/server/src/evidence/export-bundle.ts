import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { base64, createEntry, type Json, parseCheckpoint, parseNote } from '@portcullis/record';
import { randomId } from '../accounts/random.ts';
import { ServerError } from '../server-error.ts';
import { type BundleFolder, createBundleFolder } from './bundle-folder.ts';
import { type Cosignatures, describeCosignatures } from './describe-cosignatures.ts';
import { checkRequest } from './check-request.ts';
import { type ChosenRange, chooseRange } from './choose-range.ts';
import type { ExportedBundle, ExportPorts, ExportRequest } from './evidence-ports.ts';
import { caseFile } from './files/case-file.ts';
import { custodyFile } from './files/custody-file.ts';
import { ukCertificate, usDeclaration } from './files/declarations.ts';
import { healthFile } from './files/health-file.ts';
import { identityFile } from './files/identity-file.ts';
import { keysFile } from './files/keys-file.ts';
import { methodFile } from './files/method-file.ts';
import { renewalFile } from './files/renewal-file.ts';
import { timeFile } from './files/time-file.ts';
import { toolsFile } from './files/tools-file.ts';
import { keyPeriods } from './key-periods.ts';
import { type Handover, HANDOVERS_FILE, readHandovers } from '../ledger/handovers.ts';
import { findCase, type FoundCase } from './find-case.ts';
import { type Absent, listAbsent, pointsOf } from './fourteen-points.ts';
import { writeReport } from './report/report.ts';
import { signedTimeSeconds } from './signed-time.ts';
import { signManifest } from './sign-manifest.ts';
import { writeTlogPolicy } from './tlog-policy.ts';
import { type CaseEntries, writeLeaves } from './write-leaves.ts';

type Making = {
  readonly request: ExportRequest;
  readonly ports: ExportPorts;
  readonly folder: BundleFolder;
  readonly found: FoundCase;
  readonly range: ChosenRange;
  readonly entries: CaseEntries;
  readonly absent: readonly Absent[];
  readonly handovers: readonly Handover[];
  readonly witnessed: Cosignatures;
  readonly bundle: string;
  readonly origin: string;
  readonly createdAt: string;
  readonly lastNote: string;
};

/**
 * Writes the evidence of a case (docs/bundle.md) to a folder of its own in `outDir`. It becomes visible under its name in one step, whole,
 * after the ledger has its `bundle.exported` entry.
 * @throws ServerError `not-found`, `bad-request` (texts, or too large), `ledger-refused`, `ledger-damaged`
 */
export async function exportBundle(asked: ExportRequest, ports: ExportPorts): Promise<ExportedBundle> {
  const request = checkRequest(asked);
  const report = (step: string, done: number, total: number) => request.onProgress?.({ step, done, total });
  const last = await ports.archiveCheckpoint();
  const { size } = last;
  const found = await findCase({ ledger: ports.ledger, size }, request.caseId, (step, done) =>
    report(step, done, size),
  );
  const range = await chooseRange(ports, found, size, request);
  const bundle = randomId(ports.random, 'bundle', 6);
  const dir = join(request.outDir, `${found.id}.${bundle}`);
  const folder = await createBundleFolder(dir);
  try {
    const entries = await writeLeaves({
      ports,
      folder,
      found,
      range,
      disclose: request.disclose ?? 'examples',
      onProgress: report,
    });
    const budgets = entries.of('budget.reserved').length + entries.of('budget.spent').length;
    const { origin } = parseCheckpoint(parseNote(last.note).text);
    const createdAt = madeAt(ports, last.note, entries);
    const witnessed = describeCosignatures(last.note, ports.witnesses);
    const handovers = readHandovers(ports.ledger.handovers());
    const absent = listAbsent(found, range, {
      budgets,
      cosignatures: witnessed,
      handovers: handovers.length,
    });
    const making = {
      request,
      ports,
      folder,
      found,
      range,
      entries,
      absent,
      handovers,
      witnessed,
      bundle,
      origin,
      createdAt,
    };
    const manifestSha256 = await writeFiles({ ...making, lastNote: last.note });
    await folder.sync();
    await record(making, manifestSha256);
    await folder.publish();
    report('done', 1, 1);
    return { dir, bundle, manifestSha256, files: folder.files.size };
  } catch (error) {
    await folder.discard();
    throw error;
  }
}

/** Now; where the clock was set back, not before what the bundle holds. RFC 3339. */
function madeAt({ clock, vkeys }: ExportPorts, note: string, { times }: CaseEntries): string {
  const signedMs = signedTimeSeconds(note, vkeys) * 1000;
  return new Date(Math.max(clock.now(), signedMs, Date.parse(times.to))).toISOString();
}

/** @returns the SHA-256 of the signed manifest */
async function writeFiles(making: Making): Promise<string> {
  const { folder, found, range, entries, ports, request, createdAt } = making;
  const { environment } = ports;
  const period = { from: entries.times.from, to: createdAt };
  await writeTree(making);
  const { handovers } = making;
  await folder.json('keys.json', keysFile(keyPeriods(ports.vkeys, openedTime(ports), handovers)));
  if (handovers.length > 0)
    await folder.text(HANDOVERS_FILE, handovers.map(({ line }) => `${line}\n`).join(''));
  await folder.text('tlog-policy', writeTlogPolicy(ports.vkeys, ports.witnesses));
  await folder.json('case.json', caseFile(found, entries));
  await folder.json('method.json', methodFile(found, environment));
  await folder.json('identity.json', identityFile(entries, range));
  await folder.json('health.json', healthFile(entries, period, environment));
  await folder.json('time.json', timeFile(entries, createdAt));
  await folder.json('custody.json', custodyFile(request, entries, environment, making));
  await folder.json('tools.json', toolsFile(environment.version));
  await folder.json('renewal.json', renewalFile(createdAt));
  await folder.text('report.md', writeReport({ ...making, version: environment.version }));
  const facts = {
    ...making,
    caseId: found.id,
    version: environment.version,
    entries: entries.indices.length,
    size: range.end,
  };
  await folder.text('declarations/us-fre-902.md', usDeclaration(facts));
  await folder.text('declarations/uk-certificate.md', ukCertificate(facts));
  const envelope = signManifest(manifestOf(making, period), ports.signPae);
  await folder.text('manifest.dsse.json', envelope);
  return createHash('sha256').update(envelope).digest('hex');
}

/** Checkpoints, how they fit together, and the range. */
async function writeTree({ folder, range, ports, entries, lastNote }: Making): Promise<void> {
  const { ledger } = ports;
  const from = range.firstNote === '' ? 0 : range.start;
  await folder.text('checkpoints/first', range.firstNote);
  await folder.text('checkpoints/last', lastNote);
  const hashes = ledger.consistency(from, range.end).map(base64);
  await folder.json('consistency.json', { from, hashes, to: range.end });
  const peaks = range.complete ? ledger.peaks(range.start).map(base64) : [];
  await folder.json(
    'range.json',
    range.complete
      ? { complete: true, end: range.end, peaks, start: range.start }
      : { complete: false, indices: [...entries.indices] },
  );
}

function openedTime({ ledger }: ExportPorts): string {
  const bytes = ledger.entry(0);
  if (bytes === undefined)
    throw new ServerError('ledger-damaged', 'The first entry is missing. Run portcullis fsck.');
  return (JSON.parse(Buffer.from(bytes).toString()) as { time: string }).time;
}

function manifestOf(making: Making, period: { readonly from: string; readonly to: string }): Json {
  const { request, found, entries, range, ports } = making;
  return {
    absent: making.absent.map((each) => ({ ...each })),
    bundle: making.bundle,
    case: found.id,
    createdAt: making.createdAt,
    entries: { case: entries.indices.length, total: entries.total },
    files: Object.fromEntries([...making.folder.files].map(([path, file]) => [path, { ...file }])),
    format: 'portcullis/bundle/v1',
    legalBasis: request.legalBasis,
    origin: making.origin,
    period,
    points: pointsOf(making.handovers.length > 0),
    purpose: request.purpose,
    requester: request.requester,
    selection: {
      accounts: [...found.accused].sort(),
      accountsTotal: found.accused.size,
      query: selectionQuery(found, range),
    },
    tool: { name: 'portcullis', version: ports.environment.version },
  };
}

function selectionQuery({ id }: FoundCase, range: ChosenRange): string {
  const leaves = range.complete
    ? `all leaves from ${range.start} to ${range.end - 1}`
    : `leaves of the case among 0 to ${range.end - 1}`;
  return `${leaves}; of the case: entries that name ${id}, its findings, decisions or accused accounts, and openings, operators, policies, faults and budgets of the period`;
}

/** Before anybody can see the bundle, the ledger says that it was made. */
async function record(
  { request, ports, found, bundle, entries }: Omit<Making, 'lastNote'>,
  manifestSha256: string,
): Promise<void> {
  const entry = createEntry('bundle.exported', ports.clock.now(), {
    bundle,
    case: found.id,
    manifest_sha256: manifestSha256,
    by: request.by,
    requester: request.requester,
    purpose: request.purpose,
    legal_basis: request.legalBasis,
    entries: entries.indices.length,
  });
  await ports.append({ entry });
}

export type { ExportedBundle, ExportPorts, ExportRequest } from './evidence-ports.ts';
export { writeTlogPolicy } from './tlog-policy.ts';
