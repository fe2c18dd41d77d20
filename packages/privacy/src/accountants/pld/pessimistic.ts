import { type Cells, cutCells } from './cells.ts';
import type { LossPair } from './loss-pair.ts';
import { type LossGrid, ON_GRID } from './loss-grid.ts';

/**
 * "Connect the dots" (Doroshenko, Ghazi, Kamath, Kumar and Manurangsi 2022): each cell's mass is moved to the two ends of the cell so that
 * both P's and Q's mass are kept. The likelihood ratio under Q is spread around its mean, so that every hockey-stick divergence can only
 * grow, and at the grid's points it does not. Above the last point P's mass becomes an infinite loss; below the first it moves up to it.
 */
export function pessimisticGrid(
  pair: LossPair,
  start: number,
  step: number,
  count: number,
  cells?: Cells,
): LossGrid {
  const masses = new Float64Array(count + 1);
  const cut = cells ?? cutCells(pair, start, step, count);
  if (pair.continuous) spreadCells(cut, masses);
  let shift = 0;
  let infinite = pair.infinite + cut.pAbove;
  masses[0] = (masses[0] as number) + cut.pBelow;
  pair.atoms.losses.forEach((loss, k) => {
    const mass = pair.atoms.masses[k] as number;
    const place = (loss - start) / step;
    const near = Math.round(place);
    const onGrid = Math.abs(place - near) < ON_GRID;
    if (onGrid) shift = Math.max(shift, loss - (start + near * step));
    const below = onGrid ? near : Math.floor(place);
    const up = onGrid ? 0 : (mass * -Math.expm1(-(place - below) * step)) / -Math.expm1(-step);
    if (below < 0) masses[0] = (masses[0] as number) + mass;
    else if (below > count || (below === count && up > 0)) infinite += mass;
    else {
      masses[below] = (masses[below] as number) + mass - up;
      if (up > 0) masses[below + 1] = (masses[below + 1] as number) + up;
    }
  });
  return { origin: start, step, masses, infinite, shift };
}

function spreadCells({ start, step, p, q, pError, qError }: Cells, masses: Float64Array): void {
  const width = -Math.expm1(-step);
  for (let i = 0; i < p.length; i += 1) {
    const ratio = Math.exp(start + i * step);
    const mass = p[i] as number;
    const error = pError[i] as number;
    const excess = mass - ratio * (q[i] as number) + error + ratio * (qError[i] as number);
    const most = mass + error;
    const up = Math.min(most, Math.max(0, excess) / width);
    masses[i] = (masses[i] as number) + (most - up);
    masses[i + 1] = (masses[i + 1] as number) + up;
  }
}
