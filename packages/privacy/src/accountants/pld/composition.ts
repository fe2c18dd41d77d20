import { inverseTransform, mirrored, transform, transformError } from './fourier.ts';
import type { TiltedLaw } from './tilted-law.ts';

/** Two laws that bound one release from above and from below, on grids of one step. */
export type BoundedLaw = { readonly upper: TiltedLaw; readonly lower: TiltedLaw; readonly count: number };

/** Weights of the sums, modulo the size: index i holds all sums whose index is i modulo the size. */
export type Wrapped = {
  readonly upper: Float64Array;
  readonly lower: Float64Array /** Of either, in the 2-norm. */;
  readonly error: number;
};

/** Coefficients whose power is less than exp(−CUT) are taken to be zero. */
const CUT = 46;

/**
 * The law of the sum of `count` draws of each: powers in the frequency domain. Both laws go through one complex transform, the upper one
 * as its real part.
 * @param size a power of two
 */
export function composeLaws(laws: readonly BoundedLaw[], size: number): Wrapped {
  const product = {
    upperRe: ones(size),
    upperIm: new Float64Array(size),
    lowerRe: ones(size),
    lowerIm: new Float64Array(size),
  };
  const unit = transformError(size);
  let error = unit + Math.exp(-CUT);
  for (const { upper, lower, count } of laws) {
    const re = wrap(upper.weights, size);
    const im = wrap(lower.weights, size);
    transform(re, im);
    multiplyPowers(product, re, im, count);
    // Each factor is at most 1 in size, so that an error grows at most by the number of factors; a product adds √5/2 units.
    error += count * (unit + 1.2 * Number.EPSILON) * (upper.norm + lower.norm);
  }
  const { upperRe, upperIm, lowerRe, lowerIm } = product;
  for (let k = 0; k < size; k += 1) {
    upperRe[k] = ((upperRe[k] as number) - (lowerIm[k] as number)) / size;
    upperIm[k] = ((upperIm[k] as number) + (lowerRe[k] as number)) / size;
  }
  inverseTransform(upperRe, upperIm);
  return { upper: upperRe, lower: upperIm, error: 1.1 * error };
}

function ones(size: number): Float64Array {
  return new Float64Array(size).fill(1);
}

function wrap(weights: Float64Array, size: number): Float64Array {
  const wrapped = new Float64Array(size);
  for (let i = 0; i < weights.length; i += 1) {
    const place = i & (size - 1);
    wrapped[place] = (wrapped[place] as number) + (weights[i] as number);
  }
  return wrapped;
}

type Product = {
  readonly upperRe: Float64Array;
  readonly upperIm: Float64Array;
  readonly lowerRe: Float64Array;
  readonly lowerIm: Float64Array;
};

/** Takes the two real laws' coefficients out of the packed one, raises them to `count`, and multiplies them in. */
function multiplyPowers(
  { upperRe, upperIm, lowerRe, lowerIm }: Product,
  re: Float64Array,
  im: Float64Array,
  count: number,
): void {
  const least = Math.exp((-2 * CUT) / count);
  for (let k = 0; k < re.length; k += 1) {
    const m = mirrored(k);
    if (m < k) continue;
    const [a, b, c, d] = [re[k] as number, im[k] as number, re[m] as number, im[m] as number];
    multiplyPower(upperRe, upperIm, k, m, (a + c) / 2, (b - d) / 2, count, least);
    multiplyPower(lowerRe, lowerIm, k, m, (b + d) / 2, (c - a) / 2, count, least);
  }
}

/** Multiplies the coefficient at k by (x + iy)^count, where its squared size is above `least`, and the one at its mirror by the conjugate. */
function multiplyPower(
  re: Float64Array,
  im: Float64Array,
  k: number,
  m: number,
  x: number,
  y: number,
  count: number,
  least: number,
): void {
  let [a, b] = [re[k] as number, im[k] as number];
  if (x * x + y * y <= least) [a, b] = [0, 0];
  let [u, v] = [x, y];
  for (let left = count; left > 0 && (a !== 0 || b !== 0); left = Math.floor(left / 2)) {
    if (left % 2 === 1) [a, b] = [a * u - b * v, a * v + b * u];
    [u, v] = [u * u - v * v, 2 * u * v];
  }
  re[k] = a;
  im[k] = b;
  re[m] = a;
  im[m] = -b;
}
