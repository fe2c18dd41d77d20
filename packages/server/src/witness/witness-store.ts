import { DatabaseSync } from 'node:sqlite';
import { ServerError } from '../server-error.ts';
import type { KnownTree } from './witness-state.ts';

/** Pairs of notes that are kept for each log; one is proof enough. */
const SPLIT_VIEWS_MAX = 16;

/** Two checkpoints of one size that a log signed, each a signed note. Together they prove that it showed two histories. */
export type SplitView = { readonly size: number; readonly known: string; readonly other: string };

/** What a witness must never forget. Every change is durable when its call returns. */
export type WitnessStore = {
  /** Undefined where nothing of this log was ever cosigned. */
  read(origin: string): KnownTree | undefined;
  /** Whether nothing was ever cosigned. */
  isEmpty(): boolean;
  /**
   * Puts `next` in the place of `previous`, in one step.
   * @returns false where something else than `previous` stands there; nothing is changed then
   */
  swap(origin: string, previous: KnownTree | undefined, next: KnownTree): boolean;
  keepSplitView(origin: string, view: SplitView): void;
  splitViews(origin: string): SplitView[];
  /** Origins of which a split view is kept. */
  splitOrigins(): string[];
  /** A note that this witness cosigned and does not remember: from now on it cosigns nothing of this log. */
  retire(origin: string, note: string): void;
  isRetired(origin: string): boolean;
  /** Which witness this is the memory of, and how often it was started; undefined where it is new. */
  home(): { readonly id: string; readonly starts: number } | undefined;
  /** Counts a start. @returns how many there were, this one too */
  enter(id: string): number;
  close(): void;
};

/**
 * A witness's memory in SQLite (WAL, synchronous FULL: a commit is in the log file, synced, before it returns). Several processes
 * may have one file open: the swap is one statement, so that only one of them moves on from a state.
 * @param path such as `witness-data/witness.sqlite`; the caller syncs the directory after the first opening
 */
export function openWitnessStore(path: string): WitnessStore {
  const database = openDatabase(path);
  const select = database.prepare('SELECT size, root, note, time_seconds FROM tree WHERE origin = ?');
  const any = database.prepare('SELECT 1 FROM tree LIMIT 1');
  const insert = database.prepare(
    'INSERT INTO tree (size, root, note, time_seconds, origin) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const update = database.prepare(
    'UPDATE tree SET size = ?, root = ?, note = ?, time_seconds = ? WHERE origin = ? AND size = ? AND root = ? AND time_seconds = ?',
  );
  const keep = database.prepare(
    `INSERT INTO split_view (origin, size, known, other) SELECT ?1, ?2, ?3, ?4
     WHERE (SELECT count(*) FROM split_view WHERE origin = ?1) < ${SPLIT_VIEWS_MAX} ON CONFLICT DO NOTHING`,
  );
  const retire = database.prepare('INSERT INTO retired (origin, note) VALUES (?, ?) ON CONFLICT DO NOTHING');
  const retired = database.prepare('SELECT 1 FROM retired WHERE origin = ?');
  const home = database.prepare('SELECT id, starts FROM home');
  const enter = database.prepare(
    'INSERT INTO home (one, id, starts) VALUES (1, ?, 1) ON CONFLICT DO UPDATE SET starts = starts + 1 RETURNING starts',
  );
  const origins = database.prepare('SELECT DISTINCT origin FROM split_view ORDER BY origin');
  const views = database.prepare('SELECT size, known, other FROM split_view WHERE origin = ? ORDER BY rowid');
  return {
    read(origin) {
      const row = select.get(origin);
      return row === undefined ? undefined : asKnownTree(row);
    },
    isEmpty: () => any.get() === undefined,
    swap(origin, previous, next) {
      const values = [next.size, next.root, next.note, next.timeSeconds, origin] as const;
      const { changes } =
        previous === undefined
          ? insert.run(...values)
          : update.run(...values, previous.size, previous.root, previous.timeSeconds);
      return changes === 1;
    },
    keepSplitView: (origin, { size, known, other }) => void keep.run(origin, size, known, other),
    splitViews: (origin) => views.all(origin).map((row) => ({ ...row }) as unknown as SplitView),
    splitOrigins: () => origins.all().map((row) => row['origin'] as string),
    retire: (origin, note) => void retire.run(origin, note),
    isRetired: (origin) => retired.get(origin) !== undefined,
    home() {
      const row = home.get();
      return row === undefined ? undefined : { id: row['id'] as string, starts: row['starts'] as number };
    },
    enter: (id) => enter.get(id)?.['starts'] as number,
    close: () => database.close(),
  };
}

function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 2000 });
  try {
    createTables(database);
    return database;
  } catch (cause) {
    database.close();
    throw new ServerError(
      'bad-config',
      `The memory of this witness, ${path}, can not be opened (${(cause as Error).message}). Restore the newest copy, or start a new witness with another name in an empty folder.`,
      { cause },
    );
  }
}

function createTables(database: DatabaseSync): void {
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  database.exec(`
    CREATE TABLE IF NOT EXISTS tree (
      origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL, time_seconds INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS split_view (
      origin TEXT NOT NULL, size INTEGER NOT NULL, known TEXT NOT NULL, other TEXT NOT NULL, UNIQUE (origin, size, other)
    ) STRICT;
    CREATE TABLE IF NOT EXISTS retired (origin TEXT PRIMARY KEY, note TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS home (one INTEGER PRIMARY KEY CHECK (one = 1), id TEXT NOT NULL, starts INTEGER NOT NULL) STRICT;
  `);
}

function asKnownTree(row: Record<string, unknown>): KnownTree {
  return {
    size: row['size'] as number,
    root: row['root'] as Uint8Array,
    note: row['note'] as string,
    timeSeconds: row['time_seconds'] as number,
  };
}
