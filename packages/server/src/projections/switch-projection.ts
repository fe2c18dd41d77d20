import type { DatabaseSync } from 'node:sqlite';
import { type ProjectionDefinition, timeMsOf } from './projection.ts';
import { row, rows } from './rows.ts';

/** The switch that stops what no person does, as it was turned last. */
export type SwitchState = {
  readonly stopped: boolean;
  readonly by: string | null;
  readonly reasons: string | null;
  readonly index: number | null;
  readonly timeMs: number | null;
};
export type DrillRow = {
  readonly by: string;
  readonly index: number;
  readonly timeMs: number;
  readonly passed: boolean;
  readonly found: string;
};

export const switchProjection: ProjectionDefinition = {
  name: 'switch',
  version: 1,
  tables: {
    switch_turns:
      '(idx INTEGER PRIMARY KEY, time_ms INTEGER NOT NULL, stopped INTEGER NOT NULL, drill INTEGER NOT NULL, by TEXT NOT NULL, reasons TEXT NOT NULL)',
    switch_drills:
      '(idx INTEGER PRIMARY KEY, time_ms INTEGER NOT NULL, by TEXT NOT NULL, passed INTEGER NOT NULL, found TEXT NOT NULL)',
  },
  open(db) {
    const turned = db.prepare('INSERT INTO switch_turns VALUES (?, ?, ?, ?, ?, ?)');
    const drilled = db.prepare('INSERT INTO switch_drills VALUES (?, ?, ?, ?, ?)');
    return (entry, index) => {
      if (entry.type === 'switch.turned')
        turned.run(
          index,
          timeMsOf(entry),
          entry.stopped ? 1 : 0,
          entry.drill ? 1 : 0,
          entry.by,
          entry.reasons,
        );
      else if (entry.type === 'switch.drilled')
        drilled.run(index, timeMsOf(entry), entry.by, entry.passed ? 1 : 0, entry.found);
    };
  },
};

const NEVER: SwitchState = { stopped: false, by: null, reasons: null, index: null, timeMs: null };

export function readSwitch(db: DatabaseSync): SwitchState {
  const found = row<Omit<SwitchState, 'stopped'> & { stopped: number }>(
    db,
    'SELECT stopped, by, reasons, idx AS "index", time_ms AS timeMs FROM switch_turns ORDER BY idx DESC LIMIT 1',
  );
  return found === undefined ? NEVER : { ...found, stopped: found.stopped === 1 };
}

/** Drills, newest first. */
export function readDrills(db: DatabaseSync, countMax = 100): DrillRow[] {
  return rows<Omit<DrillRow, 'passed'> & { passed: number }>(
    db,
    'SELECT by, idx AS "index", time_ms AS timeMs, passed, found FROM switch_drills ORDER BY idx DESC LIMIT ?',
    countMax,
  ).map((each) => ({ ...each, passed: each.passed === 1 }));
}
