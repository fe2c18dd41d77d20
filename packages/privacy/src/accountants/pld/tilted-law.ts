import type { LossGrid } from './loss-grid.ts';

/** A law on a grid, tilted: weights sum to about 1; the true masses are weights · exp(logScale − theta · loss). */
export type TiltedLaw = {
  readonly origin: number;
  readonly step: number;
  readonly weights: Float64Array;
  readonly logScale: number;
  /** 2-norm of the weights. */
  readonly norm: number;
  /** Bound of the relative rounding error of weights and scale together. */
  readonly error: number;
};

export function tiltLaw({ origin, step, masses }: LossGrid, theta: number): TiltedLaw {
  const last = masses.length - 1;
  const reference = theta >= 0 ? origin + last * step : origin;
  const weights = new Float64Array(masses.length);
  let total = 0;
  forEachPower(masses.length, theta * (origin - reference), theta * step, (i, power) => {
    const weight = (masses[i] as number) * power;
    weights[i] = weight;
    total += weight;
  });
  let square = 0;
  for (let i = 0; i <= last; i += 1) {
    const weight = (weights[i] as number) / total;
    weights[i] = weight;
    square += weight * weight;
  }
  const logScale = Math.log(total) + theta * reference;
  const error =
    (Math.abs(theta) * last * step + Math.abs(logScale) + Math.abs(theta * reference) + 80) * Number.EPSILON;
  return { origin, step, weights, logScale, norm: Math.sqrt(square), error };
}

/** ln Σ weightᵢ exp(s · lossᵢ) */
export function logMoment({ origin, step, weights }: TiltedLaw, s: number): number {
  // Relative to the heaviest point, so that the sum is never 0; it may be too large, and then relative to the greatest term.
  let mode = 0;
  for (let i = 1; i < weights.length; i += 1)
    if ((weights[i] as number) > (weights[mode] as number)) mode = i;
  let total = 0;
  forEachPower(weights.length, -s * mode * step, s * step, (i, power) => {
    const weight = weights[i] as number;
    if (weight > 0) total += weight * power;
  });
  if (total < Infinity) return Math.log(total) + s * (origin + mode * step);
  const logs = weights.map((weight, i) => Math.log(weight) + s * (origin + i * step));
  const most = logs.reduce((greatest, log) => Math.max(greatest, log), -Infinity);
  return most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0));
}

/** Powers exp(start + i · step): by multiplication, started anew every 32, so that each is exact to 80 units in the last place and none is lost below the least double. */
function forEachPower(
  count: number,
  start: number,
  step: number,
  visit: (i: number, power: number) => void,
): void {
  const factor = Math.exp(step);
  const run = Math.abs(step) < 1 ? 32 : 1;
  let power = 0;
  for (let i = 0; i < count; i += 1) {
    power = i % run === 0 ? Math.exp(start + i * step) : power * factor;
    visit(i, power);
  }
}
