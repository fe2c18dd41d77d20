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
  const { weights, origin, step, theta, infinite, side } = profile;
  let sum = 0;
  const first = Math.max(0, Math.floor((epsilon - origin) / step) + 1);
  for (let i = first; i < weights.length; i += 1) {
    const over = origin + i * step - epsilon;
    const weight = weights[i] as number;
    if (over > 0 && weight > 0) sum += weight * Math.exp(-theta * over) * -Math.expm1(-over);
  }
  const finite = sum * (1 + side * profile.relative) + side * errorAt(profile, sum);
  return Math.min(
    1,
    Math.max(0, infinite + Math.max(0, finite) * Math.exp(profile.logScale - theta * epsilon)),
  );
}

/**
 * The bound of epsilon at that delta: the least epsilon at which the bound of delta is not above it, or where it is asked from below, the
 * greatest at which it is. Where the window has no such place, its lower end from above and −Infinity from below.
 */
export function epsilonAt(profile: TailProfile, delta: number): number {
  const { weights, origin, step, theta, infinite, side, logScale } = profile;
  if (delta <= infinite) return Infinity;
  const centre = origin + (weights.length / 2) * step;
  // Everything relative to the middle of the window, divided by exp(logScale − theta · centre).
  const target = Math.exp(Math.log(delta - infinite) - (logScale - theta * centre));
  let [mass, tilted] = [0, 0];
  for (let i = weights.length - 1; i >= 0; i -= 1) {
    const away = origin + i * step - centre;
    const here = Math.exp(-theta * away);
    const allowed = (target - side * errorAt(profile, mass / here) * here) / (1 + side * profile.relative);
    if (mass - Math.exp(away) * tilted > allowed || allowed <= 0) {
      // mass − exp(epsilon − centre) · tilted = allowed between this point and the one above.
      if (i === weights.length - 1) return Infinity;
      if (tilted === 0 || allowed <= 0) return origin + (i + 1) * step;
      const epsilon = centre + Math.log((mass - allowed) / tilted);
      return Math.min(origin + (i + 1) * step, Math.max(origin + i * step, epsilon));
    }
    const weight = Math.max(0, weights[i] as number) * here;
    mass += weight;
    tilted += weight * Math.exp(-away);
  }
  return side > 0 ? origin : -Infinity;
}

/** What the sum of weights · exp(−theta · over) · (1 − exp(−over)) may be off by. */
function errorAt({ weights, step, theta, outside, error }: TailProfile, sum: number): number {
  const most = peak(theta);
  // The 2-norm of exp(−theta x)(1 − exp(−x)) over the grid: its integral (1 − exp(−x) ≤ x) and its largest value, or every point at most 1.
  const norm = Math.sqrt(Math.min(weights.length * most * most, most * most + 1 / (4 * theta ** 3 * step)));
  return outside * most + error * norm + weights.length * Number.EPSILON * sum;
}
