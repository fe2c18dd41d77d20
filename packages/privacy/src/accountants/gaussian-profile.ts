import { PrivacyError } from '../privacy-error.ts';
import { bisect } from './bisect.ts';
import type { Interval } from './interval.ts';
import { erfc, scaledErfc } from './normal-tail.ts';

// The Gaussian mechanism exactly (Balle and Wang 2018, theorem 8). `ratio` is sensitivity over standard deviation; releases compose to
// one whose squared ratio is the sum of theirs (Dong, Roth and Su 2022).

/** Deltas below can not be told from 0 in doubles. */
const DELTA_MIN = 1e-300;
const UNIT = Number.EPSILON / 2;

/** δ(ε) = Φ(ratio/2 − ε/ratio) − exp(ε) Φ(−ratio/2 − ε/ratio) */
export function gaussianDelta(ratio: number, epsilon: number): Interval {
  if (ratio === 0) return { lower: 0, upper: 0 };
  const a = epsilon / ratio - ratio / 2;
  const b = epsilon / ratio + ratio / 2;
  // b² − a² = 2ε, so that exp(ε) is already in the scaled function.
  const fall = Math.exp((-a * a) / 2);
  const second = 0.5 * fall * scaledErfc(b * Math.SQRT1_2);
  const first = a >= 0 ? 0.5 * fall * scaledErfc(a * Math.SQRT1_2) : 0.5 * erfc(a * Math.SQRT1_2);
  const error = UNIT * ((16 + 4 * a * a) * (first + second) + 4 * b * fall);
  return {
    lower: Math.max(0, first - second - error),
    upper: Math.min(1, first - second + error + Number.MIN_VALUE),
  };
}

/** The least epsilon at which the mechanism is (epsilon, delta)-private. @throws PrivacyError `below_floor` */
export function gaussianEpsilon(ratio: number, delta: number): Interval {
  if (ratio === 0) return { lower: 0, upper: 0 };
  if (delta === 0) return { lower: Infinity, upper: Infinity };
  if (delta < DELTA_MIN) {
    throw new PrivacyError(
      'below_floor',
      `Delta is below ${DELTA_MIN}, where doubles end. Ask for a larger delta.`,
    );
  }
  // Far enough: δ(ε) ≤ exp(−(ε/ratio − ratio/2)²/2) where that is positive.
  const far = ratio * (ratio / 2 + Math.sqrt(-2 * Math.log(delta)) + 1);
  const isPrivate = (epsilon: number): boolean => gaussianDelta(ratio, epsilon).upper <= delta;
  const isNot = (epsilon: number): boolean => gaussianDelta(ratio, epsilon).lower >= delta;
  return {
    lower: isNot(0) ? bisect(0, far, isNot) : 0,
    upper: isPrivate(0) ? 0 : bisect(far, 0, isPrivate),
  };
}

/** The least standard deviation over sensitivity that is (epsilon, delta)-private. @throws PrivacyError `out_of_range` */
export function gaussianNoise(epsilon: number, delta: number): Interval {
  if (!(delta > 0 && delta < 1 && epsilon >= 0)) {
    throw new PrivacyError(
      'out_of_range',
      'Gaussian noise needs an epsilon of 0 or more and a delta between 0 and 1.',
    );
  }
  const isPrivate = (noise: number): boolean => gaussianDelta(1 / noise, epsilon).upper <= delta;
  const isNot = (noise: number): boolean => gaussianDelta(1 / noise, epsilon).lower >= delta;
  let [much, little] = [1, 1];
  while (!isPrivate(much)) much *= 2;
  while (!isNot(little)) little /= 2;
  return { lower: bisect(little, much, isNot), upper: bisect(much, little, isPrivate) };
}
