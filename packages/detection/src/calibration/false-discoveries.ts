/**
 * Benjamini and Hochberg 1995: the largest p that may be called a discovery so that at most a share `rate` of the discoveries is
 * expected to be false; 0 where there is none. Conformal p-values of accounts that share one calibration and nothing else depend on each other
 * positively, for which the procedure holds (Bates et al. 2023, theorem 2). Scores of neighbours share more than that: there the share is expected, not proved.
 */
export function discoveryCut(ps: readonly number[], rate: number): number {
  const sorted = Float64Array.from(ps).sort();
  for (let k = sorted.length; k > 0; k--) {
    const p = sorted[k - 1] as number;
    if (p <= (rate * k) / sorted.length) return p;
  }
  return 0;
}
