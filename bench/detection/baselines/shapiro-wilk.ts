/** The inverse of the standard normal distribution (Acklam's rational approximation, relative error below 1.2e-9). */
function normalQuantile(p: number): number {
  const a = [
    -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716,
    2.506628277459239,
  ];
  const b = [
    -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1,
  ];
  const c = [
    -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
    2.938163982698783,
  ];
  const d = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1];
  const polynomial = (terms: readonly number[], x: number): number =>
    terms.reduce((sum, term) => sum * x + term, 0);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return polynomial(c, q) / polynomial(d, q);
  }
  if (p > 1 - 0.02425) return -normalQuantile(1 - p);
  const q = p - 0.5;
  return (polynomial(a, q * q) * q) / polynomial(b, q * q);
}

const weights = new Map<number, Float64Array>();

/** Weights of the ordered sample, by Royston (Applied Statistics 44, 1995, algorithm AS R94), for n of 12 and more. */
function weightsOf(n: number): Float64Array {
  const known = weights.get(n);
  if (known) return known;
  const m = Float64Array.from({ length: n }, (_, i) => normalQuantile((i + 1 - 0.375) / (n + 0.25)));
  const square = m.reduce((sum, x) => sum + x * x, 0);
  const u = 1 / Math.sqrt(n);
  const root = Math.sqrt(square);
  const last =
    -2.706056 * u ** 5 +
    4.434685 * u ** 4 -
    2.07119 * u ** 3 -
    0.147981 * u ** 2 +
    0.221157 * u +
    (m[n - 1] as number) / root;
  const second =
    -3.582633 * u ** 5 +
    5.682633 * u ** 4 -
    1.752461 * u ** 3 -
    0.293762 * u ** 2 +
    0.042981 * u +
    (m[n - 2] as number) / root;
  const phi =
    (square - 2 * (m[n - 1] as number) ** 2 - 2 * (m[n - 2] as number) ** 2) /
    (1 - 2 * last ** 2 - 2 * second ** 2);
  const a = m.map((x) => x / Math.sqrt(phi));
  [a[0], a[1], a[n - 2], a[n - 1]] = [-last, -second, second, last];
  weights.set(n, a);
  return a;
}

/** Shapiro and Wilk's W of at least 12 values: 1 for a normal sample, less otherwise; 1 where all are equal. */
export function shapiroWilk(values: readonly number[]): number {
  const n = values.length;
  const sorted = Float64Array.from(values).sort();
  const mean = sorted.reduce((sum, x) => sum + x, 0) / n;
  const spread = sorted.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  if (spread < 1e-12) return 1;
  const a = weightsOf(n);
  const slope = sorted.reduce((sum, x, i) => sum + (a[i] as number) * x, 0);
  return slope ** 2 / spread;
}
