import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { ServerError } from '../server-error.ts';
import { ALL_PROJECTIONS } from './all-projections.ts';
import {
  type LedgerEntry,
  openProjection,
  type Projection,
  type ProjectionDefinition,
  truncateProjection,
} from './projection.ts';

/** The SQL tables that people's questions are answered from. One writer: whoever follows the ledger calls `project`. */
export type ProjectionStore = {
  /** For reading; only `project` writes. */
  readonly db: DatabaseSync;
  /** The index of the next entry it needs; follow the ledger from here. */
  readonly position: number;
  /**
   * Applies entries in one transaction. Those before `position` are skipped, so a batch may be given twice.
   * @throws ServerError `conflict` where an entry is missing in between; nothing is applied then
   */
  project(batch: readonly LedgerEntry[]): void;
  /** Resolves when the entry at `index` was applied. @throws ServerError `ledger-overloaded` after `reachTimeoutMs` */
  reached(index: number): Promise<void>;
  /** Called after each applied batch, with the entries that were new. Listeners must not throw. @returns how to stop */
  onProjected(listener: (batch: readonly LedgerEntry[]) => void): () => void;
  close(): void;
};

export type ProjectionStoreConfig = {
  /** The SQLite file, or `:memory:`. */
  readonly path: string;
  /** The ledger's size; a store that is ahead of it belongs to another ledger and is rebuilt. */
  readonly ledgerSize?: number;
  readonly reachTimeoutMs?: number;
  readonly projections?: readonly ProjectionDefinition[];
};

type Tracked = { readonly projection: Projection; position: number };

/** Opens the tables, rebuilding those whose version changed; a damaged file is thrown away, since all in it is derived. */
export function openProjectionStore(config: ProjectionStoreConfig): ProjectionStore {
  const { db, tracked } = openOrRebuild(config);
  const savePosition = db.prepare('UPDATE projections SET position = ? WHERE name = ?');
  const listeners = new Set<(batch: readonly LedgerEntry[]) => void>();
  const waiting = createWaiting(config.reachTimeoutMs ?? 15_000);
  const position = () => Math.min(...tracked.map((each) => each.position));

  function applyBatch(batch: readonly LedgerEntry[], end: number): void {
    db.exec('BEGIN');
    try {
      for (const { projection, position: from } of tracked)
        for (const { entry, index } of batch) if (index >= from) projection.handle(entry, index);
      for (const each of tracked) if (end > each.position) savePosition.run(end, each.projection.name);
      db.exec('COMMIT');
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
    for (const each of tracked) each.position = Math.max(each.position, end);
  }

  return {
    db,
    get position() {
      return position();
    },
    project(batch) {
      const from = position();
      const fresh = batch.filter((each) => each.index >= from);
      checkContiguous(fresh, from);
      if (fresh.length === 0) return;
      applyBatch(fresh, from + fresh.length);
      waiting.release(from + fresh.length);
      for (const listener of listeners) listener(fresh);
    },
    reached: (index) => (index < position() ? Promise.resolve() : waiting.wait(index)),
    onProjected(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      waiting.stop();
      db.close();
    },
  };
}

function checkContiguous(batch: readonly LedgerEntry[], from: number): void {
  for (const [i, { index }] of batch.entries()) {
    if (index !== from + i)
      throw new ServerError(
        'conflict',
        `The projections need entry ${from + i}, not ${index}; follow from there.`,
      );
  }
}

function openOrRebuild(config: ProjectionStoreConfig): { db: DatabaseSync; tracked: Tracked[] } {
  try {
    return openTables(config);
  } catch (error) {
    if (config.path === ':memory:' || !isDamaged(error)) throw error;
    for (const suffix of ['', '-wal', '-shm']) rmSync(config.path + suffix, { force: true });
    return openTables(config);
  }
}

/** SQLITE_CORRUPT (11) and SQLITE_NOTADB (26), https://www.sqlite.org/rescode.html */
function isDamaged(error: unknown): boolean {
  const code = (error as { errcode?: number }).errcode;
  return code !== undefined && [11, 26].includes(code & 0xff);
}

function openTables(config: ProjectionStoreConfig): { db: DatabaseSync; tracked: Tracked[] } {
  const db = new DatabaseSync(config.path);
  try {
    // Derived data: a lost transaction is replayed from the ledger, so no fsync on commit.
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000');
    db.exec(
      'CREATE TABLE IF NOT EXISTS projections (name TEXT PRIMARY KEY, version INTEGER, position INTEGER)',
    );
    const definitions = config.projections ?? ALL_PROJECTIONS;
    return { db, tracked: definitions.map((each) => track(db, each, config.ledgerSize)) };
  } catch (error) {
    db.close();
    throw error;
  }
}

function track(
  db: DatabaseSync,
  definition: ProjectionDefinition,
  ledgerSize = Number.MAX_SAFE_INTEGER,
): Tracked {
  const known = db.prepare('SELECT version, position FROM projections WHERE name = ?').get(definition.name) as
    | { version: number; position: number }
    | undefined;
  const current = known?.version === definition.version && known.position <= ledgerSize;
  if (!current) truncateProjection(db, definition);
  const projection = openProjection(db, definition);
  if (!current) {
    db.prepare('INSERT OR REPLACE INTO projections (name, version, position) VALUES (?, ?, 0)').run(
      definition.name,
      definition.version,
    );
  }
  return { projection, position: current ? known.position : 0 };
}

/** Callers that wait until an entry was applied. */
function createWaiting(timeoutMs: number) {
  const waiting = new Set<{ index: number; resolve: () => void; timer: NodeJS.Timeout }>();
  const drop = (each: { index: number; resolve: () => void; timer: NodeJS.Timeout }) => {
    clearTimeout(each.timer);
    waiting.delete(each);
  };
  return {
    wait: (index: number) =>
      new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => {
          drop(each);
          reject(
            new ServerError(
              'ledger-overloaded',
              `Entry ${index} is durable but not projected after ${timeoutMs} ms. Look at GET /v1/ledger for the lag and ask again.`,
            ),
          );
        }, timeoutMs);
        const each = { index, resolve, timer };
        waiting.add(each);
      }),
    release(position: number) {
      for (const each of waiting) {
        if (each.index >= position) continue;
        drop(each);
        each.resolve();
      }
    },
    stop() {
      for (const each of waiting) drop(each);
    },
  };
}
