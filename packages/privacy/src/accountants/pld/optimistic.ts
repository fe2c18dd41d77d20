import { type Cells, cutCells } from './cells.ts';
import type { LossPair } from './loss-pair.ts';
import { type LossGrid, ON_GRID } from './loss-grid.ts';

/**
 * The counterpart of connect-the-dots from below: all outputs of a cell are told apart no longer, which is post-processing, so that no
 * divergence can grow (the likelihood ratio is contracted to its mean in the cell). That mean is near the cell's middle but not at it; a
 * cell that is too high takes a little of the one below it in, a cell that is too low a little of the one above, until it is there.
 * Like the pessimistic grid it is off by the square of the step only, where rounding losses down is off by the step.
 *
 * Points lie at the middles of the cells that start at `start`.
 */
export function optimisticGrid(
  pair: LossPair,
  start: number,
  step: number,
  count: number,
  cells?: Cells,
): LossGrid {
  const cut = cells ?? cutCells(pair, start, step, count);
  const origin = start + step / 2;
  const p = cut.p.map((mass, i) => Math.max(0, mass - (cut.pError[i] as number)));
  const q = cut.q.map((mass, i) => mass + (cut.qError[i] as number));
  const { onGrid, shift } = placeAtoms(pair, origin, step, p, q);
  const masses = contract(origin, step, p, q);
  for (let i = 0; i < count; i += 1) masses[i] = (masses[i] as number) + (onGrid[i] as number);
  return { origin, step, masses, infinite: pair.infinite, shift };
}

/** Atoms on the grid are returned; the others join their cells. What lies outside is dropped. */
function placeAtoms(
  { atoms }: LossPair,
  origin: number,
  step: number,
  p: Float64Array,
  q: Float64Array,
): { onGrid: Float64Array; shift: number } {
  const onGrid = new Float64Array(p.length);
  let shift = 0;
  atoms.losses.forEach((loss, k) => {
    const mass = atoms.masses[k] as number;
    const near = Math.round((loss - origin) / step);
    if (near < 0 || near >= p.length) return;
    const gap = origin + near * step - loss;
    if (Math.abs(gap) < ON_GRID * step) {
      onGrid[near] = (onGrid[near] as number) + mass;
      shift = Math.max(shift, gap);
    } else {
      p[near] = (p[near] as number) + mass;
      q[near] = (q[near] as number) + mass * Math.exp(-loss) * (1 + 4 * Number.EPSILON);
    }
  });
  return { onGrid, shift };
}

/** P's mass at each point. Reads and uses up p and q. */
function contract(origin: number, step: number, p: Float64Array, q: Float64Array): Float64Array {
  const masses = new Float64Array(p.length);
  const fall = Math.exp(-step);
  const width = -Math.expm1(-step);
  for (let i = 0; i < p.length; i += 1) {
    const pMass = p[i] as number;
    const qMass = q[i] as number;
    if (pMass <= 0) continue;
    const ratio = Math.exp(origin + i * step);
    const excess = pMass - ratio * qMass;
    const before = i === 0 ? 0 : (masses[i - 1] as number);
    // What P's mass from the point below takes to bring the mean down; it brings 1 / fall times as much of Q's for its size.
    const needed = (excess * fall) / width;
    if (excess >= 0 && needed <= before) {
      if (i > 0) masses[i - 1] = before - needed;
      masses[i] = ratio * qMass + needed / fall;
    } else if (excess >= 0 && i + 1 < p.length) {
      if (i > 0) masses[i - 1] = 0;
      p[i + 1] = (p[i + 1] as number) + pMass + before;
      q[i + 1] = (q[i + 1] as number) + qMass + before / (ratio * fall);
    } else if (excess >= 0) {
      masses[i] = ratio * qMass;
    } else if (!borrow(masses, p, q, i, ratio, excess) && i > 0) {
      // Rounded down to the point below, at the cost of what P's mass is above that ratio.
      const rounded = ratio * fall * qMass;
      if (rounded <= pMass) masses[i - 1] = before + rounded;
    }
  }
  return masses;
}

/** Lifts cell i to its point by taking in the next cells, the last of them in part. False where there is too little above. */
function borrow(
  masses: Float64Array,
  p: Float64Array,
  q: Float64Array,
  i: number,
  ratio: number,
  excess: number,
): boolean {
  let missing = -excess;
  let taken = p[i] as number;
  let next = i + 1;
  for (; next < p.length; next += 1) {
    const lift = (p[next] as number) - ratio * (q[next] as number);
    if (lift > missing) break;
    missing -= Math.max(0, lift);
    if (lift > 0) taken += p[next] as number;
  }
  if (next === p.length) return false;
  const part = missing / ((p[next] as number) - ratio * (q[next] as number));
  masses[i] = taken + part * (p[next] as number);
  p.fill(0, i + 1, next);
  q.fill(0, i + 1, next);
  p[next] = (p[next] as number) * (1 - part);
  q[next] = (q[next] as number) * (1 - part);
  return true;
}
