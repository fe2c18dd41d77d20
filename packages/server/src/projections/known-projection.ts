import type { DatabaseSync } from 'node:sqlite';
import { type ProjectionDefinition, timeMsOf } from './projection.ts';
import { row, rows } from './rows.ts';

/** A case that turned out to be one whose answer was known. */
export type KnownRow = {
  readonly known: string;
  readonly case: string;
  readonly answer: string;
  readonly by: string;
  readonly right: boolean;
  readonly timeMs: number;
};

export const knownProjection: ProjectionDefinition = {
  name: 'known',
  version: 2,
  tables: {
    known_waiting: '(known TEXT PRIMARY KEY, idx INTEGER NOT NULL) WITHOUT ROWID',
    known_revealed:
      '(known TEXT PRIMARY KEY, case_id TEXT NOT NULL, finding TEXT NOT NULL, answer TEXT NOT NULL, by TEXT NOT NULL, is_right INTEGER NOT NULL, time_ms INTEGER NOT NULL) WITHOUT ROWID',
  },
  open(db) {
    const committed = db.prepare('INSERT OR IGNORE INTO known_waiting VALUES (?, ?)');
    const told = db.prepare('DELETE FROM known_waiting WHERE known = ?');
    const revealed = db.prepare('INSERT OR IGNORE INTO known_revealed VALUES (?, ?, ?, ?, ?, ?, ?)');
    return (entry, index) => {
      if (entry.type === 'known.committed') committed.run(entry.known, index);
      else if (entry.type === 'known.revealed') {
        told.run(entry.known);
        revealed.run(
          entry.known,
          entry.case,
          entry.finding,
          entry.answer,
          entry.by,
          entry.right ? 1 : 0,
          timeMsOf(entry),
        );
      }
    };
  },
};

/** Answers that nobody was told yet, with the entry that commits to each. */
export function readKnownWaiting(db: DatabaseSync): { known: string; index: number }[] {
  return rows(db, 'SELECT known, idx AS "index" FROM known_waiting ORDER BY idx');
}

const COLUMNS = 'known, case_id AS "case", answer, by, is_right AS "right", time_ms AS timeMs';
type Stored = Omit<KnownRow, 'right'> & { readonly right: number };
const fromStored = (stored: Stored): KnownRow => ({ ...stored, right: stored.right === 1 });

/** Whether a case was one whose answer was known; undefined where it was not, or nobody was told yet. */
export function readKnownOfCase(db: DatabaseSync, caseId: string): KnownRow | undefined {
  const found = row<Stored>(db, `SELECT ${COLUMNS} FROM known_revealed WHERE case_id = ?`, caseId);
  return found && fromStored(found);
}

/** Answers that were told, oldest first. */
export function readKnownRevealed(db: DatabaseSync): KnownRow[] {
  return rows<Stored>(db, `SELECT ${COLUMNS} FROM known_revealed ORDER BY time_ms`).map(fromStored);
}

/** Accounts that were made for findings whose answer was known, once it was told. */
export function readMixedInAccounts(db: DatabaseSync): string[] {
  return rows<{ account: string }>(
    db,
    'SELECT DISTINCT m.account FROM known_revealed k JOIN finding_members m ON m.finding = k.finding',
  ).map((each) => each.account);
}
