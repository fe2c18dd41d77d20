import { meanShift } from './mean-shift.ts';
import { type Table, tableOf } from './table.ts';

/** Shares of the reference that are shorter than the lengths counted; more of them at the ends, where a few others show. */
const LENGTH_QUANTILES = [0.02, 0.05, 0.1, 0.2, 0.5, 0.8, 0.9, 0.95];

/** The shift of the shares that are longer than some quantiles of the reference. */
export function lengthShift(reference: Float64Array, window: Float64Array): number {
  const sorted = reference.toSorted();
  const bounds = LENGTH_QUANTILES.map((q) => sorted[Math.floor(q * sorted.length)] as number);
  const exceeds = (lengths: Float64Array): Table =>
    tableOf(
      Array.from(lengths, (length) => bounds.map((bound) => Number(length > bound))),
      bounds.length,
    );
  return meanShift(exceeds(reference), exceeds(window));
}
