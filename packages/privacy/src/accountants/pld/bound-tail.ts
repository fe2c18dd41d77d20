import { type BoundedLaw, composeLaws } from './composition.ts';
import { cutCells } from './cells.ts';
import { type Counted, roughPoints, type Points } from './cumulant.ts';
import { hasAtoms, planGrid } from './grid-plan.ts';
import type { LossGrid } from './loss-grid.ts';
import { optimisticGrid } from './optimistic.ts';
import { pessimisticGrid } from './pessimistic.ts';
import type { TailProfile } from './tail-profile.ts';
import type { Tilt } from './tilt.ts';
import { logMoment, type TiltedLaw, tiltLaw } from './tilted-law.ts';

/** Bounds of a composition's deltas near one epsilon. `shift` is to be added to an epsilon from above and taken off one from below. */
export type TailBounds = {
  readonly upper: TailProfile;
  readonly lower: TailProfile;
  readonly shift: number;
  readonly points: number;
};

/** Masses that single laws may lose, as part of the delta that is looked for. */
const LOST = 1e-9;

/** Masses below and above that a pair's grid may leave out, where delta is about `delta` and so many are composed. */
export function lostMass(terms: readonly Counted[], delta: number): { low: number; high: number } {
  const count = terms.reduce((sum, term) => sum + term.count, 0);
  return { low: LOST / count, high: Math.max(1e-290, (LOST * delta) / count) };
}

export function roughLaw(terms: readonly Counted[], delta: number): Points[] {
  const { low, high } = lostMass(terms, delta);
  return terms.map((term) => roughPoints(term, low, high));
}

/** @param sizeMax the largest transform, a power of two; null where the step would need a larger one */
export function boundTail(
  terms: readonly Counted[],
  tilt: Tilt,
  step: number,
  delta: number,
  sizeMax: number,
): TailBounds | null {
  const { low, high } = lostMass(terms, delta);
  const bounded = terms.map(({ pair, count }) => {
    const { start, points } = planGrid(pair, step, low, high);
    if (points > sizeMax) return null;
    const lattice = hasAtoms(pair);
    const cells = lattice ? undefined : cutCells(pair, start, step, points - 1);
    const upper = pessimisticGrid(pair, start, step, points - 1, cells);
    const lower = lattice
      ? optimisticGrid(pair, start - step / 2, step, points)
      : optimisticGrid(pair, start, step, points - 1, cells);
    return {
      grids: { upper, lower },
      count,
      upper: tiltLaw(upper, tilt.theta),
      lower: tiltLaw(lower, tilt.theta),
    };
  });
  if (bounded.some((law) => law === null)) return null;
  const laws = bounded as NonNullable<(typeof bounded)[number]>[];
  const windows = { upper: windowOf(laws, 'upper', tilt, step), lower: windowOf(laws, 'lower', tilt, step) };
  const size = sizeFor(Math.max(windows.upper.width, windows.lower.width) / step);
  if (!(size <= sizeMax)) return null;
  const sums = composeLaws(laws, size);
  const profile = (side: 'upper' | 'lower'): TailProfile => {
    const first = windows[side].first;
    const weights = rotated(sums[side], first);
    return {
      weights,
      origin: originOf(laws, side) + first * step,
      step,
      theta: tilt.theta,
      logScale: sum(laws, (law) => law[side].logScale),
      infinite: -Math.expm1(sum(laws, (law) => Math.log1p(-Math.min(1, law.grids[side].infinite)))),
      outside: windows[side].outside(size),
      error: sums.error,
      relative: Math.expm1(sum(laws, (law) => law[side].error)),
      side: side === 'upper' ? 1 : -1,
    };
  };
  const shift = sum(laws, ({ grids }) => Math.max(grids.upper.shift, grids.lower.shift));
  return { upper: profile('upper'), lower: profile('lower'), shift, points: size };
}

type Law = BoundedLaw & { readonly grids: { readonly upper: LossGrid; readonly lower: LossGrid } };
type Side = 'upper' | 'lower';

function sum(laws: readonly Law[], value: (law: Law) => number): number {
  return laws.reduce((total, law) => total + law.count * value(law), 0);
}

function originOf(laws: readonly Law[], side: Side): number {
  return sum(laws, (law) => law[side].origin);
}

type Window = { readonly first: number; readonly width: number; outside(size: number): number };

/** Where all but exp(−spare) of the tilted sums lie to each side, by Chernoff's bound. */
function windowOf(laws: readonly Law[], side: Side, { spare, above, below }: Tilt, step: number): Window {
  const moment = (slope: number): number => sum(laws, (law) => logMoment(law[side] as TiltedLaw, slope));
  const [rise, fall] = [moment(above), moment(-below)];
  const origin = originOf(laws, side);
  const first = Math.floor((-(fall + spare) / below - origin) / step);
  const top = (rise + spare) / above;
  return {
    first,
    width: top - (origin + first * step) + 2 * step,
    outside: (size) => Math.exp(rise - above * (origin + (first + size) * step)) + Math.exp(-spare),
  };
}

function sizeFor(points: number): number {
  return 2 ** Math.max(3, Math.ceil(Math.log2(points)));
}

/** Index i of the result is index first + i of the sums, modulo the size. */
function rotated(weights: Float64Array, first: number): Float64Array {
  const size = weights.length;
  const from = ((first % size) + size) % size;
  const result = new Float64Array(size);
  result.set(weights.subarray(from), 0);
  result.set(weights.subarray(0, from), size - from);
  return result;
}
