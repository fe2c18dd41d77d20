import { PrivacyError } from '../privacy-error.ts';
import type { Adjacency } from '../units/adjacency.ts';
import { type Balance, type BudgetLedger, type BudgetRequest, budgetExhausted } from './budget-ledger.ts';
import type { Scope } from './filter.ts';
import { addLoss, fitsLimit, type Loss, type Measure, noLoss, remainingLoss } from './loss.ts';
import { requestDiffers } from './request-differs.ts';

type Kept<A extends Adjacency, N extends string, M extends Measure> = {
  readonly request: BudgetRequest<A, N, M>;
  release?: string;
};

/**
 * A budget that lives as long as this object: for tests, and for a program that releases in one run. Who restarts such a program spends the
 * limit anew; a service keeps its budget where it survives.
 * @param limit of every window
 * @param nextAt when the window after one begins, as ISO 8601; null where there is none
 */
export function createMemoryBudgetLedger<A extends Adjacency, N extends string, M extends Measure>(
  scope: Scope<A, N>,
  limit: Loss<M>,
  nextAt: (window: string) => string | null = () => null,
): BudgetLedger<A, N, M> {
  const kept = new Map<string, Kept<A, N, M>>();
  const balanceOf = (window: string): Balance<M> => {
    const spent = [...kept.values()]
      .filter(({ request }) => request.windows.includes(window))
      .reduce((sum, { request }) => addLoss(sum, request.loss), noLoss(limit));
    return { window, limit, spent, left: remainingLoss(limit, spent), nextAt: nextAt(window) };
  };
  return {
    scope,
    async reserve(request) {
      const known = kept.get(request.key);
      if (known !== undefined) {
        if (requestDiffers(known.request, request))
          throw conflict('was reserved for another release; choose another key');
        if (known.release === undefined)
          throw conflict('is reserved and has no release; it counts as spent, so choose another key');
        return { state: 'committed', release: known.release };
      }
      if (request.windows.length === 0)
        throw new PrivacyError('bad_parameter', 'A release touches no window. Name at least one.');
      for (const balance of request.windows.map(balanceOf))
        if (!fitsLimit(addLoss(balance.spent, request.loss), limit))
          throw budgetExhausted(balance, request.loss);
      // A copy, as a list that is emptied afterwards would give back what was spent.
      kept.set(request.key, { request: { ...request, windows: [...request.windows] } });
      return { state: 'reserved' };
    },
    async commit(key, release) {
      const known = kept.get(key);
      if (known === undefined) throw conflict('is not reserved; reserve before you commit');
      if (known.release !== undefined) throw conflict('has a release; ask for it by reserving again');
      known.release = release;
    },
    balance: async (window) => balanceOf(window),
  };
}

function conflict(why: string): PrivacyError {
  return new PrivacyError('reservation_conflict', `This key ${why}.`);
}
