import type { Incidents } from '../incidents/incidents.ts';
import { readUndecidedCases } from '../projections/cases-projection.ts';
import { readMissed } from '../projections/deadlines-projection.ts';
import { readUnacknowledged } from '../projections/hearings-projection.ts';
import type { CaseContext } from './case-ports.ts';
import { deadlineOf } from './queue.ts';
import { acknowledgeBy } from './representations.ts';

/** Something that must be done by a time. */
export type Deadline = {
  /** The case, representation or incident. */
  readonly of: string;
  readonly case: string | null;
  /** `case-decision`, `appeal-decision`, `acknowledgement`, or a clock of an incident. */
  readonly deadline: string;
  readonly what: string;
  readonly dueMs: number;
  readonly isLate: boolean;
  /** The entry that says that it was missed. */
  readonly missedIndex: number | null;
};

const WHAT = {
  'case-decision': 'decide the case',
  'appeal-decision': 'decide the appeal',
} as const;

/** Everything that has a deadline now, the earliest first. */
export function listDeadlines(
  { store, clock, settings }: Pick<CaseContext, 'store' | 'clock' | 'settings'>,
  incidents: Incidents,
): Deadline[] {
  const keyOf = (each: { of: string; deadline: string; dueMs: number }) =>
    `${each.of} ${each.deadline} ${each.dueMs}`;
  const missed = new Map(readMissed(store.db).map((each) => [keyOf(each), each.index]));
  const found: Omit<Deadline, 'isLate' | 'missedIndex'>[] = [];
  for (const each of readUndecidedCases(store.db)) {
    const due = deadlineOf(each, settings);
    if (due === undefined) continue;
    const { name: deadline, dueMs } = due;
    found.push({ of: each.case, case: each.case, deadline, what: WHAT[deadline], dueMs });
  }
  for (const { representation, case: caseId, receivedMs } of readUnacknowledged(store.db))
    found.push({
      of: representation,
      case: caseId,
      deadline: 'acknowledgement',
      what: 'acknowledge what the account sent',
      dueMs: acknowledgeBy(receivedMs),
    });
  for (const { incident, case: caseId, due } of incidents.list())
    for (const { clock: deadline, what, where, dueMs } of due)
      if (dueMs !== null)
        found.push({ of: incident, case: caseId, deadline, what: `${what} (to: ${where})`, dueMs });
  return found
    .map((each) => ({
      ...each,
      isLate: each.dueMs <= clock.now(),
      missedIndex: missed.get(keyOf(each)) ?? null,
    }))
    .sort((a, b) => a.dueMs - b.dueMs);
}
