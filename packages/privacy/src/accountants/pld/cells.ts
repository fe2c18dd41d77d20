import { type LossPair, newTails, type Tails } from './loss-pair.ts';

/**
 * Masses of P and Q in the cells (start + i · step, start + (i + 1) · step], and how far each may be off. Below the first cell only P's
 * mass is kept, above the last one P's mass too.
 */
export type Cells = {
  readonly start: number;
  readonly step: number;
  readonly p: Float64Array;
  readonly q: Float64Array;
  /** Bounds of the rounding errors of p and q. */
  readonly pError: Float64Array;
  readonly qError: Float64Array;
  readonly pBelow: number;
  readonly pAbove: number;
};

// A tail is a few units in the last place from the true one, as is the output x it is taken at; at z deviations that moves it by z² units
// more. Up to four deviations (a tail of 3e-5) that is below 64 units, and up to 30 below 1,024.
const ERROR_NEAR = 64 * Number.EPSILON;
const ERROR_FAR = 1024 * Number.EPSILON;
const NEAR = 3e-5;

/** The continuous part of a pair, cut into cells. */
export function cutCells(pair: LossPair, start: number, step: number, count: number): Cells {
  const losses = new Float64Array(count + 1);
  for (let i = 0; i <= count; i += 1) losses[i] = start + i * step;
  return { start, step, ...cutCellsAt(pair, losses) };
}

/** As `cutCells`, between any ascending losses. */
export function cutCellsAt(pair: LossPair, losses: Float64Array): Omit<Cells, 'start' | 'step'> {
  const tails = newTails(losses.length);
  if (pair.continuous) pair.fill(losses, tails);
  const [p, pError] = differences(tails.pLow, tails.pHigh);
  const [q, qError] = differences(tails.qLow, tails.qHigh);
  const pBelow = (tails.pLow[0] as number) * (1 + ERROR_FAR);
  const pAbove = (tails.pHigh[losses.length - 1] as number) * (1 + ERROR_FAR);
  return { p, q, pError, qError, pBelow, pAbove };
}

/** Masses between neighbouring tails, from the smaller side, so that a small mass is as exact as a small tail. */
function differences(low: Tails['pLow'], high: Tails['pHigh']): [Float64Array, Float64Array] {
  const masses = new Float64Array(low.length - 1);
  const errors = new Float64Array(low.length - 1);
  for (let i = 0; i < masses.length; i += 1) {
    const up = high[i] as number;
    const down = low[i + 1] as number;
    const mass = up < down ? up - (high[i + 1] as number) : down - (low[i] as number);
    const least = Math.min(up, down);
    masses[i] = Math.max(0, mass);
    errors[i] = least * (least > NEAR ? ERROR_NEAR : ERROR_FAR);
  }
  return [masses, errors];
}
