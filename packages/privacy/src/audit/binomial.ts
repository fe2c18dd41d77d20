// Chances of binomial counts in doubles, by the incomplete beta function (Numerical Recipes, section 6.4): about 1e-9 relative for counts
// of up to a million, far below what an audit can tell.

const BISECTIONS = 60;

/** P(X ≥ k) for X binomial of n trials with chance p. */
export function binomialTail(k: number, n: number, p: number): number {
  if (k <= 0) return 1;
  if (k > n || p <= 0) return 0;
  return p >= 1 ? 1 : incompleteBeta(k, n - k + 1, p);
}

/** log P(X = k), for 0 < p < 1. */
export function logBinomialMass(k: number, n: number, p: number): number {
  const ways = logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
  return ways + k * Math.log(p) + (n - k) * Math.log1p(-p);
}

/** The bound that a chance is not below, wrong in at most `significance` of cases, for k successes of n (Clopper and Pearson 1934). */
export function chanceLowerBound(k: number, n: number, significance: number): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < BISECTIONS; step++) {
    const middle = (low + high) / 2;
    if (binomialTail(k, n, middle) <= significance) low = middle;
    else high = middle;
  }
  return low;
}

/** The bound that a chance is not above. */
export function chanceUpperBound(k: number, n: number, significance: number): number {
  return 1 - chanceLowerBound(n - k, n, significance);
}

function incompleteBeta(a: number, b: number, x: number): number {
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(a, b, x)) / a
    : 1 - (front * betaFraction(b, a, 1 - x)) / b;
}

/** Lentz's method; it takes about √max(a, b) steps. */
function betaFraction(a: number, b: number, x: number): number {
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m < 1e6; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    value *= d * c;
    if (Math.abs(d * c - 1) < 4 * Number.EPSILON) break;
  }
  return value;
}

/** Stirling's series from 10 up, and Γ(x + 1) = x·Γ(x) below. */
function logGamma(x: number): number {
  let shift = 0;
  let at = x;
  for (; at < 10; at++) shift -= Math.log(at);
  const square = at * at;
  const series = (1 / 12 - (1 / 360 - (1 / 1260 - 1 / (1680 * square)) / square) / square) / at;
  return shift + (at - 0.5) * Math.log(at) - at + Math.log(2 * Math.PI) / 2 + series;
}
