import type { Adjacency } from '../units/adjacency.ts';
import type { BudgetRequest } from './budget-ledger.ts';
import type { Measure } from './loss.ts';

/** Whether two requests of one key are for different releases. The purpose is words, and may change. */
export function requestDiffers<A extends Adjacency, N extends string, M extends Measure>(
  a: BudgetRequest<A, N, M>,
  b: BudgetRequest<A, N, M>,
): boolean {
  return spell(a) !== spell(b);
}

/** Fractions are reduced, so equal ones are spelled alike. */
function spell<A extends Adjacency, N extends string, M extends Measure>(
  request: BudgetRequest<A, N, M>,
): string {
  const { adjacency, unit, loss, windows } = request;
  return JSON.stringify([adjacency, unit.name, Object.entries(loss), [...windows].sort()], (_, value) =>
    typeof value === 'bigint' ? String(value) : (value as unknown),
  );
}
