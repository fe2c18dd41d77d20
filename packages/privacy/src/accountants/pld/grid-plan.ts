import { type Counted, LOSS_MAX } from './cumulant.ts';
import type { LossPair } from './loss-pair.ts';

/** Where a pair's grid begins and ends, in the step that all pairs of a composition share. */
export type GridRange = { readonly start: number; readonly points: number };

/** Lattices finer than this part of the step that is enough are not worth their points. */
const FINER = 1 / 16;
const TRIES = 32;

/**
 * The step to use where `wanted` is enough: that of the lattice on which all losses lie, else the nearest smaller one at which the ends of
 * all pairs with atoms are grid points.
 */
export function chooseStep(terms: readonly Counted[], wanted: number): number {
  const lattice = commonLattice(terms);
  if (lattice !== null && lattice >= wanted * FINER) return lattice;
  const spans = terms
    .filter(({ pair }) => hasAtoms(pair))
    .map(({ pair }) => pair.highest - pair.lowest)
    .filter((span) => span > 0);
  const first = spans[0];
  if (first === undefined) return wanted;
  const least = Math.ceil(first / wanted);
  for (let cuts = least; cuts < least + TRIES; cuts += 1) {
    const step = first / cuts;
    if (spans.every((span) => isWhole(span / step))) return step;
  }
  return first / least;
}

/** The greatest step of which all lattices' steps are multiples, found among the smallest one's first parts. */
function commonLattice(terms: readonly Counted[]): number | null {
  const steps: number[] = [];
  for (const { pair } of terms) {
    if (pair.lattice === null) return null;
    steps.push(pair.lattice.step);
  }
  const least = Math.min(...steps);
  for (let part = 1; part <= TRIES; part += 1) {
    if (steps.every((step) => isWhole((step / least) * part))) return least / part;
  }
  return null;
}

/**
 * @param low mass that may be lost below (it moves up), `high` above (it becomes infinite)
 * @param step atoms at the upper end lie on the grid
 */
export function planGrid(pair: LossPair, step: number, low: number, high: number): GridRange {
  const ends = pair.continuous ? pair.knots(low, high, 2) : [];
  const from = Math.min(ends[0] ?? Infinity, pair.atoms.losses[0] ?? Infinity);
  const to = Math.max(ends.at(-1) ?? -Infinity, pair.atoms.losses.at(-1) ?? -Infinity);
  if (!(from <= to)) return { start: 0, points: 1 };
  if (!hasAtoms(pair)) {
    // An end beyond which there is nothing is a grid point, so that no cell is filled at one side only.
    const start = Math.max(pair.lowest, -LOSS_MAX, Math.floor(from / step) * step);
    const points = Math.ceil((Math.min(to, LOSS_MAX) - start) / step) + 1;
    const isEnd = pair.highest - to < step;
    return { start: isEnd ? pair.highest - points * step : start, points: points + 1 };
  }
  const below = Math.ceil((to - from) / step - 1e-9);
  return { start: to - below * step, points: below + 1 };
}

export function hasAtoms(pair: LossPair): boolean {
  return pair.atoms.losses.length > 0;
}

function isWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) < 1e-9 * Math.max(1, value);
}
