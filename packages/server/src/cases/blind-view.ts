import type { EntryNamed } from '@portcullis/record';
import { type FindingRow, readFindings } from '../projections/findings-projection.ts';
import { readCase, readCasesOfFinding } from '../projections/cases-projection.ts';
import { readOperators } from '../projections/operators-projection.ts';
import type { ProjectionStore } from '../projections/projection-store.ts';
import { readCommittedViews, wasScoreShown } from '../projections/views-projection.ts';
import { ServerError } from '../server-error.ts';
import type { Person } from './case-ports.ts';

type Store = Pick<ProjectionStore, 'db'>;

/** A finding as somebody sees it who has not said yet what they see themselves. */
export type BlindFinding = Omit<EntryNamed<'finding'>, 'statistic' | 'bound'> &
  Partial<Pick<EntryNamed<'finding'>, 'statistic' | 'bound'>>;

/** Whether a person may decide cases, by this token or by another of theirs. */
function isReviewer({ db }: Store, person: Person): boolean {
  if (person.role !== 'auditor') return true;
  return readOperators(db).some((each) => each.operator === person.operator && each.role !== 'auditor');
}

/** Whether what others say of a case stays hidden from a person: who may decide it and has no view of their own yet. */
export function isBlind(store: Store, caseId: string, person: Person): boolean {
  return (
    isReviewer(store, person) &&
    !readCommittedViews(store.db, caseId).some((each) => each.by === person.operator)
  );
}

/** The score is for who has committed a view, and for who only reads once the case is decided. */
export function maySeeScore(store: Store, caseId: string, person: Person): boolean {
  if (wasScoreShown(store.db, caseId, person.operator)) return true;
  return !isReviewer(store, person) && readCase(store.db, caseId)?.state === 'decided';
}

export function withoutScore(finding: EntryNamed<'finding'>): BlindFinding {
  const { statistic: _statistic, bound: _bound, ...rest } = finding;
  return rest;
}

/** Findings, newest first, each with its score only where the person may see it. */
export function listFindings(
  store: Store,
  person: Person,
  countMax: number,
): (Omit<FindingRow, 'entry'> & { entry: BlindFinding })[] {
  return readFindings(store.db, countMax).map((found) => {
    const cases = readCasesOfFinding(store.db, found.finding);
    const visible = cases.length > 0 && cases.every((each) => maySeeScore(store, each, person));
    return visible ? found : { ...found, entry: withoutScore(found.entry) };
  });
}

/**
 * Nobody decides whom the machine told first what to think.
 * @throws ServerError `conflict`, or `forbidden` where the score was shown before any view
 */
export function requireOwnView({ db }: Store, caseId: string, person: Person): void {
  const own = readCommittedViews(db, caseId).filter((each) => each.by === person.operator);
  if (own.some((each) => each.blind)) return;
  if (own.length > 0 || wasScoreShown(db, caseId, person.operator))
    throw new ServerError(
      'forbidden',
      `${person.operator} was shown the detector's score of ${caseId} before committing a view, and so does not decide it. Ask another reviewer.`,
    );
  throw new ServerError(
    'conflict',
    `${person.operator} has not committed a view of ${caseId}. Say first what you see in the evidence: portcullis case commit ${caseId} --view extraction|not|unsure --reasons "…".`,
  );
}
