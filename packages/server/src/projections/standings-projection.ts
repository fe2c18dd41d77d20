import type { DatabaseSync } from 'node:sqlite';
import type { Standing } from '@portcullis/record';
import { type ProjectionDefinition, timeMsOf } from './projection.ts';
import { row, rows } from './rows.ts';

export type StandingRow = {
  readonly account: string;
  readonly standing: Standing;
  readonly case: string | null;
  readonly decision: string | null;
  readonly index: number;
  readonly timeMs: number;
  readonly by: string;
  readonly reason: string;
};

export const standingsProjection: ProjectionDefinition = {
  name: 'standings',
  version: 1,
  tables: {
    standings: `(account TEXT NOT NULL, idx INTEGER NOT NULL, standing TEXT NOT NULL, case_id TEXT, decision TEXT, time_ms INTEGER NOT NULL,
      by TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (account, idx)) WITHOUT ROWID`,
  },
  open(db) {
    const set = db.prepare('INSERT OR IGNORE INTO standings VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
    return (entry, index) => {
      if (entry.type !== 'standing.set') return;
      for (const account of entry.accounts)
        set.run(
          account,
          index,
          entry.standing,
          entry.case,
          entry.decision,
          timeMsOf(entry),
          entry.by,
          entry.reason,
        );
    };
  },
};

const COLUMNS =
  'account, standing, case_id AS "case", decision, idx AS "index", time_ms AS timeMs, by, reason';

/** What an account's standing was, newest first. An account without any is open. */
export function readStandings(db: DatabaseSync, account: string): StandingRow[] {
  return rows(db, `SELECT ${COLUMNS} FROM standings WHERE account = ? ORDER BY idx DESC`, account);
}

/** The standing now; undefined where none was ever set, which means open. */
export function readStanding(db: DatabaseSync, account: string): StandingRow | undefined {
  return row(db, `SELECT ${COLUMNS} FROM standings WHERE account = ? ORDER BY idx DESC LIMIT 1`, account);
}

/** Entries that changed standing because of a case, oldest first. */
export function readStandingsOfCase(
  db: DatabaseSync,
  caseId: string,
): { index: number; standing: Standing; decision: string | null }[] {
  return rows(
    db,
    'SELECT DISTINCT idx AS "index", standing, decision FROM standings WHERE case_id = ? ORDER BY idx',
    caseId,
  );
}

/** How long an account had a standing other than open: until `toMs`, or null where it still has it. */
export type StandingSpan = {
  readonly account: string;
  readonly standing: Standing;
  readonly fromMs: number;
  readonly toMs: number | null;
};

export function readStandingSpans(db: DatabaseSync): StandingSpan[] {
  return rows(
    db,
    `SELECT account, standing, time_ms AS fromMs, toMs FROM (
       SELECT account, standing, time_ms, lead(time_ms) OVER (PARTITION BY account ORDER BY idx) AS toMs FROM standings)
     WHERE standing <> 'open'`,
  );
}

/** How many accounts have which standing now. An account without any is open. */
export function countStandings(db: DatabaseSync): Record<Standing, number> {
  const counted = rows<{ standing: Standing; count: number }>(
    db,
    `SELECT coalesce((SELECT s.standing FROM standings s WHERE s.account = a.account ORDER BY s.idx DESC LIMIT 1), 'open') AS standing,
       count(*) AS count FROM accounts a GROUP BY 1`,
  );
  const none: Record<Standing, number> = { open: 0, slow: 0, plain: 0, hold: 0, closed: 0 };
  return { ...none, ...Object.fromEntries(counted.map(({ standing, count }) => [standing, count])) };
}
