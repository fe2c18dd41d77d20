import { normalQuantile } from './normal-quantile.ts';

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
