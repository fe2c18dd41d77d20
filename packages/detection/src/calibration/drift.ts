// Conformal p-values of benign accounts are uniform as long as they are like the accounts calibrated on. Traffic that extracts has
// small p; the rest should not crowd towards it. Where it does, use has changed, and the bound no longer speaks about it.

/** p below this may be extraction, and says nothing about drift. */
const SUSPECT = 0.05;
const LOW = 0.3;
/** A low part this many times as full as it should be … */
const FULLER = 1.8;
/** … and this many standard deviations beyond chance is drift. */
const DEVIATIONS = 4;
const ACCOUNTS_MIN = 40;

/** Accounts expected and found with p between SUSPECT and LOW, among those above SUSPECT. */
export type Drift = { readonly found: number; readonly expected: number; readonly accounts: number };

/**
 * Undefined where there are too few accounts to tell, or no drift. That all p share one calibration makes the number found vary more than
 * independent p would: it is beta-binomial.
 * @param calibrated benign accounts that the p are ranks among
 */
export function findDrift(ps: readonly number[], calibrated: number): Drift | undefined {
  const calm = ps.filter((p) => p > SUSPECT);
  if (calm.length < ACCOUNTS_MIN) return undefined;
  const share = (LOW - SUSPECT) / (1 - SUSPECT);
  const found = calm.filter((p) => p <= LOW).length;
  const expected = share * calm.length;
  const variance = expected * (1 - share) * (1 + calm.length / (calibrated + 2));
  const limit = Math.max(FULLER * expected, expected + DEVIATIONS * Math.sqrt(variance));
  return found > limit ? { found, expected: Math.round(expected), accounts: calm.length } : undefined;
}
