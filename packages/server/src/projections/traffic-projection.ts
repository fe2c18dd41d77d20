import type { DatabaseSync } from 'node:sqlite';
import { type ProjectionDefinition, timeMsOf } from './projection.ts';
import { rows } from './rows.ts';

export const TRAFFIC_SLOT_MS = 600_000;

/** What went through all gates in one slot of ten minutes. */
export type TrafficRow = {
  readonly startMs: number;
  readonly exchanges: number;
  readonly completed: number;
  readonly tokens: number;
  readonly refused: number;
};

/** Sums for charts, so that nobody counts a day's exchanges to draw it. */
export const trafficProjection: ProjectionDefinition = {
  name: 'traffic',
  version: 1,
  tables: {
    traffic:
      '(slot INTEGER PRIMARY KEY, exchanges INTEGER NOT NULL DEFAULT 0, completed INTEGER NOT NULL DEFAULT 0, tokens INTEGER NOT NULL DEFAULT 0, refused INTEGER NOT NULL DEFAULT 0)',
  },
  open(db) {
    const add = db.prepare(`INSERT INTO traffic VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (slot) DO UPDATE SET
      exchanges = exchanges + ?2, completed = completed + ?3, tokens = tokens + ?4, refused = refused + ?5`);
    return (entry) => {
      const slot = Math.floor(timeMsOf(entry) / TRAFFIC_SLOT_MS);
      if (entry.type === 'exchange.admitted') add.run(slot, 1, 0, 0, 0);
      else if (entry.type === 'exchange.refused') add.run(slot, 0, 0, 0, entry.count);
      else if (entry.type === 'exchange.completed')
        add.run(slot, 0, 1, entry.usage.input_tokens + entry.usage.output_tokens, 0);
    };
  },
};

/** Slots with traffic that begin in a period, `fromMs` included and `toMs` not, oldest first. */
export function readTraffic(db: DatabaseSync, fromMs: number, toMs: number): TrafficRow[] {
  return rows(
    db,
    `SELECT slot * ${TRAFFIC_SLOT_MS} AS startMs, exchanges, completed, tokens, refused FROM traffic
     WHERE slot >= ? AND slot < ? ORDER BY slot`,
    Math.floor(fromMs / TRAFFIC_SLOT_MS),
    Math.ceil(toMs / TRAFFIC_SLOT_MS),
  );
}
