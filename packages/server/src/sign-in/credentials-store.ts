import { DatabaseSync } from 'node:sqlite';
import type { Role } from '@portcullis/record';
import type { PasswordHash } from './passwords.ts';

export type KeptPassword = PasswordHash & { readonly role: Role };

/** What people sign in with besides tokens. Not the ledger, where nothing can be taken back, nor a projection, which can be deleted. */
export type CredentialsStore = {
  password(operator: string): KeptPassword | undefined;
  setPassword(operator: string, role: Role, hash: PasswordHash): void;
  removePassword(operator: string): void;
  close(): void;
};

/** @param path such as `portcullis-data/sign-in.sqlite`, of mode 0600 by the process's mask */
export function openCredentialsStore(path: string): CredentialsStore {
  const db = new DatabaseSync(path, { timeout: 2000 });
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;
    CREATE TABLE IF NOT EXISTS passwords (operator TEXT PRIMARY KEY, role TEXT NOT NULL, salt BLOB NOT NULL, hash BLOB NOT NULL) STRICT, WITHOUT ROWID;`);
  return {
    password: (operator) =>
      db.prepare('SELECT role, salt, hash FROM passwords WHERE operator = ?').get(operator) as
        | KeptPassword
        | undefined,
    setPassword(operator, role, { salt, hash }) {
      db.prepare('INSERT OR REPLACE INTO passwords VALUES (?, ?, ?, ?)').run(operator, role, salt, hash);
    },
    removePassword(operator) {
      db.prepare('DELETE FROM passwords WHERE operator = ?').run(operator);
    },
    close() {
      if (db.isOpen) db.close();
    },
  };
}
