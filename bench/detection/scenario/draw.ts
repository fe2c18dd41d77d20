import { drawNormal as drawNormalFrom } from '../../../packages/detection/src/random.ts';
import type { SeededRandom } from '../../../packages/detection/test/seeded-random.ts';

/** A standard normal number. */
export function drawNormal(random: SeededRandom): number {
  return drawNormalFrom(random.next);
}

/** Log-normal with the given median; `spread` is the deviation of its logarithm. */
export function drawLogNormal(median: number, spread: number, random: SeededRandom): number {
  return median * Math.exp(spread * drawNormal(random));
}

/** Poisson; by Knuth below 30, else rounded normal. */
export function drawPoisson(mean: number, random: SeededRandom): number {
  if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * drawNormal(random)));
  let count = 0;
  for (let product = random.next(); product > Math.exp(-mean); product *= random.next()) count++;
  return count;
}

/** Gamma with mean 1 and the given coefficient of variation (Marsaglia and Tsang 2000). */
export function drawGamma(cv: number, random: SeededRandom): number {
  const shape = 1 / (cv * cv);
  if (shape < 1) return (drawGammaShape(shape + 1, random) * random.next() ** (1 / shape)) / shape;
  return drawGammaShape(shape, random) / shape;
}

function drawGammaShape(shape: number, random: SeededRandom): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = drawNormal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** An index below `count`, the first far likelier than the last. */
export function drawZipf(count: number, random: SeededRandom): number {
  return Math.min(count - 1, Math.floor(count ** random.next()) - 1);
}
