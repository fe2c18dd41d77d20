import { meansOf, rowsOf, type Table } from './table.ts';

/** Added to variances as a share of them: columns that say nearly the same must not be told apart by their noise. */
const RIDGE = 0.02;
/** Covariance of the rows, as the lower triangle of a square. */
function covarianceOf(table: Table, means: Float64Array): Float64Array {
  const { width, cells } = table;
  const rows = rowsOf(table);
  const sums = new Float64Array(width * width);
  for (let start = 0; start < cells.length; start += width) {
    for (let i = 0; i < width; i++) {
      const x = ((cells[start + i] as number) - (means[i] as number)) / rows;
      for (let j = 0; j <= i; j++) {
        const y = (cells[start + j] as number) - (means[j] as number);
        sums[i * width + j] = (sums[i * width + j] as number) + x * y;
      }
    }
  }
  for (let i = 0; i < width; i++) {
    const at = i * width + i;
    // A column that never varies: as if one row lay one unit out.
    sums[at] = Math.max((sums[at] as number) * (1 + RIDGE), 1 / rows);
  }
  return sums;
}

/** x'C⁻¹x by Cholesky's decomposition of C, which is written over. @param c the lower triangle of a positive definite matrix */
function quadraticForm(c: Float64Array, x: Float64Array): number {
  const width = x.length;
  const solved = new Float64Array(width);
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = c[i * width + j] as number;
      for (let k = 0; k < j; k++) sum -= (c[i * width + k] as number) * (c[j * width + k] as number);
      c[i * width + j] = i === j ? Math.sqrt(sum) : sum / (c[j * width + j] as number);
    }
    let rest = x[i] as number;
    for (let k = 0; k < i; k++) rest -= (c[i * width + k] as number) * (solved[k] as number);
    solved[i] = rest / (c[i * width + i] as number);
  }
  return solved.reduce((sum, y) => sum + y * y, 0);
}

/**
 * Hotelling's T² (Annals of Mathematical Statistics 2, 1931) of two means under the reference's covariance, standardised as a chi-squared of
 * `width` degrees: at most 0 on average where both are of one population (columns that never vary add nothing), with a deviation of about 1.
 */
export function meanShift(reference: Table, window: Table): number {
  const { width } = reference;
  const means = meansOf(reference);
  const difference = meansOf(window).map((x, i) => x - (means[i] as number));
  const scale = 1 / (1 / rowsOf(reference) + 1 / rowsOf(window));
  const square = scale * quadraticForm(covarianceOf(reference, means), difference);
  return (square - width) / Math.sqrt(2 * width);
}
