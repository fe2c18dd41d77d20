import { normalQuantile } from '../baselines/normal-quantile.ts';
import { columnOf, rowsOf, type Table } from './table.ts';

/** The first place in a sorted list whose value is not below `x`, or, with `above`, is above it. */
function placeOf(sorted: Float64Array, x: number, above: boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const value = sorted[middle] as number;
    if (above ? value <= x : value < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Replaces each cell by the normal quantile of its mid-rank among the reference's cells of that column (van der Waerden's scores), so that no
 * single prompt, however odd, can move a mean by more than about three deviations: one odd benign prompt falls into many windows.
 */
export function createNormalScores(reference: Table): (table: Table) => Table {
  const rows = rowsOf(reference);
  const sorted = Array.from({ length: reference.width }, (_, at) => columnOf(reference, at).sort());
  const scores = Float64Array.from({ length: 2 * rows + 1 }, (_, twice) =>
    normalQuantile((twice / 2 + 0.5) / (rows + 1)),
  );
  return ({ width, cells }) => ({
    width,
    cells: cells.map((x, i) => {
      const column = sorted[i % width] as Float64Array;
      const below = placeOf(column, x, false);
      const upTo = column[below] === x ? placeOf(column, x, true) : below;
      return scores[below + upTo] as number;
    }),
  });
}
