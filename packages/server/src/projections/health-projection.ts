import type { DatabaseSync } from 'node:sqlite';
import type { Entry, EntryType } from '@portcullis/record';
import { type ProjectionDefinition, timeMsOf } from './projection.ts';
import { rows } from './rows.ts';

/** What a bundle tells about the system's health in a period; `entry` is the whole leaf. */
export type HealthRow = { readonly index: number; readonly timeMs: number; readonly entry: Entry };

const HEALTH_TYPES: ReadonlySet<EntryType> = new Set([
  'ledger.opened',
  'ledger.keys_rotated',
  'vault.key_rotated',
  'policy.loaded',
  'fault',
  'witness.cosigned',
  'bundle.exported',
]);

export const healthProjection: ProjectionDefinition = {
  name: 'health',
  version: 1,
  tables: {
    health:
      '(idx INTEGER PRIMARY KEY, time_ms INTEGER NOT NULL, type TEXT NOT NULL, case_id TEXT, body TEXT NOT NULL)',
  },
  open(db) {
    const keep = db.prepare('INSERT OR IGNORE INTO health VALUES (?, ?, ?, ?, ?)');
    return (entry, index) => {
      if (!HEALTH_TYPES.has(entry.type)) return;
      const caseId = entry.type === 'bundle.exported' ? entry.case : null;
      keep.run(index, timeMsOf(entry), entry.type, caseId, JSON.stringify(entry));
    };
  },
};

type Stored = { readonly index: number; readonly timeMs: number; readonly body: string };
const fromStored = ({ body, ...stored }: Stored): HealthRow => ({
  ...stored,
  entry: JSON.parse(body) as Entry,
});

/** Openings, policies, faults, cosignatures and exports of a period, `fromMs` included and `toMs` not. */
export function readHealth(db: DatabaseSync, fromMs: number, toMs: number): HealthRow[] {
  return rows<Stored>(
    db,
    'SELECT idx AS "index", time_ms AS timeMs, body FROM health WHERE time_ms >= ? AND time_ms < ? ORDER BY idx',
    fromMs,
    toMs,
  ).map(fromStored);
}

/** Earlier exports of a case, oldest first. */
export function readExports(db: DatabaseSync, caseId: string): HealthRow[] {
  return rows<Stored>(
    db,
    'SELECT idx AS "index", time_ms AS timeMs, body FROM health WHERE case_id = ? ORDER BY idx',
    caseId,
  ).map(fromStored);
}
