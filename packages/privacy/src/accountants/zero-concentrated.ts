import type { Interval } from './interval.ts';
import { gaussianDelta, gaussianEpsilon } from './gaussian-profile.ts';

// From ρ-zero-concentrated to approximate privacy. From above the tightest conversion that is known (Canonne, Kamath and Steinke 2020,
// corollary 13), which holds at any order α, so that a search that ends early costs tightness only. From below the Gaussian mechanism,
// which has that ρ: no conversion can promise less than it leaks.

const ROUNDS = 200;

export function zeroConcentratedDelta(rho: number, epsilon: number): Interval {
  if (rho === 0) return { lower: 0, upper: 0 };
  const log = (order: number): number =>
    (order - 1) * (order * rho - epsilon) - Math.log(order - 1) + order * Math.log1p(-1 / order);
  const least = log(bestOrder(log, Math.max(2, (epsilon / rho + 1) / 2)));
  return {
    lower: gaussianDelta(Math.sqrt(2 * rho), epsilon).lower,
    upper: Math.min(1, Math.exp(outward(least))),
  };
}

export function zeroConcentratedEpsilon(rho: number, delta: number): Interval {
  if (rho === 0) return { lower: 0, upper: 0 };
  if (delta === 0) return { lower: Infinity, upper: Infinity };
  const at = (order: number): number =>
    order * rho - Math.log(order * delta) / (order - 1) + Math.log1p(-1 / order);
  const least = at(bestOrder(at, Math.max(2, 1 + Math.sqrt(Math.log(1 / delta) / rho))));
  return { lower: gaussianEpsilon(Math.sqrt(2 * rho), delta).lower, upper: Math.max(0, outward(least)) };
}

/** The greatest ρ that this conversion takes to (epsilon, delta). */
export function zeroConcentratedRho(epsilon: number, delta: number): number {
  let [low, high] = [0, epsilon + 1 + 2 * Math.log(1 / delta)];
  for (let round = 0; round < ROUNDS && high - low > Number.EPSILON * high; round += 1) {
    const middle = (low + high) / 2;
    if (zeroConcentratedDelta(middle, epsilon).upper <= delta) low = middle;
    else high = middle;
  }
  return low;
}

/** Where a function that falls and then rises is least, by halving the derivative's sign change over ln(order − 1). */
function bestOrder(value: (order: number) => number, near: number): number {
  const start = Math.log(near - 1);
  let [low, high] = [start - 24, start + 24];
  for (let round = 0; round < ROUNDS && high - low > 1e-9; round += 1) {
    const [a, b] = [low + (high - low) * 0.382, low + (high - low) * 0.618];
    if (value(1 + Math.exp(a)) <= value(1 + Math.exp(b))) high = b;
    else low = a;
  }
  return 1 + Math.exp((low + high) / 2);
}

/** Rounding errors of a handful of operations on values of this size. */
function outward(value: number): number {
  return value + 16 * Number.EPSILON * Math.max(1, Math.abs(value));
}
