import { logErfc } from './normal-tail.ts';
import type { Atoms } from './pld/loss-pair.ts';

// Rényi divergences of single mechanisms, each the greater of both directions, at an order above 1.

/** @param ratio sensitivity over standard deviation */
export function gaussianDivergence(ratio: number, order: number): number {
  return (order * ratio * ratio) / 2;
}

/** @param scale scale over sensitivity (Mironov 2017, proposition 6) */
export function laplaceDivergence(scale: number, order: number): number {
  const rise = (order - 1) / scale;
  const fall = -(2 * order - 1) / scale;
  return (rise + Math.log((order + (order - 1) * Math.exp(fall)) / (2 * order - 1))) / (order - 1);
}

/** Of anything that is epsilon-private: at most epsilon, and at most order · epsilon² / 2 (Bun and Steinke 2016, proposition 3.3). */
export function pureDivergence(epsilon: number, order: number): number {
  return Math.min(epsilon, (order * epsilon * epsilon) / 2);
}

/** Of a symmetric discrete pair, from its losses. */
export function atomsDivergence({ losses, masses }: Atoms, order: number): number {
  const most = losses.at(-1) ?? 0;
  const sum = losses.reduce(
    (total, loss, i) => total + (masses[i] as number) * Math.exp((order - 1) * (loss - most)),
    0,
  );
  return most + Math.log(sum) / (order - 1);
}

/**
 * Of Gaussian noise on a Poisson sample, at rate `rate` < 1 (Mironov, Talwar and Zhang 2019): at whole orders the binomial sum of section
 * 3.2, at others the two series of section 3.3. Infinity where they do not converge.
 */
export function sampledGaussianDivergence(rate: number, noise: number, order: number): number {
  if (rate === 0) return 0;
  if (rate === 1) return gaussianDivergence(1 / noise, order);
  const log = Number.isInteger(order) ? wholeOrder(rate, noise, order) : otherOrder(rate, noise, order);
  return log / (order - 1);
}

function wholeOrder(rate: number, noise: number, order: number): number {
  const terms: number[] = [];
  let logChoose = 0;
  for (let i = 0; i <= order; i += 1) {
    terms.push(
      logChoose + i * Math.log(rate) + (order - i) * Math.log1p(-rate) + (i * i - i) / (2 * noise * noise),
    );
    logChoose += Math.log((order - i) / (i + 1));
  }
  return logSum(terms);
}

const TERMS_MAX = 2000;
/** Terms below exp(−30) of the sum end a series once they fall. */
const NEGLIGIBLE = 30;

function otherOrder(rate: number, noise: number, order: number): number {
  const middle = noise * noise * Math.log(1 / rate - 1) + 0.5;
  const [logRate, logRest, width] = [Math.log(rate), Math.log1p(-rate), Math.SQRT2 * noise];
  // Binomial coefficients of a broken order change their sign from term to term beyond it.
  let [sum, negative, logChoose, sign] = [-Infinity, -Infinity, 0, 1];
  let last = { low: -Infinity, high: -Infinity };
  for (let i = 0; i < TERMS_MAX; i += 1) {
    const j = order - i;
    const low =
      logChoose +
      i * logRate +
      j * logRest +
      (i * i - i) / (2 * noise * noise) +
      logErfc((i - middle) / width) -
      Math.LN2;
    const high =
      logChoose +
      j * logRate +
      i * logRest +
      (j * j - j) / (2 * noise * noise) +
      logErfc((middle - j) / width) -
      Math.LN2;
    if (sign > 0) sum = logSum([sum, low, high]);
    else negative = logSum([negative, low, high]);
    if (low < last.low && high < last.high && Math.max(low, high) < sum - NEGLIGIBLE) {
      return sum + Math.log1p(-Math.exp(negative - sum) + Math.exp(-NEGLIGIBLE));
    }
    last = { low, high };
    logChoose += Math.log(Math.abs(order - i) / (i + 1));
    if (i > order) sign = -sign;
  }
  return Infinity;
}

function logSum(terms: readonly number[]): number {
  const most = Math.max(...terms);
  if (most === -Infinity) return most;
  return most + Math.log(terms.reduce((sum, term) => sum + Math.exp(term - most), 0));
}
