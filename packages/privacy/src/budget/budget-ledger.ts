import { PrivacyError } from '../privacy-error.ts';
import type { Adjacency } from '../units/adjacency.ts';
import type { Scope } from './filter.ts';
import { type Loss, lossText, type Measure } from './loss.ts';

/** A release that is to be paid for. */
export type BudgetRequest<A extends Adjacency, N extends string, M extends Measure> = Scope<A, N> & {
  /** Names the release: the same key is the same release, and is paid for once. */
  readonly key: string;
  readonly loss: Loss<M>;
  /**
   * Parts of the data, such as calendar months, whose units the release may touch. Each has the whole limit to itself, and the loss is taken
   * from every one of them or from none.
   */
  readonly windows: readonly string[];
  /** One sentence for whoever reads the ledger. */
  readonly purpose: string;
};

/** How a request stands once its loss was taken. */
export type Reservation =
  | { readonly state: 'reserved' }
  /** An earlier request of this key got as far as its release, which is this. */
  | { readonly state: 'committed'; readonly release: string };

export type Balance<M extends Measure> = {
  readonly window: string;
  readonly limit: Loss<M>;
  /** Reserved and committed alike: what may have been released is spent. */
  readonly spent: Loss<M>;
  readonly left: Loss<M>;
  /** When the next window begins, with a limit of its own, as ISO 8601; null where there is none. What this window spent never comes back. */
  readonly nextAt: string | null;
};

/**
 * Where privacy budgets are kept. Reserve, commit, release: nothing may leave before `commit` has resolved, and a reservation counts as spent
 * from the moment it is durable. An implementation runs `budget-ledger.suite.ts`.
 */
export interface BudgetLedger<A extends Adjacency, N extends string, M extends Measure> {
  readonly scope: Scope<A, N>;
  /**
   * Takes the loss; durable when it resolves.
   * @throws PrivacyError `budget_exhausted`: nothing was taken; `reservation_conflict`: the key is reserved and has no release (it is being
   *   drawn, or was cut off), or it was for another loss; anything else means that nobody knows, and nothing may be released
   */
  reserve(request: BudgetRequest<A, N, M>): Promise<Reservation>;
  /**
   * Stores the release with its reservation; durable when it resolves. Once only.
   * @throws PrivacyError `reservation_conflict` where the key is not reserved or has a release; anything else means that nobody knows
   */
  commit(key: string, release: string): Promise<void>;
  balance(window: string): Promise<Balance<M>>;
}

/** The refusal of a ledger or filter that has too little: spent, asked, left, and when there is more. */
export function budgetExhausted<M extends Measure>(balance: Balance<M>, asked: Loss<M>): PrivacyError {
  const { window, limit, spent, left, nextAt } = balance;
  const next = nextAt === null ? 'It does not reset.' : `Data from ${nextAt} on has a budget of its own.`;
  return new PrivacyError(
    'budget_exhausted',
    `The budget of ${window} is ${lossText(limit)}: spent ${lossText(spent)}; asked ${lossText(asked)}; left ${lossText(left)}. ${next}`,
  );
}
