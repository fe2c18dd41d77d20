import type { DatabaseSync } from 'node:sqlite';
import type { Entry } from '@portcullis/record';

/** An entry and where it lies in the ledger. */
export type LedgerEntry = { readonly index: number; readonly entry: Entry };

/**
 * State derived from the ledger: it can be thrown away and rebuilt at any time, so it never has side effects.
 * `handle` sees every entry once, in ledger order, within the store's transaction, and must accept any entry that the schema accepts.
 */
export type Projection = {
  readonly name: string;
  readonly handle: (entry: Entry, index: number) => void;
};

/** A projection before its tables exist. Raise `version` when `tables` or what is kept changes: it is then rebuilt. `tables` maps a table's name to what stands after `CREATE TABLE name`. */
export type ProjectionDefinition = {
  readonly name: string;
  readonly version: number;
  readonly tables: Readonly<Record<string, string>>;
  readonly indexes?: readonly string[];
  /** Prepares statements; called after the tables were made. */
  readonly open: (db: DatabaseSync) => (entry: Entry, index: number) => void;
};

/** Makes a projection's tables and statements. */
export function openProjection(db: DatabaseSync, definition: ProjectionDefinition): Projection {
  for (const [table, columns] of Object.entries(definition.tables))
    db.exec(`CREATE TABLE IF NOT EXISTS ${table} ${columns}`);
  for (const index of definition.indexes ?? []) db.exec(index);
  return { name: definition.name, handle: definition.open(db) };
}

/** Throws away all that a projection derived; its indexes go with its tables. */
export function truncateProjection(db: DatabaseSync, definition: ProjectionDefinition): void {
  for (const table of Object.keys(definition.tables)) db.exec(`DROP TABLE IF EXISTS ${table}`);
}

/** An entry's time as Unix milliseconds. */
export function timeMsOf(entry: Entry): number {
  return Date.parse(entry.time);
}

/** The UTC month that an entry's time lies in, such as `2026-11`. */
export function monthOf(entry: Entry): string {
  return entry.time.slice(0, 7);
}
