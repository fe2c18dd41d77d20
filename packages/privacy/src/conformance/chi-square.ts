/** Fewer draws than this expected in a cell, and the distribution of the statistic is another. */
const EXPECTED_MIN = 5;

/**
 * Pearson's test that `counts` came from chances `masses`, which add up to 1. Cells that are too small are joined with those after.
 * @returns the chance of counts as unlikely as these, as a double
 */
export function chiSquareChance(counts: ArrayLike<number>, masses: ArrayLike<number>): number {
  let draws = 0;
  for (let cell = 0; cell < counts.length; cell++) draws += counts[cell] as number;
  let statistic = 0;
  let cells = 0;
  let seen = 0;
  let expected = 0;
  for (let cell = 0; cell < counts.length; cell++) {
    seen += counts[cell] as number;
    expected += (masses[cell] as number) * draws;
    if (expected < EXPECTED_MIN) continue;
    statistic += (seen - expected) ** 2 / expected;
    cells++;
    [seen, expected] = [0, 0];
  }
  // What is left is a cell of its own, however small: draws where hardly any can be must show.
  if (seen > 0) statistic += (seen - expected) ** 2 / Math.max(expected, Number.MIN_VALUE);
  return upperGamma(Math.max(cells - (seen > 0 ? 0 : 1), 1) / 2, statistic / 2);
}

/** Γ(a, x)/Γ(a) for a a multiple of a half (Numerical Recipes, section 6.2). */
export function upperGamma(a: number, x: number): number {
  if (x <= 0) return 1;
  if (!Number.isFinite(x)) return 0;
  const front = Math.exp(a * Math.log(x) - x - logGammaOfHalves(2 * a));
  return x < a + 1 ? 1 - front * series(a, x) : front * continuedFraction(a, x);
}

function series(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = a + 1; term > sum * Number.EPSILON; n++) {
    term *= x / n;
    sum += term;
  }
  return sum;
}

/** Lentz's method. */
function continuedFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let value = d;
  for (let i = 1; i < 10_000; i++) {
    const numerator = -i * (i - a);
    b += 2;
    d = 1 / (numerator * d + b);
    c = b + numerator / c;
    value *= d * c;
    if (Math.abs(d * c - 1) < Number.EPSILON) break;
  }
  return value;
}

/** log Γ(halves/2), by Γ(x + 1) = x·Γ(x) from Γ(1) = 1 and Γ(½) = √π. */
function logGammaOfHalves(halves: number): number {
  let sum = halves % 2 === 0 ? 0 : Math.log(Math.PI) / 2;
  for (let x = halves - 2; x > 0; x -= 2) sum += Math.log(x / 2);
  return sum;
}
