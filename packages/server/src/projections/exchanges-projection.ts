import type { DatabaseSync } from 'node:sqlite';
import type { EntryNamed } from '@portcullis/record';
import { monthOf, type ProjectionDefinition, timeMsOf } from './projection.ts';
import { row, rows } from './rows.ts';

const DAY_MS = 86_400_000;

/** Which ledger entries an exchange has, and what it used. */
export type ExchangeRow = {
  readonly account: string;
  readonly admittedIndex: number;
  readonly admittedMs: number;
  readonly completedIndex: number | null;
  readonly outcome: string | null;
  readonly tokens: number;
};
/** An account's figures over the ledger's life. */
export type AccountFigures = {
  readonly exchanges: number;
  readonly completed: number;
  readonly tokens: number;
  readonly refusals: number;
  readonly firstMs: number | null;
  readonly lastMs: number | null;
};
export type RefusalRow = {
  readonly account: string;
  readonly index: number;
  readonly code: string;
  readonly count: number;
};

// Primary keys start with the account, so that choosing by account and period reads one stretch of the tree.
export const exchangesProjection: ProjectionDefinition = {
  name: 'exchanges',
  version: 2,
  tables: {
    exchanges: `(account TEXT NOT NULL, admitted_idx INTEGER NOT NULL, admitted_ms INTEGER NOT NULL, completed_idx INTEGER,
      outcome TEXT, tokens INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (account, admitted_idx)) WITHOUT ROWID`,
    usage_days: `(day INTEGER NOT NULL, account TEXT NOT NULL, tokens INTEGER NOT NULL, exchanges INTEGER NOT NULL,
      PRIMARY KEY (day, account)) WITHOUT ROWID`,
    exchange_months: `(month TEXT NOT NULL, account TEXT NOT NULL, kind TEXT NOT NULL, count INTEGER NOT NULL,
      PRIMARY KEY (month, account, kind)) WITHOUT ROWID`,
    account_figures: `(account TEXT PRIMARY KEY, exchanges INTEGER NOT NULL, completed INTEGER NOT NULL DEFAULT 0,
      tokens INTEGER NOT NULL DEFAULT 0, refusals INTEGER NOT NULL DEFAULT 0, first_ms INTEGER, last_ms INTEGER) WITHOUT ROWID`,
    refusals:
      '(account TEXT NOT NULL, idx INTEGER NOT NULL, code TEXT NOT NULL, count INTEGER NOT NULL, time_ms INTEGER NOT NULL, PRIMARY KEY (account, idx)) WITHOUT ROWID',
  },
  // Signals cite exchanges by their index alone; it only grows, so that each row goes to the end of it.
  indexes: ['CREATE INDEX IF NOT EXISTS exchanges_by_index ON exchanges (admitted_idx)'],
  open(db) {
    const record = openStatements(db);
    return (entry, index) => {
      if (entry.type === 'exchange.admitted') record.admitted(entry, index);
      else if (entry.type === 'exchange.completed') record.completed(entry, index);
      else if (entry.type === 'exchange.refused' && entry.account !== null)
        record.refused(entry, entry.account, index);
    };
  },
};

function openStatements(db: DatabaseSync) {
  const admit = db.prepare(
    'INSERT OR IGNORE INTO exchanges (account, admitted_idx, admitted_ms) VALUES (?, ?, ?)',
  );
  const count =
    db.prepare(`INSERT INTO account_figures (account, exchanges, first_ms, last_ms) VALUES (?1, 1, ?2, ?2)
    ON CONFLICT (account) DO UPDATE SET exchanges = exchanges + 1, first_ms = coalesce(first_ms, ?2), last_ms = ?2`);
  const complete = db.prepare(
    'UPDATE exchanges SET completed_idx = ?, outcome = ?, tokens = ? WHERE account = ? AND admitted_idx = ? AND completed_idx IS NULL',
  );
  const use = db.prepare(`INSERT INTO usage_days VALUES (?, ?, ?, 1)
    ON CONFLICT (day, account) DO UPDATE SET tokens = tokens + excluded.tokens, exchanges = exchanges + 1`);
  const tally = db.prepare(`INSERT INTO exchange_months VALUES (?, ?, ?, ?)
    ON CONFLICT (month, account, kind) DO UPDATE SET count = count + excluded.count`);
  const total = db.prepare(
    'UPDATE account_figures SET completed = completed + 1, tokens = tokens + ? WHERE account = ?',
  );
  const refuse = db.prepare('INSERT OR IGNORE INTO refusals VALUES (?, ?, ?, ?, ?)');
  const countRefused =
    db.prepare(`INSERT INTO account_figures (account, exchanges, refusals) VALUES (?1, 0, ?2)
    ON CONFLICT (account) DO UPDATE SET refusals = refusals + ?2`);
  return {
    admitted(entry: EntryNamed<'exchange.admitted'>, index: number) {
      const timeMs = timeMsOf(entry);
      admit.run(entry.account, index, timeMs);
      count.run(entry.account, timeMs);
    },
    completed(entry: EntryNamed<'exchange.completed'>, index: number) {
      const tokens = entry.usage.input_tokens + entry.usage.output_tokens;
      const { changes } = complete.run(index, entry.outcome, tokens, entry.account, entry.admitted);
      if (changes === 0) return; // an exchange is counted once
      use.run(Math.floor(timeMsOf(entry) / DAY_MS), entry.account, tokens);
      total.run(tokens, entry.account);
      tally.run(monthOf(entry), entry.account, entry.outcome, 1);
    },
    refused(entry: EntryNamed<'exchange.refused'>, account: string, index: number) {
      refuse.run(account, index, entry.code, entry.count, timeMsOf(entry));
      countRefused.run(account, entry.count);
      tally.run(monthOf(entry), account, 'refused', entry.count);
    },
  };
}

/** Ends of an account's exchanges in one month by outcome, and requests that the gate refused, as `refused`. */
export type MonthTally = { readonly account: string; readonly kind: string; readonly count: number };

/** @param month in UTC, such as `2026-11`; an exchange counts in the month it ended in */
export function readExchangeMonth(db: DatabaseSync, month: string): MonthTally[] {
  return rows(db, 'SELECT account, kind, count FROM exchange_months WHERE month = ?', month);
}

/** Accounts with an exchange that ended in the month. */
export function readActiveAccounts(db: DatabaseSync, month: string): string[] {
  return rows<{ account: string }>(
    db,
    "SELECT DISTINCT account FROM exchange_months WHERE month = ? AND kind <> 'refused'",
    month,
  ).map((each) => each.account);
}

/** Tokens used on the UTC day of `timeMs`, by account: budgets start from these after a restart. */
export function readUsageOfDay(db: DatabaseSync, timeMs: number): Map<string, number> {
  const day = Math.floor(timeMs / DAY_MS);
  const used = rows<{ account: string; tokens: number }>(
    db,
    'SELECT account, tokens FROM usage_days WHERE day = ?',
    day,
  );
  return new Map(used.map((each) => [each.account, each.tokens]));
}

export function readFigures(db: DatabaseSync, account: string): AccountFigures {
  return (
    row<AccountFigures>(
      db,
      'SELECT exchanges, completed, tokens, refusals, first_ms AS firstMs, last_ms AS lastMs FROM account_figures WHERE account = ?',
      account,
    ) ?? { exchanges: 0, completed: 0, tokens: 0, refusals: 0, firstMs: null, lastMs: null }
  );
}

/** An account's exchanges admitted in a period, `fromMs` included and `toMs` not, in ledger order. */
export function readExchanges(
  db: DatabaseSync,
  account: string,
  fromMs: number,
  toMs: number,
): ExchangeRow[] {
  return rows(
    db,
    `SELECT account, admitted_idx AS admittedIndex, admitted_ms AS admittedMs, completed_idx AS completedIndex, outcome, tokens
     FROM exchanges WHERE account = ? AND admitted_ms >= ? AND admitted_ms < ? ORDER BY admitted_idx`,
    account,
    fromMs,
    toMs,
  );
}

/** The accounts of exchanges by the indices of their admissions or completions, one for each that is known. */
export function readAccountsOfExchanges(db: DatabaseSync, indices: readonly number[]): string[] {
  return rows<{ account: string }>(
    db,
    'SELECT e.account FROM json_each(?) j JOIN exchanges e ON e.admitted_idx = j.value',
    JSON.stringify(indices),
  ).map((each) => each.account);
}

/** An account's exchanges admitted after an index, in ledger order. */
export function readExchangesAfter(
  db: DatabaseSync,
  account: string,
  afterIndex: number,
  countMax: number,
): ExchangeRow[] {
  return rows(
    db,
    `SELECT account, admitted_idx AS admittedIndex, admitted_ms AS admittedMs, completed_idx AS completedIndex, outcome, tokens
     FROM exchanges WHERE account = ? AND admitted_idx > ? ORDER BY admitted_idx LIMIT ?`,
    account,
    afterIndex,
    countMax,
  );
}

/** Refusals of an account in a period, `fromMs` included and `toMs` not. */
export function readRefusals(db: DatabaseSync, account: string, fromMs: number, toMs: number): RefusalRow[] {
  return rows(
    db,
    'SELECT account, idx AS "index", code, count FROM refusals WHERE account = ? AND time_ms >= ? AND time_ms < ? ORDER BY idx',
    account,
    fromMs,
    toMs,
  );
}
