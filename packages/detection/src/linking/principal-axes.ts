// The directions in which accounts differ most, so that neighbours are sought where people differ and not in sampling noise.
// Orthogonal iteration on the covariance of account means (Golub and Van Loan, "Matrix Computations", 7.3), from a fixed start.

export const AXES = 16;
const ITERATIONS = 12;

/** `mean` and `AXES` orthonormal rows, each of the vectors' dimension. */
export type PrincipalAxes = { readonly mean: Float64Array; readonly rows: readonly Float64Array[] };

/** @param vectors at least one; all of one length. O(vectors · dimensions²). */
export function principalAxes(vectors: readonly Float32Array[]): PrincipalAxes {
  const dimensions = (vectors[0] as Float32Array).length;
  const mean = meanOf(vectors, dimensions);
  const covariance = covarianceOf(vectors, mean, dimensions);
  let rows = Array.from({ length: AXES }, (_, k) => startRow(dimensions, k));
  for (let i = 0; i < ITERATIONS; i++) {
    rows = orthonormal(rows.map((row) => multiply(covariance, row, dimensions)));
  }
  return { mean, rows };
}

/** Coordinates of a mean embedding on the axes. */
export function project(axes: PrincipalAxes, vector: Float32Array, into: Float64Array): void {
  for (let k = 0; k < AXES; k++) {
    const row = axes.rows[k] as Float64Array;
    let sum = 0;
    for (let i = 0; i < row.length; i++) {
      sum += (row[i] as number) * ((vector[i] as number) - (axes.mean[i] as number));
    }
    into[k] = sum;
  }
}

function meanOf(vectors: readonly Float32Array[], dimensions: number): Float64Array {
  const mean = new Float64Array(dimensions);
  for (const vector of vectors) {
    for (let i = 0; i < dimensions; i++) mean[i] = (mean[i] as number) + (vector[i] as number);
  }
  return mean.map((sum) => sum / vectors.length);
}

function covarianceOf(
  vectors: readonly Float32Array[],
  mean: Float64Array,
  dimensions: number,
): Float64Array {
  const covariance = new Float64Array(dimensions * dimensions);
  const centred = new Float64Array(dimensions);
  for (const vector of vectors) {
    for (let i = 0; i < dimensions; i++) centred[i] = (vector[i] as number) - (mean[i] as number);
    for (let i = 0; i < dimensions; i++) {
      const a = centred[i] as number;
      const at = i * dimensions;
      for (let j = 0; j < dimensions; j++) {
        covariance[at + j] = (covariance[at + j] as number) + a * (centred[j] as number);
      }
    }
  }
  return covariance;
}

/** A fixed row of signs that no other start row is a multiple of. */
function startRow(dimensions: number, k: number): Float64Array {
  return Float64Array.from({ length: dimensions }, (_, i) =>
    Math.imul(i + 1, 0x9e3779b1) & (1 << (k + 8)) ? 1 : -1,
  );
}

function multiply(matrix: Float64Array, row: Float64Array, dimensions: number): Float64Array {
  const product = new Float64Array(dimensions);
  for (let i = 0; i < dimensions; i++) {
    let sum = 0;
    const at = i * dimensions;
    for (let j = 0; j < dimensions; j++) sum += (matrix[at + j] as number) * (row[j] as number);
    product[i] = sum;
  }
  return product;
}

/** Gram–Schmidt; a row that vanishes stays zero, and its coordinate is then 0 for everybody. */
function orthonormal(rows: Float64Array[]): Float64Array[] {
  rows.forEach((row, k) => {
    for (const earlier of rows.slice(0, k)) subtract(row, earlier);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    row.forEach((value, i) => {
      row[i] = length < 1e-12 ? 0 : value / length;
    });
  });
  return rows;
}

function subtract(row: Float64Array, axis: Float64Array): void {
  let product = 0;
  for (let i = 0; i < row.length; i++) product += (row[i] as number) * (axis[i] as number);
  for (let i = 0; i < row.length; i++) row[i] = (row[i] as number) - product * (axis[i] as number);
}
