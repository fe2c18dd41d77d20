/** Logarithm of n!, by Stirling's series above 20. */
function logFactorial(n: number): number {
  if (n < 20) {
    let product = 1;
    for (let i = 2; i <= n; i++) product *= i;
    return Math.log(product);
  }
  return n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + 1 / (12 * n) - 1 / (360 * n ** 3);
}

/** P(X <= k) of a binomial. */
function binomialAtMost(k: number, n: number, p: number): number {
  if (p <= 0) return 1;
  if (p >= 1) return k >= n ? 1 : 0;
  let sum = 0;
  for (let i = 0; i <= k; i++) {
    const log = logFactorial(n) - logFactorial(i) - logFactorial(n - i);
    sum += Math.exp(log + i * Math.log(p) + (n - i) * Math.log1p(-p));
  }
  return Math.min(1, sum);
}

function bisect(isBelow: (p: number) => boolean): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (isBelow(middle)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The exact interval of a share: k of n, by Clopper and Pearson (Biometrika 26, 1934). @returns [0, 1] where n is 0 */
export function clopperPearson(k: number, n: number, confidence = 0.95): [number, number] {
  if (n === 0) return [0, 1];
  const tail = (1 - confidence) / 2;
  const low = k === 0 ? 0 : bisect((p) => 1 - binomialAtMost(k - 1, n, p) < tail);
  const high = k === n ? 1 : bisect((p) => binomialAtMost(k, n, p) > tail);
  return [low, high];
}
