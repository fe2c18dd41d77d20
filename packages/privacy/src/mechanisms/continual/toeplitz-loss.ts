import { pairFromDistances } from './buffered-toeplitz.ts';

// What a factorisation costs in error at a fixed loss of privacy: the variance of the last running sum, which is the largest, times the
// squared norm of a column (Dvijotham and others 2024, Lemmas 5.3 and 5.4). In closed form, so that it does not grow with the steps.

/** Variance of the worst running sum, where one unit adds 1 at one step and the noise has variance 1 over the sensitivity. */
export function factorisationLoss(
  distances: readonly number[],
  inverseDistances: readonly number[],
  steps: number,
): number {
  const [matrix, inverse] = pairFromDistances(distances, inverseDistances);
  // The theory of the closed forms, and decreasing coefficients, need these signs.
  if (matrix.scales.some((scale) => !(scale > 0)) || inverse.scales.some((scale) => !(scale < 0))) {
    return Infinity;
  }
  return (
    columnNormSquared(distances, matrix.scales, steps) * lastVariance(inverseDistances, inverse.scales, steps)
  );
}

function columnNormSquared(distances: readonly number[], scales: readonly number[], steps: number): number {
  let sum = 1;
  distances.forEach((first, i) => {
    distances.forEach((second, j) => {
      sum += (scales[i] as number) * (scales[j] as number) * geometricSum(both(first, second), steps - 1);
    });
  });
  return sum;
}

/** Running sums of the inverse's column are a constant less one decaying term a buffer; their squares are added up. */
function lastVariance(distances: readonly number[], scales: readonly number[], steps: number): number {
  const weights = scales.map((scale, index) => scale / (distances[index] as number));
  const limit = weights.reduce((sum, weight) => sum + weight, 1);
  let sum = steps * limit * limit;
  distances.forEach((first, i) => {
    sum -= 2 * limit * (weights[i] as number) * geometricSum(first, steps);
    distances.forEach((second, j) => {
      sum += (weights[i] as number) * (weights[j] as number) * geometricSum(both(first, second), steps);
    });
  });
  return sum;
}

/** One less the product of two decays. */
function both(first: number, second: number): number {
  return first + second - first * second;
}

/** 1 + r + … + r^(count − 1), where r = 1 − distance. */
function geometricSum(distance: number, count: number): number {
  return -Math.expm1(count * Math.log1p(-distance)) / distance;
}
