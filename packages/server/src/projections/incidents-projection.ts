import type { DatabaseSync } from 'node:sqlite';
import type { Entry } from '@portcullis/record';
import { type ProjectionDefinition, timeMsOf } from './projection.ts';
import { rows } from './rows.ts';

export type IncidentEntry = Extract<Entry, { type: `incident.${string}` }>;
/** An entry about an incident. */
export type IncidentRow = {
  readonly incident: string;
  readonly index: number;
  readonly timeMs: number;
  readonly entry: IncidentEntry;
};

const isOfIncident = (entry: Entry): entry is IncidentEntry => entry.type.startsWith('incident.');

export const incidentsProjection: ProjectionDefinition = {
  name: 'incidents',
  version: 1,
  tables: {
    incident_entries:
      '(idx INTEGER PRIMARY KEY, incident TEXT NOT NULL, time_ms INTEGER NOT NULL, body TEXT NOT NULL)',
  },
  indexes: ['CREATE INDEX IF NOT EXISTS incident_entries_by_incident ON incident_entries (incident, idx)'],
  open(db) {
    const keep = db.prepare('INSERT OR IGNORE INTO incident_entries VALUES (?, ?, ?, ?)');
    return (entry, index) => {
      if (isOfIncident(entry)) keep.run(index, entry.incident, timeMsOf(entry), JSON.stringify(entry));
    };
  },
};

/** Entries of one incident, or of all of them, oldest first. */
export function readIncidentEntries(db: DatabaseSync, incident: string | null = null): IncidentRow[] {
  return rows<Omit<IncidentRow, 'entry'> & { body: string }>(
    db,
    `SELECT incident, idx AS "index", time_ms AS timeMs, body FROM incident_entries
     WHERE ?1 IS NULL OR incident = ?1 ORDER BY idx`,
    incident,
  ).map(({ body, ...rest }) => ({ ...rest, entry: JSON.parse(body) as IncidentEntry }));
}
