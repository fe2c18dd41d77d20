import { type AppealRow, readAppealsOf } from '../projections/appeals-projection.ts';
import { type CaseRow, readCase, readCaseFindings, readOpened } from '../projections/cases-projection.ts';
import { type Measure, readDecision, readDecisionsAbout } from '../projections/decisions-projection.ts';
import { readRepresentations } from '../projections/hearings-projection.ts';
import type { ProjectionStore } from '../projections/projection-store.ts';
import { ServerError } from '../server-error.ts';
import type { Person } from './case-ports.ts';

export const MEASURES = ['open', 'slow', 'plain', 'hold', 'closed', 'dismiss'] as const satisfies Measure[];

/** Measures that need two different people. */
export const isSevere = (measure: Measure): boolean => measure === 'hold' || measure === 'closed';

/** @throws ServerError `forbidden` unless the person may decide */
export function requireReviewer(person: Person): void {
  if (person.role !== 'reviewer' && person.role !== 'admin') {
    throw new ServerError(
      'forbidden',
      `An ${person.role} only reads. Ask somebody with the role reviewer or admin to do this.`,
    );
  }
}

/** @throws ServerError `not-found` */
export function requireCase(store: Pick<ProjectionStore, 'db'>, caseId: string): CaseRow {
  const found = readCase(store.db, caseId);
  if (found === undefined)
    throw new ServerError('not-found', 'There is no such case. List them: portcullis case list.');
  return found;
}

/** What the account sent besides its appeal, such as documents. */
function sentBy({ db }: Pick<ProjectionStore, 'db'>, { case: caseId, account }: AppealRow): string[] {
  return readRepresentations(db, caseId, account)
    .filter((each) => each.kind !== 'appeal')
    .map((each) => `representation:${each.representation}`);
}

/**
 * Nobody decides on what they have not opened: the newest finding, the appeal that is decided with all that its account sent, and again what was added since they looked.
 * @param sinceIndex of the newest entry that must have been seen
 * @throws ServerError `conflict`
 */
export function requireOpened(
  store: Pick<ProjectionStore, 'db'>,
  caseId: string,
  person: Person,
  sinceIndex: number,
  appeal: AppealRow | undefined,
): void {
  const lookings = readOpened(store.db, caseId).filter((each) => each.by === person.operator);
  const finding = readCaseFindings(store.db, caseId).at(-1)?.finding;
  const needed = [
    ...(finding === undefined ? [] : [`finding:${finding}`]),
    ...(appeal === undefined ? [] : [`appeal:${appeal.appeal}`, ...sentBy(store, appeal)]),
  ];
  const opened = new Set(lookings.flatMap((each) => each.items));
  const unopened = needed.find((item) => !opened.has(item));
  const isRecent = lookings.some((each) => each.index > sinceIndex);
  if (isRecent && unopened === undefined) return;
  let why = `${person.operator} has not opened the evidence of ${caseId}.`;
  if (lookings.length > 0 && !isRecent)
    why = `${caseId} has grown or was appealed since ${person.operator} opened its evidence.`;
  if (isRecent) why = `${person.operator} has not opened ${unopened} of ${caseId}.`;
  throw new ServerError('conflict', `${why} Open it first: portcullis case view ${caseId}.`);
}

/**
 * An appeal never goes to who decided before, in this case or in an earlier one, about an account that the decision on it is about. Who decided about
 * other accounts of the case only, such as on their appeals, may hear it, and so may who heard an appeal in an earlier case.
 * @param members the accounts that the decision on the appeal is about
 * @throws ServerError `forbidden`
 */
export function requireFreshEyes(
  { db }: Pick<ProjectionStore, 'db'>,
  appeal: AppealRow | undefined,
  members: readonly string[],
  person: Person,
): void {
  if (appeal === undefined) return;
  const before = readDecisionsAbout(db, person.operator, members).find(
    (each) => each.appeal !== appeal.appeal && (each.case === appeal.case || each.appeal === null),
  );
  if (before === undefined) return;
  const others =
    members.length > 1 ? ` Or decide about ${appeal.account} alone, if that decision was about others.` : '';
  throw new ServerError(
    'forbidden',
    `${person.operator} decided before (${before.decision}) about whom this decision on the appeal ${appeal.appeal} is about, so it must go to somebody else. Ask a reviewer who took no part in that.${others}`,
  );
}

/**
 * What was decided on an appeal stays out of the hands of those who had decided about that account before: they do not decide about it again,
 * in a later case neither.
 * @param members the accounts that the decision is about
 * @throws ServerError `forbidden`
 */
export function requireNoOverruling(
  { db }: Pick<ProjectionStore, 'db'>,
  members: readonly string[],
  person: Person,
): void {
  for (const { appeal, account, decision } of readAppealsOf(db, members)) {
    if (decision === null) continue;
    const answer = readDecision(db, decision);
    const before = readDecisionsAbout(db, person.operator, [account]).find(
      (each) => answer !== undefined && each.index < answer.index && each.appeal !== appeal,
    );
    if (before === undefined) continue;
    throw new ServerError(
      'forbidden',
      `${person.operator} decided on ${account} before its appeal ${appeal} was decided, and so may not overrule that. Leave the account out, or ask a reviewer who took no part in the first decision.`,
    );
  }
}
