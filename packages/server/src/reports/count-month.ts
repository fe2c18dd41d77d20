import type { DatabaseSync } from 'node:sqlite';
import { readDecisionsOfPeriod } from '../projections/decisions-projection.ts';
import { readErasedAccounts } from '../projections/erasures-projection.ts';
import { readCreatedAccounts } from '../projections/accounts-projection.ts';
import { readActiveAccounts, readExchangeMonth } from '../projections/exchanges-projection.ts';
import { readNamedAccounts } from '../projections/findings-projection.ts';
import { readMixedInAccounts } from '../projections/known-projection.ts';
import { readStandingSpans } from '../projections/standings-projection.ts';
import { monthAfter, startOfMonth } from './period.ts';
import { boundUnit, type ReportTable, type TableName } from './report-tables.ts';

/** So many of a kind, of one account. */
type Counted = { readonly account: string; readonly kind: string; readonly count: number };

const HOUR_MS = 3_600_000;
const MEASURES_BY_SEVERITY = ['slow', 'plain', 'hold', 'closed'];
/** 0 is no measure against the account. */
const severityOf = (measure: string): number => MEASURES_BY_SEVERITY.indexOf(measure) + 1;

/**
 * What one month's units add up to in a table, each bounded before: exact, private, and only for the draw of noise.
 * @param untilMs what is after it does not count, where the month is not over
 * @returns one sum a kind, of the table's kinds
 */
export function countMonth(db: DatabaseSync, table: ReportTable, month: string, untilMs: number): bigint[] {
  const fromMs = startOfMonth(month);
  const toMs = Math.max(fromMs, Math.min(untilMs, startOfMonth(monthAfter(month))));
  const places = new Map(table.kinds.map(({ name }, at) => [name, at]));
  const byAccount = new Map<string, number[]>();
  // Nobody has these; what was counted of a customer does not depend on them.
  const madeUp = new Set(readMixedInAccounts(db));
  for (const { account, kind, count } of COUNTED[table.name](db, month, fromMs, toMs)) {
    const at = places.get(kind) ?? -1;
    // A kind that is not declared is not published, and a unit that has nothing else adds nothing.
    if (at < 0 || madeUp.has(account)) continue;
    const amounts = byAccount.get(account) ?? table.kinds.map(() => 0);
    amounts[at] = (amounts[at] ?? 0) + count;
    byAccount.set(account, amounts);
  }
  // Of bounded amounts: far from where a double would round.
  const sums = table.kinds.map(() => 0);
  for (const amounts of byAccount.values())
    for (const [at, amount] of boundUnit(amounts, table).entries()) sums[at] = (sums[at] ?? 0) + amount;
  return sums.map(BigInt);
}

type Reading = (db: DatabaseSync, month: string, fromMs: number, toMs: number) => Counted[];

const COUNTED: Readonly<Record<TableName, Reading>> = {
  exchanges: (db, month) => readExchangeMonth(db, month),
  accounts: (db, month, fromMs, toMs) => {
    return [
      ...readActiveAccounts(db, month).map((account) => ({ account, kind: 'active', count: 1 })),
      ...readCreatedAccounts(db, fromMs, toMs).map((account) => ({ account, kind: 'created', count: 1 })),
    ];
  },
  findings: (db, _month, fromMs, toMs) => readNamedAccounts(db, fromMs, toMs),
  decisions: (db, _month, fromMs, toMs) =>
    readDecisionsOfPeriod(db, fromMs, toMs).map(({ account, measure }) => ({
      account,
      kind: measure,
      count: 1,
    })),
  overturned: (db, _month, fromMs, toMs) =>
    readDecisionsOfPeriod(db, fromMs, toMs)
      .filter(({ measure, before }) => before !== null && severityOf(measure) < severityOf(before))
      .map(({ account, appeal }) => ({
        account,
        kind: appeal === null ? 'without_appeal' : 'on_appeal',
        count: 1,
      })),
  held_hours: (db, _month, fromMs, toMs) => {
    const heldMs = new Map<string, Counted>();
    for (const { account, standing, fromMs: sinceMs, toMs: endMs } of readStandingSpans(db)) {
      const ms = Math.min(endMs ?? toMs, toMs) - Math.max(sinceMs, fromMs);
      if (ms <= 0) continue;
      const key = `${account} ${standing}`;
      heldMs.set(key, { account, kind: standing, count: (heldMs.get(key)?.count ?? 0) + ms });
    }
    return [...heldMs.values()].map((each) => ({ ...each, count: Math.floor(each.count / HOUR_MS) }));
  },
  erasures: (db, _month, fromMs, toMs) =>
    readErasedAccounts(db, fromMs, toMs).map((account) => ({ account, kind: 'content', count: 1 })),
};
