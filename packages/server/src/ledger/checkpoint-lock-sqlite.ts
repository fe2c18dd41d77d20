import { DatabaseSync } from 'node:sqlite';
import { storageFailed } from '../seams/file-system-guarded.ts';
import { sqliteTrouble } from '../seams/sqlite-trouble.ts';
import { ServerError } from '../server-error.ts';
import type { CheckpointLock } from './checkpoint-lock.ts';

const NOTE_CHARS_MAX = 65_536;

/**
 * A checkpoint lock in SQLite (WAL, synchronous FULL: a commit is in the log file, synced, before it returns).
 * A second writer is kept out by a transaction that stays open on a file beside it: the system drops its locks with the process,
 * so that a kill leaves nothing stale. Never open either file by other means in this process: POSIX locks are dropped when *any* descriptor closes.
 * @param path such as `portcullis-data/lock.sqlite`
 * @throws ServerError `ledger-locked`
 */
export function openSqliteLock(path: string): CheckpointLock {
  const holder = holdExclusively(`${path}-writer`);
  let database: DatabaseSync;
  try {
    database = orStorageFailed(() => openDatabase(path));
  } catch (error) {
    holder.close();
    throw error;
  }
  const select = database.prepare('SELECT note FROM checkpoint WHERE origin = ?');
  const insert = database.prepare(
    'INSERT INTO checkpoint (origin, note) VALUES (?, ?) ON CONFLICT DO NOTHING',
  );
  const update = database.prepare('UPDATE checkpoint SET note = ? WHERE origin = ? AND note = ?');
  return {
    read: (origin) => orStorageFailed(() => select.get(origin))?.['note'] as string | undefined,
    swap(origin, previous, next) {
      if (next.length > NOTE_CHARS_MAX)
        throw new ServerError('bad-request', 'A checkpoint has at most 64 KiB.');
      const { changes } = orStorageFailed(() =>
        previous === undefined ? insert.run(origin, next) : update.run(next, origin, previous),
      );
      if (changes !== 1)
        throw new ServerError('conflict', 'The lock holds another checkpoint than this writer left there.');
    },
    close() {
      if (database.isOpen) database.close();
      if (holder.isOpen) holder.close();
    },
  };
}

function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 2000 });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    database.exec(
      'CREATE TABLE IF NOT EXISTS checkpoint (origin TEXT PRIMARY KEY, note TEXT NOT NULL) STRICT, WITHOUT ROWID',
    );
    makeDurable(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** SQLite does not tell which of its file calls failed with what; that one of them did is enough. */
function orStorageFailed<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (sqliteTrouble(error) !== 'storage-failed') throw error;
    throw storageFailed(
      `the checkpoint lock could not be read or written (${(error as Error).message})`,
      error,
    );
  }
}

/**
 * A writer that was killed between write and fsync leaves a commit that can be read and may still be lost with the power. One commit more syncs the
 * log file to its end, before anybody publishes what was read. Its content means nothing.
 */
function makeDurable(database: DatabaseSync): void {
  const opened = database.prepare('PRAGMA user_version').get()?.['user_version'] as number;
  database.exec(`PRAGMA user_version = ${(opened + 1) % 2 ** 31}`);
}

function holdExclusively(path: string): DatabaseSync {
  const holder = new DatabaseSync(path, { timeout: 0 });
  try {
    holder.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    holder.close();
    if (sqliteTrouble(cause) !== 'busy') throw cause;
    throw new ServerError(
      'ledger-locked',
      `Another writer has this ledger (${path}). Stop it first; there is one writer a ledger.`,
      { cause },
    );
  }
  return holder;
}

/** What a lock holds, for readers such as fsck; works beside a running writer. */
export function readSqliteLock(path: string): { origin: string; note: string }[] {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 2000 });
  try {
    // A start that was cut off before it made the table.
    const table = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'checkpoint'").get();
    if (table === undefined) return [];
    const rows = database.prepare('SELECT origin, note FROM checkpoint ORDER BY origin').all();
    return rows.map((row) => ({ origin: row['origin'] as string, note: row['note'] as string }));
  } finally {
    database.close();
  }
}
