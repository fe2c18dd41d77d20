import { gaussianDelta } from '../accountants/gaussian-profile.ts';

// δ(ε) of one answer with discrete Gaussian noise, from above: Σ (p(y) − e^ε q(y))₊ over whole numbers y, where p and q are `shift` steps
// apart (Canonne, Kamath and Steinke 2020, Theorem 7). Few steps are added up. Many are an integral, which is the analytic Gaussian
// mechanism's (Balle and Wang 2018, Theorem 8), and a remainder.

/** Deviations up to here, in steps, are summed; above, the remainder is small. */
const SUMMED_MAX = 4096;
/** What is left out because doubles end there. */
const LEAST = 1e-300;
/** Beyond so many deviations all terms together are below it. */
const REACH = 38;
const ROUNDING = 2 ** -53;

/** @returns a double that is not below δ; 0 ≤ epsilon ≤ 700, shift a whole number above 0, variance in squared steps */
export function gaussianDeltaUp(epsilon: number, shift: number, variance: number): number {
  const deviation = Math.sqrt(variance);
  // The loss is above ε where y is below this.
  const edge = shift / 2 - (epsilon * variance) / shift;
  const delta =
    deviation <= SUMMED_MAX
      ? summedDelta(epsilon, shift, variance, edge)
      : gaussianDelta((shift / deviation) * (1 + 8 * ROUNDING), epsilon).upper + peak(edge, deviation);
  return delta + LEAST;
}

/** Terms are positive, so sums err by little; a term errs by its mass times the rounding of its exponent, which is added. */
function summedDelta(epsilon: number, shift: number, variance: number, edge: number): number {
  const reach = Math.ceil(REACH * Math.sqrt(variance));
  let normaliser = 1;
  for (let y = 1; y <= reach; y += 1) normaliser += 2 * Math.exp((-y * y) / (2 * variance));
  let [sum, mass] = [0, 0];
  // One further than the edge, which is a rounded number; there the term is 0.
  for (let y = Math.min(Math.floor(edge) + 1, reach); y >= -reach; y -= 1) {
    const density = Math.exp((-y * y) / (2 * variance));
    const loss = (shift * (shift - 2 * y)) / (2 * variance);
    sum += density * Math.max(0, -Math.expm1(epsilon - loss));
    mass += density;
  }
  // exp(ε − loss) · (ε + loss) is at most 2ε + 1 where the loss is above ε.
  return ((sum + mass * (2 * epsilon + 1) * 8 * ROUNDING) / normaliser) * (1 + 1e-11);
}

/**
 * The summands are a log-concave function of y, and the sum of one over whole numbers is at most its integral and its greatest value. The
 * discrete normaliser is not below the continuous one (there, Fact 18), so its density bounds the summands.
 */
function peak(edge: number, deviation: number): number {
  const nearest = Math.min(0, edge) / deviation;
  return (Math.exp((-nearest * nearest) / 2) / (deviation * Math.sqrt(2 * Math.PI))) * (1 + 1e-12);
}
