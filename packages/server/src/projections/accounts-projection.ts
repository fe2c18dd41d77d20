import type { DatabaseSync } from 'node:sqlite';
import type { Limits } from '../accounts/account.ts';
import { type ProjectionDefinition, timeMsOf } from './projection.ts';
import { row, rows } from './rows.ts';

export type AccountRow = {
  readonly account: string;
  readonly createdIndex: number;
  readonly createdMs: number;
  readonly limitsIndex: number;
  readonly limits: Limits;
};
export type KeyRow = {
  readonly key: string;
  readonly account: string;
  readonly sha256: string;
  readonly issuedIndex: number;
  readonly issuedMs: number;
  readonly revokedIndex: number | null;
};

const KEY_COLUMNS =
  'key_id AS key, account, key_sha256 AS sha256, issued_idx AS issuedIndex, issued_ms AS issuedMs, revoked_idx AS revokedIndex';

export const accountsProjection: ProjectionDefinition = {
  name: 'accounts',
  version: 1,
  tables: {
    accounts: `(account TEXT PRIMARY KEY, created_idx INTEGER NOT NULL, created_ms INTEGER NOT NULL, limits_idx INTEGER NOT NULL,
      requests_per_minute INTEGER, tokens_per_minute INTEGER, tokens_per_day INTEGER) WITHOUT ROWID`,
    api_keys: `(key_id TEXT PRIMARY KEY, account TEXT NOT NULL, key_sha256 TEXT NOT NULL, issued_idx INTEGER NOT NULL,
      issued_ms INTEGER NOT NULL, revoked_idx INTEGER) WITHOUT ROWID`,
  },
  indexes: [
    'CREATE INDEX IF NOT EXISTS api_keys_by_account ON api_keys (account)',
    'CREATE INDEX IF NOT EXISTS accounts_by_age ON accounts (created_idx)',
  ],
  open(db) {
    const create = db.prepare('INSERT OR IGNORE INTO accounts VALUES (?, ?, ?, ?, ?, ?, ?)');
    const limit = db.prepare(
      'UPDATE accounts SET limits_idx = ?, requests_per_minute = ?, tokens_per_minute = ?, tokens_per_day = ? WHERE account = ?',
    );
    const issue = db.prepare('INSERT OR IGNORE INTO api_keys VALUES (?, ?, ?, ?, ?, NULL)');
    const revoke = db.prepare('UPDATE api_keys SET revoked_idx = ? WHERE key_id = ? AND revoked_idx IS NULL');
    return (entry, index) => {
      if (entry.type === 'account.created' || entry.type === 'account.limited') {
        const limits = [
          entry.requests_per_minute ?? null,
          entry.tokens_per_minute ?? null,
          entry.tokens_per_day ?? null,
        ];
        if (entry.type === 'account.created')
          create.run(entry.account, index, timeMsOf(entry), index, ...limits);
        else limit.run(index, ...limits, entry.account);
      } else if (entry.type === 'key.issued')
        issue.run(entry.key, entry.account, entry.key_sha256, index, timeMsOf(entry));
      else if (entry.type === 'key.revoked') revoke.run(index, entry.key);
    };
  },
};

type Stored = Omit<AccountRow, 'limits'> & { rpm: number | null; tpm: number | null; tpd: number | null };

function fromStored({ rpm, tpm, tpd, ...stored }: Stored): AccountRow {
  const limits: Limits = {
    ...(rpm === null ? {} : { requestsPerMinute: rpm }),
    ...(tpm === null ? {} : { tokensPerMinute: tpm }),
    ...(tpd === null ? {} : { tokensPerDay: tpd }),
  };
  return { ...stored, limits };
}

const ACCOUNT_COLUMNS =
  'account, created_idx AS createdIndex, created_ms AS createdMs, limits_idx AS limitsIndex, requests_per_minute AS rpm, tokens_per_minute AS tpm, tokens_per_day AS tpd';

/** All accounts, in the order they were made. */
export function readAccounts(db: DatabaseSync): AccountRow[] {
  return rows<Stored>(db, `SELECT ${ACCOUNT_COLUMNS} FROM accounts ORDER BY created_idx`).map(fromStored);
}

export function readAccount(db: DatabaseSync, account: string): AccountRow | undefined {
  const stored = row<Stored>(db, `SELECT ${ACCOUNT_COLUMNS} FROM accounts WHERE account = ?`, account);
  return stored && fromStored(stored);
}

/** All keys, or those of one account, oldest first. */
export function readKeys(db: DatabaseSync, account?: string): KeyRow[] {
  return account === undefined
    ? rows(db, `SELECT ${KEY_COLUMNS} FROM api_keys ORDER BY issued_idx`)
    : rows(db, `SELECT ${KEY_COLUMNS} FROM api_keys WHERE account = ? ORDER BY issued_idx`, account);
}

/** Accounts that were made from `fromMs` on and before `toMs`. */
export function readCreatedAccounts(db: DatabaseSync, fromMs: number, toMs: number): string[] {
  return rows<{ account: string }>(
    db,
    'SELECT account FROM accounts WHERE created_ms >= ? AND created_ms < ?',
    fromMs,
    toMs,
  ).map((each) => each.account);
}

/** A page of accounts in the order they were made, and how many there are in all. */
export function readAccountsPage(
  db: DatabaseSync,
  /** `find`: part of an id; `standing`: the one an account has now. */
  page: {
    readonly after: string | null;
    readonly find: string;
    readonly standing: string | null;
    readonly max: number;
  },
): { readonly page: AccountRow[]; readonly total: number } {
  const where = `(?1 = '' OR instr(account, ?1) > 0) AND (?2 IS NULL OR ?2 = coalesce(
    (SELECT s.standing FROM standings s WHERE s.account = accounts.account ORDER BY s.idx DESC LIMIT 1), 'open'))`;
  const found = rows<Stored>(
    db,
    `SELECT ${ACCOUNT_COLUMNS} FROM accounts WHERE ${where}
       AND created_idx > coalesce((SELECT b.created_idx FROM accounts b WHERE b.account = ?3), -1) ORDER BY created_idx LIMIT ?4`,
    page.find,
    page.standing,
    page.after,
    page.max,
  );
  const counted = row<{ total: number }>(
    db,
    `SELECT count(*) AS total FROM accounts WHERE ${where}`,
    page.find,
    page.standing,
  );
  return { page: found.map(fromStored), total: counted?.total ?? 0 };
}
