// Evidence of several members that depend on each other: the mean of e-values is an e-value whatever the dependence (Vovk and
// Wang 2021, "E-values: calibration, combination and applications"); a product would not be.

/**
 * How fast evidence grows with the score; any fixed number is valid. One unit of score is the distance from the median of benign lives to
 * their 99th percentile, so that an account one unit beyond all of them has about all the evidence there can be.
 */
const RATE = 8;

/**
 * The soft-rank e-value of a score: S(m) / mean of S over the account and the benign ones, S = exp(RATE · score). Its expectation is 1
 * for an exchangeable benign account, and it is at most n + 1.
 */
export function softRankE(maximum: number, calibrated: Float64Array): number {
  let sum = 1;
  for (const benign of calibrated) sum += Math.exp(RATE * (benign - maximum));
  return (calibrated.length + 1) / sum;
}

/** By Markov's inequality, 1 / mean e is a p-value for "every member is benign". */
export function campaignP(eValues: readonly number[]): number {
  if (eValues.length === 0) return 1;
  const mean = eValues.reduce((sum, e) => sum + e, 0) / eValues.length;
  return Math.min(1, 1 / mean);
}

/**
 * A p-value for "every member is benign" that holds however the members were chosen, and for all campaigns of a crowd at once: whichever benign
 * accounts are picked, their e-values add up to no more than those of all benign accounts, whose expectation is at most their number; Markov's
 * inequality does the rest. The price is the size of the crowd, so that a small campaign in a large crowd says nothing by this bound.
 * @param accountsTotal accounts of the traffic, in campaigns and out of them
 */
export function chosenCampaignP(eValues: readonly number[], accountsTotal: number): number {
  const sum = eValues.reduce((total, e) => total + e, 0);
  return sum <= accountsTotal ? 1 : accountsTotal / sum;
}
