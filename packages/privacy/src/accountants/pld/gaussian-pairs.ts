import { erfc, normalQuantileUp } from '../normal-tail.ts';
import { type LossPair, NO_ATOMS } from './loss-pair.ts';

// Pairs on the line with Gaussian noise: x is the output, and the loss increases with x, so that a tail of the loss is a tail of x.

/** A mixture Σ weightᵢ · N(shiftᵢ, deviation²). */
type Mixture = { readonly shifts: readonly number[]; readonly weights: readonly number[] };

/**
 * P = Σ weightᵢ N(shiftᵢ, σ²) against Q = N(0, σ²), with shifts ≥ 0 (Choquette-Choo, Ganesh, Steinke and Thakurta 2023, "Privacy
 * amplification for matrix mechanisms", Corollary 4.7). Poisson sampling at rate q is shifts 0 and 1 with weights 1 − q and q; read
 * as it stands it is a record removed, reversed it is one added.
 */
export function gaussianMixturePair(
  deviation: number,
  shifts: readonly number[],
  weights: readonly number[],
): LossPair {
  const single = shifts.length === 1;
  const zero = shifts.reduce((sum, shift, i) => sum + (shift === 0 ? (weights[i] as number) : 0), 0);
  const plain = shifts.length === 2 && shifts[0] === 0;
  const slopes = slopesOf(deviation, shifts, weights);
  return gaussianPair({
    deviation,
    above: { shifts, weights },
    below: { shifts: [0], weights: [1] },
    lossAt: (x) => mixtureLoss(deviation, shifts, weights, x),
    outputAt: single
      ? (loss) => singleOutput(deviation, shifts[0] as number, loss)
      : plain
        ? (loss) => sampledOutput(deviation, shifts[1] as number, weights[1] as number, loss)
        : (loss, near) => searchOutput(slopes, loss, near),
    lowest: zero > 0 ? Math.log(zero) : -Infinity,
    highest: Infinity,
    symmetric: single,
  });
}

/**
 * P = (1 − q) N(0, σ²) + q N(shift, σ²) against Q = (1 − q) N(0, σ²) + q N(−shift, σ²): one record of a Poisson sample replaced by
 * another (Zhu, Dong and Wang 2022; Lebeda, Regehr, Kamath and Steinke 2024).
 */
export function replacedGaussianPair(deviation: number, shift: number, rate: number): LossPair {
  const stay = 1 - rate;
  const move = rate * Math.exp(-(shift * shift) / (2 * deviation * deviation));
  const slope = shift / (deviation * deviation);
  return gaussianPair({
    deviation,
    above: { shifts: [0, shift], weights: [stay, rate] },
    below: { shifts: [0, -shift], weights: [stay, rate] },
    lossAt: (x) => {
      // Both sides over exp(slope · |x|), so that neither overflows.
      const shrink = Math.exp(-slope * Math.abs(x));
      const high = stay * shrink + move;
      const low = stay * shrink + move * shrink * shrink;
      return x >= 0 ? Math.log(high / low) : Math.log(low / high);
    },
    outputAt: (loss) => {
      // stay + move · y over stay + move / y is exp(loss): a quadratic in y = exp(slope · x). Solved for loss ≥ 0, the rest mirrored.
      const size = Math.exp(-Math.abs(loss));
      const linear = stay * (1 - size);
      const y = (linear + Math.sqrt(linear * linear + 4 * move * move * size)) / (2 * move * size);
      return (Math.sign(loss) * Math.log(y)) / slope;
    },
    lowest: -Infinity,
    highest: Infinity,
    symmetric: true,
  });
}

type Parts = {
  readonly deviation: number;
  readonly above: Mixture;
  readonly below: Mixture;
  lossAt(x: number): number;
  /** The x with that loss, ∓Infinity beyond all of them; `near` is the one of the loss before. */
  outputAt(loss: number, near: number): number;
  readonly lowest: number;
  readonly highest: number;
  readonly symmetric: boolean;
};

function gaussianPair(parts: Parts): LossPair {
  const { deviation, above, below } = parts;
  const inverse = Math.SQRT1_2 / deviation;
  return {
    infinite: 0,
    absent: 0,
    highest: parts.highest,
    lowest: parts.lowest,
    atoms: NO_ATOMS,
    lattice: null,
    continuous: true,
    symmetric: parts.symmetric,
    knots: (low, high, count) => {
      // Of both, as reading the pair the other way round makes P of Q.
      const shifts = [...above.shifts, ...below.shifts];
      const from = Math.min(...shifts) - deviation * normalQuantileUp(Math.min(0.5, low));
      const to = Math.max(...shifts) + deviation * normalQuantileUp(Math.min(0.5, high));
      const knots = new Float64Array(count);
      for (let i = 0; i < count; i += 1) knots[i] = parts.lossAt(from + ((to - from) * i) / (count - 1));
      return knots;
    },
    fill: (losses, tails) => {
      let x = 0;
      for (let i = 0; i < losses.length; i += 1) {
        x = parts.outputAt(losses[i] as number, x);
        writeTails(tails.pLow, tails.pHigh, i, above, x, inverse);
        writeTails(tails.qLow, tails.qHigh, i, below, x, inverse);
      }
    },
  };
}

/** P(X ≤ x) and P(X > x) of a mixture; each side from small terms alone where it is small. */
function writeTails(
  low: Float64Array,
  high: Float64Array,
  i: number,
  { shifts, weights }: Mixture,
  x: number,
  inverse: number,
): void {
  let below = 0;
  let above = 0;
  for (let j = 0; j < shifts.length; j += 1) {
    const z = (x - (shifts[j] as number)) * inverse;
    const weight = 0.5 * (weights[j] as number);
    const small = erfc(z < 0 ? -z : z);
    below += weight * (z < 0 ? small : 2 - small);
    above += weight * (z < 0 ? 2 - small : small);
  }
  low[i] = below;
  high[i] = above;
}

function singleOutput(deviation: number, shift: number, loss: number): number {
  return (loss * deviation * deviation) / shift + shift / 2;
}

function sampledOutput(deviation: number, shift: number, rate: number, loss: number): number {
  const odds = (Math.expm1(loss) + rate) / rate;
  return odds <= 0 ? -Infinity : (Math.log(odds) * deviation * deviation) / shift + shift / 2;
}

/** ln Σ weightᵢ exp((2 shiftᵢ x − shiftᵢ²) / 2σ²) */
function mixtureLoss(
  deviation: number,
  shifts: readonly number[],
  weights: readonly number[],
  x: number,
): number {
  const variance = deviation * deviation;
  const exponent = (shift: number): number => (shift * (x - shift / 2)) / variance;
  const most = Math.max(...shifts.map(exponent));
  const excess = shifts.reduce(
    (sum, shift, i) => sum + (weights[i] as number) * Math.expm1(exponent(shift) - most),
    0,
  );
  return most + Math.log1p(excess);
}

/**
 * Where the parts with a shift above 0 weigh as much as that loss takes: Newton's method on the logarithm of their sum, which is convex and
 * nearly straight, so that from the output of the loss before it takes two or three steps.
 */
function searchOutput(parts: readonly Slope[], loss: number, near: number): number {
  const rest = parts.reduce((sum, part) => sum + part.weight, 0);
  const target = Math.log(Math.expm1(loss) + rest);
  if (!(target > -Infinity)) return -Infinity;
  let x = Number.isFinite(near) ? near : 0;
  for (let round = 0; round < STEPS_MAX; round += 1) {
    let [most, sum, slope] = [-Infinity, 0, 0];
    for (const { constant, rise } of parts) most = Math.max(most, constant + rise * x);
    for (const { constant, rise } of parts) {
      const share = Math.exp(constant + rise * x - most);
      sum += share;
      slope += share * rise;
    }
    const step = ((most + Math.log(sum) - target) * sum) / slope;
    x -= step;
    if (Math.abs(step) <= 4e-16 * Math.abs(x)) break;
  }
  return x;
}

const STEPS_MAX = 50;

/** weight · density ratio = exp(constant + rise · x) of one part of a mixture. */
type Slope = { readonly weight: number; readonly constant: number; readonly rise: number };

function slopesOf(deviation: number, shifts: readonly number[], weights: readonly number[]): Slope[] {
  const variance = deviation * deviation;
  return shifts.flatMap((shift, i) => {
    const weight = weights[i] as number;
    if (shift === 0 || weight === 0) return [];
    return [
      { weight, constant: Math.log(weight) - (shift * shift) / (2 * variance), rise: shift / variance },
    ];
  });
}
