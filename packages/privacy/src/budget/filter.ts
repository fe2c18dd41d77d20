import type { PrivacyEvents } from '../events/privacy-event.ts';
import { PrivacyError } from '../privacy-error.ts';
import type { Adjacency, PrivacyUnit, Under } from '../units/adjacency.ts';
import { addLoss, fitsLimit, type Loss, lossText, type Measure, noLoss, remainingLoss } from './loss.ts';

/** What an accountant says events cost, rounded up. It throws `cannot_account` for an event that it has no proof for. */
export type Price<A extends Adjacency, M extends Measure> = (events: PrivacyEvents<A>) => Loss<M>;

/** Whose losses are added, and under which adjacency. Both are in the type: what is counted of one unit says nothing of another. */
export type Scope<A extends Adjacency, N extends string> = Under<A> & { readonly unit: PrivacyUnit<N> };

/**
 * Stops at a bound that was set before anything was released, however each release was chosen (Rogers, Roth, Ullman and Vadhan 2016). It is
 * held in memory; a budget that outlives the process is a `BudgetLedger`.
 */
export type PrivacyFilter<A extends Adjacency, N extends string, M extends Measure> = Scope<A, N> & {
  readonly kind: 'filter';
  readonly limit: Loss<M>;
  readonly spent: Loss<M>;
  readonly left: Loss<M>;
  /**
   * Takes what the events cost, before they happen. @returns what it took
   * @throws PrivacyError `budget_exhausted`: nothing is taken, and nothing may be released
   */
  take(events: PrivacyEvents<A>): Loss<M>;
};

/** Tells what has been spent, where no bound was set. It refuses nothing, and so promises nothing beforehand. */
export type PrivacyOdometer<A extends Adjacency, N extends string, M extends Measure> = Scope<A, N> & {
  readonly kind: 'odometer';
  readonly spent: Loss<M>;
  /** Adds what was released. @returns what it cost */
  record(events: PrivacyEvents<A>): Loss<M>;
};

export function createFilter<A extends Adjacency, N extends string, M extends Measure>(
  { adjacency, unit }: Scope<A, N>,
  limit: Loss<M>,
  price: Price<A, M>,
): PrivacyFilter<A, N, M> {
  let spent = noLoss(limit);
  return {
    kind: 'filter',
    adjacency,
    unit,
    limit,
    get spent() {
      return spent;
    },
    get left() {
      return remainingLoss(limit, spent);
    },
    take(events) {
      const asked = price(events);
      const after = addLoss(spent, asked);
      if (!fitsLimit(after, limit))
        throw new PrivacyError(
          'budget_exhausted',
          `Spent ${lossText(spent)}; asked ${lossText(asked)}; left ${lossText(remainingLoss(limit, spent))}. A filter does not reset.`,
        );
      spent = after;
      return asked;
    },
  };
}

/** @param start what was spent before; nothing of the measure where nothing was */
export function createOdometer<A extends Adjacency, N extends string, M extends Measure>(
  { adjacency, unit }: Scope<A, N>,
  start: Loss<M>,
  price: Price<A, M>,
): PrivacyOdometer<A, N, M> {
  let spent = start;
  return {
    kind: 'odometer',
    adjacency,
    unit,
    get spent() {
      return spent;
    },
    record(events) {
      const cost = price(events);
      spent = addLoss(spent, cost);
      return cost;
    },
  };
}
