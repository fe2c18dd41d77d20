// The best guarantee of `count` releases that are each (epsilon, delta)-private (Kairouz, Oh and Viswanath 2015, theorem 3.3), at the
// epsilons (count − 2i) · epsilon that the theorem speaks of. Between them a privacy-loss distribution is tighter.

/** δ at (count − 2 · index) · epsilon. */
function deltaAtIndex(epsilon: number, delta: number, count: number, index: number): number {
  let sum = 0;
  let logChoose = 0;
  const logNorm = count * Math.log1p(Math.exp(-epsilon));
  for (let hits = 0; hits < index; hits += 1) {
    // exp(ε(count − hits)) − exp(ε(count − 2 index + hits)), over (1 + exp ε)^count
    const top = Math.exp(logChoose - epsilon * hits - logNorm);
    sum += top * -Math.expm1(-2 * epsilon * (index - hits));
    logChoose += Math.log(count - hits) - Math.log(hits + 1);
  }
  return 1 - (1 - delta) ** count * (1 - sum);
}

/** The least of the theorem's epsilons at which delta is at most `total`; null where no epsilon has that delta. */
export function optimalComposition(
  epsilon: number,
  delta: number,
  count: number,
  total: number,
): number | null {
  for (let index = count >> 1; index >= 0; index -= 1) {
    if (deltaAtIndex(epsilon, delta, count, index) <= total) return epsilon * (count - 2 * index);
  }
  return null;
}
