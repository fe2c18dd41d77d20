import type { DatabaseSync } from 'node:sqlite';
import type { EntryNamed } from '@portcullis/record';
import { type ProjectionDefinition, timeMsOf } from './projection.ts';
import { row, rows } from './rows.ts';

/** A reservation of privacy loss, and what became of it. Losses are fractions such as `1/2`. */
export type ReservationRow = {
  readonly reservation: string;
  readonly index: number;
  readonly timeMs: number;
  readonly unit: string;
  readonly adjacency: EntryNamed<'budget.reserved'>['adjacency'];
  readonly windows: readonly string[];
  readonly epsilon: string;
  readonly delta: string;
  /** What every window might lose, by the settings of that moment. */
  readonly limit: EntryNamed<'budget.reserved'>['limit'];
  readonly purpose: string;
  readonly by: string;
  /** Where it ended; null while nobody knows whether it will have a release. */
  readonly spentIndex: number | null;
  /** Null where it has none, or none yet. */
  readonly release: string | null;
  readonly releaseSha256: string | null;
};

export const budgetsProjection: ProjectionDefinition = {
  name: 'budgets',
  version: 1,
  tables: {
    budget_reservations: `(reservation TEXT PRIMARY KEY, idx INTEGER NOT NULL, time_ms INTEGER NOT NULL, unit TEXT NOT NULL,
      adjacency TEXT NOT NULL, windows TEXT NOT NULL, epsilon TEXT NOT NULL, delta TEXT NOT NULL, limits TEXT NOT NULL, purpose TEXT NOT NULL, by TEXT NOT NULL,
      spent_idx INTEGER, release TEXT, release_sha256 TEXT)`,
    budget_windows:
      '(window TEXT NOT NULL, reservation TEXT NOT NULL, PRIMARY KEY (window, reservation)) WITHOUT ROWID',
  },
  open(db) {
    const reserve = db.prepare(
      'INSERT OR IGNORE INTO budget_reservations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL)',
    );
    const touch = db.prepare('INSERT OR IGNORE INTO budget_windows VALUES (?, ?)');
    // The first end of a reservation is its end: one that was given up has no release, whatever comes after.
    const end = db.prepare(
      'UPDATE budget_reservations SET spent_idx = ?, release = ?, release_sha256 = ? WHERE reservation = ? AND spent_idx IS NULL',
    );
    return (entry, index) => {
      if (entry.type === 'budget.reserved') {
        const { reservation, unit, adjacency, windows, epsilon, delta, limit, purpose, by } = entry;
        const texts = [JSON.stringify(windows), epsilon, delta, JSON.stringify(limit), purpose, by];
        reserve.run(reservation, index, timeMsOf(entry), unit, adjacency, ...texts);
        for (const window of windows) touch.run(window, reservation);
      } else if (entry.type === 'budget.spent')
        end.run(index, entry.release, entry.release_sha256, entry.reservation);
    };
  },
};

const COLUMNS = `r.reservation, r.idx AS "index", r.time_ms AS timeMs, r.unit, r.adjacency, r.windows, r.epsilon, r.delta, r.limits, r.purpose, r.by,
  r.spent_idx AS spentIndex, r.release, r.release_sha256 AS releaseSha256`;

type Stored = Omit<ReservationRow, 'windows' | 'limit'> & {
  readonly windows: string;
  readonly limits: string;
};
const fromStored = ({ windows, limits, ...stored }: Stored): ReservationRow => ({
  ...stored,
  windows: JSON.parse(windows) as string[],
  limit: JSON.parse(limits) as ReservationRow['limit'],
});

/** All reservations, oldest first. */
export function readReservations(db: DatabaseSync): ReservationRow[] {
  return rows<Stored>(db, `SELECT ${COLUMNS} FROM budget_reservations r ORDER BY r.idx`).map(fromStored);
}

export function readReservation(db: DatabaseSync, reservation: string): ReservationRow | undefined {
  const stored = row<Stored>(
    db,
    `SELECT ${COLUMNS} FROM budget_reservations r WHERE r.reservation = ?`,
    reservation,
  );
  return stored && fromStored(stored);
}

/** Reservations that touch a window, oldest first. */
export function readReservationsOf(db: DatabaseSync, window: string): ReservationRow[] {
  return rows<Stored>(
    db,
    `SELECT ${COLUMNS} FROM budget_windows w JOIN budget_reservations r ON r.reservation = w.reservation
     WHERE w.window = ? ORDER BY r.idx`,
    window,
  ).map(fromStored);
}

/** Names of reservations that nobody knows the end of. */
export function readOpenReservations(db: DatabaseSync): string[] {
  return rows<{ reservation: string }>(
    db,
    'SELECT reservation FROM budget_reservations WHERE spent_idx IS NULL ORDER BY idx',
  ).map((each) => each.reservation);
}
