import { drawNormal } from '../random.ts';

/** Neighbours of each of `count` points. */
export type Neighbours = {
  /** `count · k` indices of points, nearest first; −1 where there are fewer. */
  readonly indices: Int32Array;
  readonly k: number;
};

/** Up to this many points every pair is looked at. */
const EXACT_MAX = 3000;
/** Sorted sweeps, and how far each looks on either side, beyond that. */
const SWEEPS = 10;
const WINDOW = 16;

/**
 * The `k` nearest points by Euclidean distance. Exact for few points; for many, the nearest among those that stand close to each other in
 * one of several sorted orders (along random directions), so that the cost is O(n log n). A neighbour that is missed can only
 * weaken what is said of an account.
 * @param points `count · dimensions` coordinates
 */
export function nearestAccounts(
  points: Float64Array,
  dimensions: number,
  k: number,
  random: () => number,
): Neighbours {
  const count = points.length / dimensions;
  const indices = new Int32Array(count * k).fill(-1);
  const distances = new Float64Array(count * k).fill(Number.POSITIVE_INFINITY);
  const offer = (a: number, b: number): void => {
    let sum = 0;
    for (let i = 0; i < dimensions; i++) {
      const gap = (points[a * dimensions + i] as number) - (points[b * dimensions + i] as number);
      sum += gap * gap;
    }
    insert(indices, distances, a * k, k, b, sum);
    insert(indices, distances, b * k, k, a, sum);
  };
  if (count <= EXACT_MAX) {
    for (let a = 0; a < count; a++) for (let b = a + 1; b < count; b++) offer(a, b);
    return { indices, k };
  }
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const order = sortedAlong(points, dimensions, randomDirection(dimensions, random));
    for (let at = 0; at < count; at++) {
      const end = Math.min(count, at + WINDOW + 1);
      for (let other = at + 1; other < end; other++) offer(order[at] as number, order[other] as number);
    }
  }
  return { indices, k };
}

/** Keeps a sorted list of the `k` nearest; ties go to the lower index, so that the result does not depend on the order of offers. */
function insert(
  indices: Int32Array,
  distances: Float64Array,
  start: number,
  k: number,
  index: number,
  distance: number,
): void {
  const last = start + k - 1;
  if (!isNearer(distance, index, distances[last] as number, indices[last] as number)) return;
  for (let i = start; i <= last; i++) if (indices[i] === index) return;
  let at = last;
  while (at > start && isNearer(distance, index, distances[at - 1] as number, indices[at - 1] as number)) {
    indices[at] = indices[at - 1] as number;
    distances[at] = distances[at - 1] as number;
    at--;
  }
  indices[at] = index;
  distances[at] = distance;
}

const isNearer = (distance: number, index: number, thanDistance: number, thanIndex: number): boolean =>
  distance < thanDistance || (distance === thanDistance && index < thanIndex);

function sortedAlong(points: Float64Array, dimensions: number, direction: Float64Array): Uint32Array {
  const count = points.length / dimensions;
  const along = new Float64Array(count);
  for (let a = 0; a < count; a++) {
    let sum = 0;
    for (let i = 0; i < dimensions; i++) {
      sum += (points[a * dimensions + i] as number) * (direction[i] as number);
    }
    along[a] = sum;
  }
  return Uint32Array.from({ length: count }, (_, a) => a).sort(
    (a, b) => (along[a] as number) - (along[b] as number) || a - b,
  );
}

function randomDirection(dimensions: number, random: () => number): Float64Array {
  return Float64Array.from({ length: dimensions }, () => drawNormal(random));
}
