import { PrivacyError } from '../privacy-error.ts';
import type { SamplingWitness } from '../events/privacy-event.ts';
import { normalTail } from './normal-tail.ts';

/** Chance that batches that were truly drawn are refused. */
const REFUSED = 1e-9;

/**
 * Holds the sizes of the batches against those of Poisson sampling: each is binomial, so that their sum and their scatter are known. A
 * loader that cuts a shuffled list gives equal sizes, and such a run is not amplified. Sizes that fit prove nothing of how they came about.
 * @throws PrivacyError `cannot_account`
 */
export function checkWitness({ units, batchSizes }: SamplingWitness, rate: number, steps: number): void {
  if (batchSizes.length !== steps) refuse(`it has ${batchSizes.length} batch sizes for ${steps} steps`);
  if (!batchSizes.every((size) => Number.isInteger(size) && size >= 0 && size <= units)) {
    refuse('a batch size is no whole number between 0 and the number of units');
  }
  if (rate === 1) return;
  const mean = units * rate;
  const variance = mean * (1 - rate);
  const total = batchSizes.reduce((sum, size) => sum + size, 0);
  if (2 * tail(Math.abs(total - steps * mean) - 0.5, Math.sqrt(steps * variance)) < REFUSED) {
    refuse('the batches are larger or smaller than the rate says');
  }
  // Wilson and Hilferty 1931: the cube root of chi-square over its degrees is nearly normal.
  const scatter = batchSizes.reduce((sum, size) => sum + (size - mean) ** 2, 0) / variance;
  const width = Math.sqrt(2 / (9 * steps));
  const score = Math.abs(Math.cbrt(scatter / steps) - (1 - width * width)) / width;
  if (variance >= 1 && 2 * normalTail(score) < REFUSED)
    refuse('the batches do not scatter as Poisson samples do');
}

function tail(distance: number, deviation: number): number {
  return distance <= 0 ? 0.5 : normalTail(distance / deviation);
}

function refuse(reason: string): never {
  throw new PrivacyError(
    'cannot_account',
    `The witness of Poisson sampling does not hold: ${reason}. State the sampling as shuffled, which is accounted without amplification.`,
  );
}
