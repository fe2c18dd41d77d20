import type { DatabaseSync } from 'node:sqlite';
import type { Role } from '@portcullis/record';
import type { ProjectionDefinition } from './projection.ts';
import { row, rows } from './rows.ts';

/** A person's token. Several tokens may name the same person. */
export type OperatorToken = {
  readonly operator: string;
  readonly role: Role;
  readonly tokenSha256: string;
  readonly addedIndex: number;
};

export const operatorsProjection: ProjectionDefinition = {
  name: 'operators',
  version: 1,
  tables: {
    operator_tokens:
      '(token_sha256 TEXT PRIMARY KEY, operator TEXT NOT NULL, role TEXT NOT NULL, added_idx INTEGER NOT NULL, removed_idx INTEGER) WITHOUT ROWID',
  },
  open(db) {
    const add = db.prepare(
      'INSERT OR IGNORE INTO operator_tokens (token_sha256, operator, role, added_idx) VALUES (?, ?, ?, ?)',
    );
    const remove = db.prepare(
      'UPDATE operator_tokens SET removed_idx = ? WHERE operator = ? AND removed_idx IS NULL',
    );
    return (entry, index) => {
      if (entry.type === 'operator.added') add.run(entry.token_sha256, entry.operator, entry.role, index);
      else if (entry.type === 'operator.removed') remove.run(index, entry.operator);
    };
  },
};

const COLUMNS = 'operator, role, token_sha256 AS tokenSha256, added_idx AS addedIndex';

/** Tokens that work now, oldest first. */
export function readOperators(db: DatabaseSync): OperatorToken[] {
  return rows(db, `SELECT ${COLUMNS} FROM operator_tokens WHERE removed_idx IS NULL ORDER BY added_idx`);
}

/** The token with this hash, if it works now. */
export function readOperatorByToken(db: DatabaseSync, tokenSha256: string): OperatorToken | undefined {
  return row(
    db,
    `SELECT ${COLUMNS} FROM operator_tokens WHERE token_sha256 = ? AND removed_idx IS NULL`,
    tokenSha256,
  );
}
