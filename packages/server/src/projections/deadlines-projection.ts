import type { DatabaseSync } from 'node:sqlite';
import { type ProjectionDefinition, timeMsOf } from './projection.ts';
import { row, rows } from './rows.ts';

/** A deadline that went by. */
export type MissedRow = {
  readonly of: string;
  readonly deadline: string;
  readonly dueMs: number;
  readonly recordedMs: number;
  readonly index: number;
};

export const deadlinesProjection: ProjectionDefinition = {
  name: 'deadlines',
  version: 1,
  tables: {
    deadlines_missed:
      '(of_id TEXT NOT NULL, deadline TEXT NOT NULL, due_ms INTEGER NOT NULL, recorded_ms INTEGER NOT NULL, idx INTEGER NOT NULL, PRIMARY KEY (of_id, deadline, due_ms)) WITHOUT ROWID',
  },
  open(db) {
    const missed = db.prepare('INSERT OR IGNORE INTO deadlines_missed VALUES (?, ?, ?, ?, ?)');
    return (entry, index) => {
      if (entry.type === 'deadline.missed')
        missed.run(entry.of, entry.deadline, Date.parse(entry.due), timeMsOf(entry), index);
    };
  },
};

/** Whether it is on the ledger that a deadline went by. @param dueMs where it comes again, which time of it */
export function wasMissed(
  db: DatabaseSync,
  of: string,
  deadline: string,
  dueMs: number | null = null,
): boolean {
  return (
    row(
      db,
      'SELECT 1 FROM deadlines_missed WHERE of_id = ?1 AND deadline = ?2 AND (?3 IS NULL OR due_ms = ?3)',
      of,
      deadline,
      dueMs,
    ) !== undefined
  );
}

/** Deadlines that went by, newest first. */
export function readMissed(db: DatabaseSync, countMax = 1000): MissedRow[] {
  return rows(
    db,
    'SELECT of_id AS "of", deadline, due_ms AS dueMs, recorded_ms AS recordedMs, idx AS "index" FROM deadlines_missed ORDER BY idx DESC LIMIT ?',
    countMax,
  );
}
