import { createEntry, equalBytes, utf8 } from '@portcullis/record';
import { checkText } from '../accounts/checks.ts';
import { randomId } from '../accounts/random.ts';
import { requireClock } from '../policy/clocks/clock-rows.ts';
import { type LinkRow, readRepresentations } from '../projections/hearings-projection.ts';
import { ServerError } from '../server-error.ts';
import { openKept } from '../vault/open-kept.ts';
import { recordAppeal } from './appeal-case.ts';
import type { CaseContext, Person } from './case-ports.ts';
import { requireReviewer } from './case-rules.ts';
import { sealParts } from './seal-parts.ts';

/** What an account may send through its link: words, or one file; never opened, run or shown as anything but a download. */
export type Submission =
  | { readonly kind: 'representation' | 'complaint' | 'appeal'; readonly text: string }
  | { readonly kind: 'document'; readonly name: string; readonly bytes: Uint8Array };
export type Received = {
  readonly representation: string;
  /** Where it was taken as an appeal, too. */
  readonly appeal?: string;
  readonly receivedMs: number;
  /** By when somebody must say that it has come. */
  readonly acknowledgeByMs: number;
};

export const TEXT_CHARS_MAX = 20_000;
export const DOCUMENT_BYTES_MAX = 8 * 1024 * 1024;
const SUBMISSIONS_MAX = 50;
const BYTES_MAX = 64 * 1024 * 1024;
const HOUR_MS = 3_600_000;
const ACKNOWLEDGE = requireClock('uk-duaa-acknowledge');

export const acknowledgeBy = (receivedMs: number): number => receivedMs + ACKNOWLEDGE.hours * HOUR_MS;

/**
 * Takes what an account sends; it is sealed in the vault before the answer, and its clock starts at receipt.
 * @throws ServerError `bad-request` (too long, empty), `conflict` (sent before; too much; nothing to appeal)
 */
export async function receiveSubmission(
  context: CaseContext,
  link: LinkRow,
  submission: Submission,
): Promise<Received> {
  const parts = partsOf(submission);
  const bytes = Object.values(parts).reduce((sum, part) => sum + part.length, 0);
  return context.inTurn(`hearing of ${link.account}`, async () => {
    await requireNew(context, link, submission.kind, parts);
    requireRoom(context, link, bytes);
    // The appeal goes before what carries it: where a crash comes between, whoever sends it again is told that it is open, and it is.
    const appealed = submission.kind === 'appeal' ? await appealBy(context, link, submission.text) : {};
    const representation = randomId(context.random, 'rep', 6);
    const sealed = sealParts(context, link.account, 'representation.received', representation, parts);
    const receivedMs = context.clock.now();
    const { case: caseId, account } = link;
    const kind = submission.kind;
    const body = { representation, case: caseId, account, link: link.link, kind, bytes };
    const entry = createEntry('representation.received', receivedMs, {
      ...body,
      commitments: sealed.commitments,
    });
    await context.record(entry, sealed.content);
    return { representation, ...appealed, receivedMs, acknowledgeByMs: acknowledgeBy(receivedMs) };
  });
}

async function appealBy(context: CaseContext, link: LinkRow, grounds: string): Promise<{ appeal: string }> {
  const { case: caseId, account } = link;
  const { appeal } = await recordAppeal(context, { case: caseId, account, by: account, grounds });
  return { appeal };
}

function partsOf(submission: Submission): Record<string, Uint8Array> {
  if (submission.kind !== 'document')
    return { text: utf8(checkText(submission.text, 'What you write', 1, TEXT_CHARS_MAX)) };
  const { bytes } = submission;
  if (bytes.length === 0 || bytes.length > DOCUMENT_BYTES_MAX)
    throw new ServerError('bad-request', `A document has 1 to ${DOCUMENT_BYTES_MAX} bytes.`);
  return { name: utf8(checkText(submission.name, 'Its name', 1, 200)), document_sha256: bytes };
}

/** The same sent twice, as by a form that is sent again, is told to be so and not kept twice. @throws ServerError `conflict` */
async function requireNew(
  { store, vault }: CaseContext,
  link: LinkRow,
  kind: Submission['kind'],
  parts: Readonly<Record<string, Uint8Array>>,
): Promise<void> {
  const bytes = Object.values(parts).reduce((sum, part) => sum + part.length, 0);
  for (const each of readRepresentations(store.db, link.case, link.account)) {
    if (each.kind !== kind || each.bytes !== bytes) continue;
    const kept = await openKept(vault, each.index);
    if (typeof kept === 'string') continue;
    const isSame = Object.entries(parts).every(([field, part]) =>
      equalBytes(part, kept.parts[field.replace(/_sha256$/, '')] ?? new Uint8Array()),
    );
    if (isSame)
      throw new ServerError(
        'conflict',
        `This was received before, as ${each.representation}. It need not be sent again.`,
      );
  }
}

function requireRoom({ store }: CaseContext, link: LinkRow, bytes: number): void {
  const earlier = readRepresentations(store.db, link.case, link.account);
  const kept = earlier.reduce((sum, each) => sum + each.bytes, 0);
  if (earlier.length >= SUBMISSIONS_MAX || kept + bytes > BYTES_MAX)
    throw new ServerError(
      'conflict',
      `No more than ${SUBMISSIONS_MAX} submissions and ${BYTES_MAX} bytes are taken here. Write to the operator about further ones.`,
    );
}

/** Says that what an account sent has come. @throws ServerError `not-found`, `forbidden`, `conflict` (done before) */
export async function acknowledge(
  context: CaseContext,
  input: { readonly case: string; readonly representation: string; readonly by: Person },
): Promise<void> {
  requireReviewer(input.by);
  await context.inTurn(input.representation, async () => {
    const found = readRepresentations(context.store.db, input.case).find(
      (each) => each.representation === input.representation,
    );
    if (found === undefined)
      throw new ServerError('not-found', `${input.case} has no such representation. Show the case.`);
    if (found.acknowledgedMs !== null)
      throw new ServerError('conflict', `${found.representation} was acknowledged before.`);
    const body = { representation: found.representation, case: found.case, by: input.by.operator };
    await context.record(createEntry('representation.acknowledged', context.clock.now(), body));
  });
}
