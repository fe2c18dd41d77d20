import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

const statements = new WeakMap<DatabaseSync, Map<string, StatementSync>>();

function statementOf(db: DatabaseSync, sql: string): StatementSync {
  let known = statements.get(db);
  if (known === undefined) statements.set(db, (known = new Map()));
  let statement = known.get(sql);
  if (statement === undefined) known.set(sql, (statement = db.prepare(sql)));
  return statement;
}

/** All rows of a query; its statement is kept, so `sql` must be one of a closed set of texts. */
export function rows<T>(db: DatabaseSync, sql: string, ...values: readonly SQLInputValue[]): T[] {
  return statementOf(db, sql).all(...values) as T[];
}

/** The first row of a query, or undefined. */
export function row<T>(db: DatabaseSync, sql: string, ...values: readonly SQLInputValue[]): T | undefined {
  return statementOf(db, sql).get(...values) as T | undefined;
}
