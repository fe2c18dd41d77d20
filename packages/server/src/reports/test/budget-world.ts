import { approximateLoss, delta, epsilon } from '@portcullis/privacy';
import type { Entry } from '@portcullis/record';
import { openProjectionStore } from '../../projections/projection-store.ts';
import { createMemoryLedger, type MemoryLedger } from '../../projections/test/memory-ledger.ts';
import type { Appender } from '../../ledger/appender.ts';
import { createLedgerBudget, type ReportLoss } from '../ledger-budget.ts';

const LIMIT = approximateLoss(epsilon(1), delta('1e-5'));

/** Budgets on a ledger in memory, with real projections. @param through stands between the budget and the ledger */
export function openBudgetWorld(
  options: {
    readonly ledger?: MemoryLedger;
    readonly limit?: ReportLoss;
    readonly through?: (ledger: MemoryLedger) => Pick<Appender, 'append'>;
    readonly reachTimeoutMs?: number;
  } = {},
) {
  const { ledger = createMemoryLedger(), limit = LIMIT, through, reachTimeoutMs = 2000 } = options;
  const store = openProjectionStore({ path: ':memory:', reachTimeoutMs });
  const stopFollowing = ledger.follow(store.position, (batch) => store.project(batch));
  const clock = { now: () => Date.UTC(2026, 10, 26), monotonic: () => 0 };
  const budget = createLedgerBudget({
    appender: through?.(ledger) ?? ledger,
    store,
    clock,
    limit: () => limit,
    ledgerSize: () => ledger.entries.length,
  });
  return {
    ledger,
    store,
    budget,
    types: (): Entry['type'][] => ledger.entries.map(({ entry }) => entry.type),
    close() {
      stopFollowing();
      store.close();
    },
  };
}
