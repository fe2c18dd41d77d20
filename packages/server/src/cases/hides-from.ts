import type { Entry } from '@portcullis/record';
import type { Person } from '../accounts/operators.ts';
import { readCasesOfFinding } from '../projections/cases-projection.ts';
import type { ProjectionStore } from '../projections/projection-store.ts';
import { isBlind, maySeeScore } from './blind-view.ts';

/** Entries in which a person says what they think of a case. */
const OPINIONS: ReadonlySet<Entry['type']> = new Set([
  'view.committed',
  'decision',
  'decision.window',
  'decision.undone',
  'account.severed',
]);

/**
 * Whether an entry of the ledger would tell a person the score of a case, or what others think of it, before they have committed a view of their own.
 */
export function hidesFrom(store: Pick<ProjectionStore, 'db'>, entry: Entry, person: Person): boolean {
  if (entry.type === 'finding') {
    const cases = readCasesOfFinding(store.db, entry.finding);
    return cases.length === 0 || !cases.every((each) => maySeeScore(store, each, person));
  }
  if (OPINIONS.has(entry.type) && 'case' in entry && entry.case !== null)
    return !('by' in entry && entry.by === person.operator) && isBlind(store, entry.case, person);
  return false;
}
