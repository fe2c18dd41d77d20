import type { DatabaseSync } from 'node:sqlite';
import { type ProjectionDefinition, timeMsOf } from './projection.ts';
import { row, rows } from './rows.ts';

export type AppealRow = {
  readonly appeal: string;
  readonly case: string;
  readonly account: string;
  readonly by: string;
  readonly index: number;
  readonly timeMs: number;
  /** The decision in effect that answered it. */
  readonly decision: string | null;
};

export const appealsProjection: ProjectionDefinition = {
  name: 'appeals',
  version: 1,
  tables: {
    appeals:
      '(appeal TEXT PRIMARY KEY, case_id TEXT NOT NULL, account TEXT NOT NULL, by TEXT NOT NULL, idx INTEGER NOT NULL, time_ms INTEGER NOT NULL, decision TEXT)',
  },
  indexes: ['CREATE INDEX IF NOT EXISTS appeals_by_case ON appeals (case_id)'],
  open(db) {
    const made = db.prepare('INSERT OR IGNORE INTO appeals VALUES (?, ?, ?, ?, ?, ?, NULL)');
    const answered = db.prepare('UPDATE appeals SET decision = ? WHERE appeal = ? AND decision IS NULL');
    const reopened = db.prepare('UPDATE appeals SET decision = NULL WHERE decision = ?');
    return (entry, index) => {
      if (entry.type === 'appeal')
        made.run(entry.appeal, entry.case, entry.account, entry.by, index, timeMsOf(entry));
      else if (entry.type === 'decision.undone') reopened.run(entry.decision);
      else if (entry.type === 'decision' && entry.appeal !== undefined) {
        if (entry.step === 'final' || entry.step === 'confirmed') answered.run(entry.decision, entry.appeal);
      }
    };
  },
};

const COLUMNS = 'appeal, case_id AS "case", account, by, idx AS "index", time_ms AS timeMs, decision';

/** Appeals of a case, oldest first. */
export function readAppeals(db: DatabaseSync, caseId: string): AppealRow[] {
  return rows(db, `SELECT ${COLUMNS} FROM appeals WHERE case_id = ? ORDER BY idx`, caseId);
}

/** Appeals of these accounts in any case, oldest first. */
export function readAppealsOf(db: DatabaseSync, accounts: readonly string[]): AppealRow[] {
  return rows(
    db,
    `SELECT ${COLUMNS} FROM appeals WHERE account IN (SELECT value FROM json_each(?)) ORDER BY idx`,
    JSON.stringify(accounts),
  );
}

export function readAppeal(db: DatabaseSync, appeal: string): AppealRow | undefined {
  return row(db, `SELECT ${COLUMNS} FROM appeals WHERE appeal = ?`, appeal);
}
