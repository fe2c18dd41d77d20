import { bisect } from '../bisect.ts';
import { peak } from './tilt.ts';

/**
 * Deltas of a composition whose law is known tilted and up to errors: the weights of sums in a window, index i at origin + i · step, true
 * masses being weight · exp(logScale − theta · loss).
 */
export type TailProfile = {
  readonly weights: Float64Array;
  readonly origin: number;
  readonly step: number;
  readonly theta: number;
  readonly logScale: number;
  /** Mass of infinite losses. */
  readonly infinite: number;
  /** Tilted mass of the sums outside the window, some of which is in wrong places inside. */
  readonly outside: number;
  /** 2-norm of the weights' errors. */
  readonly error: number;
  /** Relative error of everything. */
  readonly relative: number;
  /** +1 adds all errors, −1 takes them off. */
  readonly side: 1 | -1;
};

/** The bound of delta at that epsilon. */
export function deltaAt(profile: TailProfile, epsilon: number): number {
  const { weights, origin, step, theta, infinite, side, logScale } = profile;
  let first = Math.max(0, Math.floor((epsilon - origin) / step) + 1);
  while (first < weights.length && !((weights[first] as number) > 0)) first += 1;
  // Relative to the first point with mass, so that nothing that counts is lost below the least double.
  let sum = 0;
  for (let i = first; i < weights.length; i += 1) {
    const over = origin + i * step - epsilon;
    const weight = weights[i] as number;
    if (over > 0 && weight > 0) sum += weight * Math.exp(-theta * (i - first) * step) * -Math.expm1(-over);
  }
  const scale = Math.exp(logScale - theta * (origin + first * step));
  const error = errorAt(profile) * Math.exp(logScale - theta * epsilon) + roundingOf(profile) * sum * scale;
  return Math.min(
    1,
    Math.max(0, infinite + Math.max(0, sum * scale * (1 + side * profile.relative) + side * error)),
  );
}

/**
 * The bound of epsilon at that delta: the least epsilon at which the bound of delta is not above it, or where it is asked from below, the
 * greatest at which it is. Where the window has no such place, its lower end from above and −Infinity from below.
 */
export function epsilonAt(profile: TailProfile, delta: number): number {
  const { weights, origin, step, theta, infinite, side, logScale } = profile;
  if (delta <= infinite) return Infinity;
  const [fall, steep, apart] = [Math.exp(-theta * step), Math.exp(-(theta + 1) * step), Math.exp(-step)];
  const logTarget = Math.log(delta - infinite) - logScale;
  const [fixed, rounding, grown, relative] = [
    errorAt(profile),
    roundingOf(profile),
    Math.exp(theta * step),
    1 + side * profile.relative,
  ];
  let [mass, tilted] = [0, 0];
  for (let i = weights.length - 1; i >= 0; i -= 1) {
    // Sums over this point and all above of weight · exp(−theta · distance) and weight · exp(−(theta + 1) · distance).
    const weight = Math.max(0, weights[i] as number);
    mass = mass * fall + weight;
    tilted = tilted * steep + weight;
    const point = origin + i * step;
    const target = Math.exp(logTarget + theta * point);
    const error = side * (fixed + rounding * mass);
    if ((mass - apart * tilted) * relative + error * grown <= target) continue;
    // Passed between this point and the one below, where the sums are these.
    const isAbove = (below: number): boolean =>
      (mass - Math.exp(-below) * tilted) * relative + error * Math.exp(theta * below) > target;
    if (isAbove(0)) return i === weights.length - 1 ? Infinity : point;
    return point - (side > 0 ? bisect(0, step, (below) => !isAbove(below)) : bisect(step, 0, isAbove));
  }
  return side > 0 ? origin - step : -Infinity;
}

/** What the sum of weights · exp(−theta · over) · (1 − exp(−over)) may be off by, for what is outside and for the transform. */
function errorAt({ weights, step, theta, outside, error }: TailProfile): number {
  const most = peak(theta);
  // The 2-norm of exp(−theta x)(1 − exp(−x)) over the grid: its integral (1 − exp(−x) ≤ x) and its largest value, or every point at most 1.
  const norm = Math.sqrt(Math.min(weights.length * most * most, most * most + 1 / (4 * theta ** 3 * step)));
  return outside * most + error * norm;
}

/** Relative rounding error of a sum over the window. */
function roundingOf({ weights }: TailProfile): number {
  return 2 * weights.length * Number.EPSILON;
}
