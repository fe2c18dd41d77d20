import { createEntry, type EntryBody } from '@portcullis/record';
import type { CaseRow } from '../projections/cases-projection.ts';
import { ServerError } from '../server-error.ts';
import type { CaseContext, Person } from './case-ports.ts';
import { requireCase, requireReviewer } from './case-rules.ts';

export type LeaseInput = { readonly case: string; readonly by: Person };
export type Leased = {
  readonly case: string;
  readonly by: string;
  readonly step: EntryBody<'case.leased'>['step'];
  /** Unix milliseconds. */
  readonly untilMs: number;
};

const MINUTE_MS = 60_000;

/**
 * Takes a case for a time, or extends one's own lease: two people do not work on it unknowingly.
 * @throws ServerError `not-found`, `forbidden`, `conflict` (somebody else has it; it says who and until when)
 */
export async function takeCase(context: CaseContext, input: LeaseInput): Promise<Leased> {
  requireReviewer(input.by);
  return context.inTurn(input.case, async () => {
    const found = requireCase(context.store, input.case);
    requireUnleased(context, found, input.by);
    const nowMs = context.clock.now();
    const isMine = found.leaseBy === input.by.operator && (found.leaseUntilMs ?? 0) > nowMs;
    const untilMs = nowMs + context.settings.leaseMinutes * MINUTE_MS;
    return recordLease(context, input, isMine ? 'extended' : 'taken', untilMs);
  });
}

/** Gives a case back. @throws ServerError `not-found`, `forbidden`, `conflict` where it is not the person's */
export async function releaseCase(context: CaseContext, input: LeaseInput): Promise<Leased> {
  requireReviewer(input.by);
  return context.inTurn(input.case, async () => {
    const found = requireCase(context.store, input.case);
    const nowMs = context.clock.now();
    if (found.leaseBy !== input.by.operator || (found.leaseUntilMs ?? 0) <= nowMs)
      throw new ServerError('conflict', `${input.by.operator} does not have ${found.case} now.`);
    return recordLease(context, input, 'released', nowMs);
  });
}

async function recordLease(
  context: CaseContext,
  { case: caseId, by }: LeaseInput,
  step: Leased['step'],
  untilMs: number,
): Promise<Leased> {
  const until = new Date(untilMs).toISOString();
  const body = { case: caseId, by: by.operator, step, until };
  await context.record(createEntry('case.leased', context.clock.now(), body));
  return { case: caseId, by: by.operator, step, untilMs };
}

/** @throws ServerError `conflict` where another person has the case */
export function requireUnleased(
  { clock }: Pick<CaseContext, 'clock'>,
  { case: caseId, leaseBy, leaseUntilMs }: CaseRow,
  person: Person,
): void {
  if (leaseBy === null || leaseBy === person.operator || (leaseUntilMs ?? 0) <= clock.now()) return;
  throw new ServerError(
    'conflict',
    `${leaseBy} works on ${caseId} until ${new Date(leaseUntilMs ?? 0).toISOString()}. Wait for that, ask ${leaseBy} to give it back, or take another: portcullis case list.`,
  );
}
