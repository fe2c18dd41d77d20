// Rényi differential privacy (Mironov 2017): a bound of the Rényi divergence at each of a list of orders.

/** Divergences at the orders of the same index. Orders are above 1. */
export type RenyiCurve = { readonly orders: readonly number[]; readonly divergences: readonly number[] };

/** 1.1 to 10.9 in tenths and whole orders to 63, as most libraries use, and then up to 1,024, for small deltas. */
export const ORDERS: readonly number[] = [
  ...Array.from({ length: 99 }, (_, i) => 1 + (i + 1) / 10),
  ...Array.from({ length: 52 }, (_, i) => 12 + i),
  64,
  80,
  96,
  128,
  160,
  192,
  256,
  384,
  512,
  768,
  1024,
];

export function addCurves(curves: readonly RenyiCurve[], orders: readonly number[]): RenyiCurve {
  return {
    orders,
    divergences: orders.map((_, i) =>
      curves.reduce((sum, { divergences }) => sum + (divergences[i] as number), 0),
    ),
  };
}

/**
 * The epsilon that a curve promises at a delta, by the conversion of Balle, Barthe, Gaboardi, Hsu and Sato (2020, theorem 21), which
 * Canonne, Kamath and Steinke (2020, proposition 12) have too.
 */
export function renyiEpsilon({ orders, divergences }: RenyiCurve, delta: number): number {
  if (delta === 0) return divergences.every((divergence) => divergence === 0) ? 0 : Infinity;
  return least(orders, (order, i) => {
    const divergence = divergences[i] as number;
    // δ ≤ √(1 − exp(−KL)) (Bretagnolle and Huber 1979), and KL is at most the divergence at any order above 1.
    if (-Math.expm1(-divergence) <= delta * delta) return 0;
    return divergence + Math.log1p(-1 / order) - Math.log(delta * order) / (order - 1);
  });
}

/** The conversion that Mironov (2017, proposition 3) gave first. Looser; figures published until about 2020 were computed with it. */
export function renyiEpsilonMironov({ orders, divergences }: RenyiCurve, delta: number): number {
  return least(orders, (order, i) => (divergences[i] as number) - Math.log(delta) / (order - 1));
}

/** The delta that a curve promises at an epsilon; the same conversions as `renyiEpsilon`. */
export function renyiDelta({ orders, divergences }: RenyiCurve, epsilon: number): number {
  const log = orders.map((order, i) => {
    const divergence = divergences[i] as number;
    const byKl = divergence === 0 ? -Infinity : 0.5 * Math.log(-Math.expm1(-divergence));
    return Math.min(byKl, (order - 1) * (divergence - epsilon + Math.log1p(-1 / order)) - Math.log(order));
  });
  return Math.min(1, Math.exp(Math.min(...log)));
}

function least(orders: readonly number[], value: (order: number, i: number) => number): number {
  return Math.max(0, Math.min(...orders.map(value)));
}
