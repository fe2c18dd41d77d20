import type { DatabaseSync } from 'node:sqlite';
import { type ProjectionDefinition, timeMsOf } from './projection.ts';
import { row, rows } from './rows.ts';

/** An erasure; `account` is null where content was erased by age. */
export type ErasureRow = {
  readonly account: string | null;
  readonly index: number;
  readonly timeMs: number;
  readonly scope: 'account' | 'age';
  readonly before: string | null;
  readonly by: string;
  readonly reason: string;
  readonly legalBasis: string;
};
/** A legal hold: while it lasts, an account's content can not be erased. */
export type LegalHoldRow = {
  readonly account: string;
  readonly index: number;
  readonly timeMs: number;
  readonly by: string;
  readonly reason: string;
};

export const erasuresProjection: ProjectionDefinition = {
  name: 'erasures',
  version: 1,
  tables: {
    erasures:
      '(idx INTEGER PRIMARY KEY, account TEXT, time_ms INTEGER NOT NULL, scope TEXT NOT NULL, before TEXT, by TEXT NOT NULL, reason TEXT NOT NULL, legal_basis TEXT NOT NULL)',
    legal_holds:
      '(account TEXT PRIMARY KEY, idx INTEGER NOT NULL, time_ms INTEGER NOT NULL, by TEXT NOT NULL, reason TEXT NOT NULL) WITHOUT ROWID',
  },
  indexes: ['CREATE INDEX IF NOT EXISTS erasures_by_account ON erasures (account)'],
  open(db) {
    const erased = db.prepare('INSERT OR IGNORE INTO erasures VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
    const placed = db.prepare('INSERT OR REPLACE INTO legal_holds VALUES (?, ?, ?, ?, ?)');
    const lifted = db.prepare('DELETE FROM legal_holds WHERE account = ?');
    return (entry, index) => {
      if (entry.type === 'content.erased')
        erased.run(
          index,
          entry.account,
          timeMsOf(entry),
          entry.scope,
          entry.before,
          entry.by,
          entry.reason,
          entry.legal_basis,
        );
      else if (entry.type === 'hold.placed')
        placed.run(entry.account, index, timeMsOf(entry), entry.by, entry.reason);
      else if (entry.type === 'hold.lifted') lifted.run(entry.account);
    };
  },
};

const ERASURE_COLUMNS =
  'account, idx AS "index", time_ms AS timeMs, scope, before, by, reason, legal_basis AS legalBasis';

/** Erasures of one account's content, newest first. */
export function readErasures(db: DatabaseSync, account: string): ErasureRow[] {
  return rows(db, `SELECT ${ERASURE_COLUMNS} FROM erasures WHERE account = ? ORDER BY idx DESC`, account);
}

/** The newest time before which content was erased by age, as the ledger says; undefined where it never was. */
export function readErasedBefore(db: DatabaseSync): string | undefined {
  const found = row<{ before: string | null }>(
    db,
    "SELECT max(before) AS before FROM erasures WHERE scope = 'age'",
  );
  return found?.before ?? undefined;
}

export function readLegalHold(db: DatabaseSync, account: string): LegalHoldRow | undefined {
  return row(
    db,
    'SELECT account, idx AS "index", time_ms AS timeMs, by, reason FROM legal_holds WHERE account = ?',
    account,
  );
}

/** Accounts under legal hold now: erasure by age leaves them out. */
export function readHeldAccounts(db: DatabaseSync): string[] {
  return rows<{ account: string }>(db, 'SELECT account FROM legal_holds ORDER BY account').map(
    (each) => each.account,
  );
}

/** Accounts whose content was erased on request, from `fromMs` on and before `toMs`; once for each erasure. */
export function readErasedAccounts(db: DatabaseSync, fromMs: number, toMs: number): string[] {
  return rows<{ account: string }>(
    db,
    "SELECT account FROM erasures WHERE scope = 'account' AND account IS NOT NULL AND time_ms >= ? AND time_ms < ?",
    fromMs,
    toMs,
  ).map((each) => each.account);
}
