// Looking at live traffic again and again must not add up to more than alpha. The benign accounts pay for each look: those that stand among the `places`
// highest maxima at any look are spent, and stay so. An account is named when it stands above all but `places - 1` of them, as long as the spent and itself
// are no more than alpha · (n + 1) of the n benign accounts and itself.
//
// Why that bounds it: put the account among the benign ones. Whoever stands among the `places` highest of the n + 1 at a look is spent, and at most
// alpha · (n + 1) ever are; until the account is spent itself, the others are the ones that are spent without it, and it is never named before it is spent.
// A benign account is any of the n + 1 with the same chance, so it is ever named with a chance of at most alpha, over all looks and every moment between
// them. The places are few at first, as later looks have to be paid for too.

/** How many accounts of n + 1 may ever be named. */
const allowance = (alpha: number, accounts: number): number => Math.floor(alpha * (accounts + 1) + 1e-9);

/** Fewest benign accounts with which any may be named: one is spent by the look itself. */
export const budgetFloorOf = (alpha: number): number => Math.ceil(2 / alpha - 1e-9) - 1;

/** What a look leaves. */
export type Budget = {
  /** Maxima above it are named until the next look; infinite where none may be. */
  readonly threshold: number;
  /** Whether further looks can name anybody. */
  readonly isSpent: boolean;
};

/**
 * Pays for a look.
 * @param maxima of every benign account, by name
 * @param spent names of those that stood among the highest before; those that do now are added
 */
export function payForLook(maxima: ReadonlyMap<string, number>, spent: Set<string>, alpha: number): Budget {
  const allowed = allowance(alpha, maxima.size);
  // Once more were spent than may be, nothing is named any more, however the maxima go on.
  if (spent.size >= allowed) return { threshold: Number.POSITIVE_INFINITY, isSpent: true };
  const places = Math.max(1, Math.floor((allowed - spent.size) / 3));
  const descending = Float64Array.from(maxima.values()).sort().reverse();
  const threshold = descending[places - 1] as number;
  for (const [account, maximum] of maxima) {
    if (maximum >= threshold && maximum > Number.NEGATIVE_INFINITY) spent.add(account);
  }
  const isSpent = spent.size >= allowed;
  // Fewer than `places` were ever looked at: nothing to stand above.
  const isBlind = threshold === Number.NEGATIVE_INFINITY;
  return { threshold: isSpent || isBlind ? Number.POSITIVE_INFINITY : threshold, isSpent };
}
