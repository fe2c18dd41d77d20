import { DatabaseSync } from 'node:sqlite';
import type { Role } from '@portcullis/record';
import type { PasswordHash } from './passwords.ts';

/** A key of a person's device, in place of a password. */
export type Passkey = {
  readonly id: string;
  readonly operator: string;
  readonly role: Role;
  /** COSE. */
  readonly publicKey: Uint8Array;
  readonly counter: number;
  readonly label: string;
  readonly addedMs: number;
};
export type KeptPassword = PasswordHash & { readonly role: Role };

/** What people sign in with besides tokens. Not the ledger, where nothing can be taken back, nor a projection, which can be deleted. */
export type CredentialsStore = {
  password(operator: string): KeptPassword | undefined;
  setPassword(operator: string, role: Role, hash: PasswordHash): void;
  removePassword(operator: string): void;
  passkeys(operator: string): Passkey[];
  passkey(id: string): Passkey | undefined;
  addPasskey(passkey: Passkey): void;
  countPasskey(id: string, counter: number): void;
  removePasskey(operator: string, id: string): boolean;
  /** All that a person signs in with. */
  removeAll(operator: string): void;
  close(): void;
};

/** @param path such as `portcullis-data/sign-in.sqlite`, of mode 0600 by the process's mask */
export function openCredentialsStore(path: string): CredentialsStore {
  const db = new DatabaseSync(path, { timeout: 2000 });
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;
    CREATE TABLE IF NOT EXISTS passwords (operator TEXT PRIMARY KEY, role TEXT NOT NULL, salt BLOB NOT NULL, hash BLOB NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS passkeys (id TEXT PRIMARY KEY, operator TEXT NOT NULL, role TEXT NOT NULL, public_key BLOB NOT NULL,
      counter INTEGER NOT NULL, label TEXT NOT NULL, added_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;`);
  const columns = 'id, operator, role, public_key AS publicKey, counter, label, added_ms AS addedMs';
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
    passkeys: (operator) =>
      db
        .prepare(`SELECT ${columns} FROM passkeys WHERE operator = ? ORDER BY added_ms`)
        .all(operator) as Passkey[],
    passkey: (id) =>
      db.prepare(`SELECT ${columns} FROM passkeys WHERE id = ?`).get(id) as Passkey | undefined,
    addPasskey({ id, operator, role, publicKey, counter, label, addedMs }) {
      db.prepare('INSERT INTO passkeys VALUES (?, ?, ?, ?, ?, ?, ?)').run(
        id,
        operator,
        role,
        publicKey,
        counter,
        label,
        addedMs,
      );
    },
    countPasskey(id, counter) {
      db.prepare('UPDATE passkeys SET counter = ? WHERE id = ?').run(counter, id);
    },
    removePasskey: (operator, id) =>
      db.prepare('DELETE FROM passkeys WHERE operator = ? AND id = ?').run(operator, id).changes > 0,
    removeAll(operator) {
      db.prepare('DELETE FROM passwords WHERE operator = ?').run(operator);
      db.prepare('DELETE FROM passkeys WHERE operator = ?').run(operator);
    },
    close() {
      if (db.isOpen) db.close();
    },
  };
}
