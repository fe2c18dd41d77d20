import { meanShift } from './mean-shift.ts';
import { createNormalScores } from './normal-scores.ts';
import { LENGTH_AT, PROFILE, profilePrompt } from './profile-prompt.ts';
import { columnOf, type Table, tableOf } from './table.ts';
import type { WindowTest } from './window-test.ts';

/** Shares of the reference that are shorter than the lengths counted; more of them at the ends, where a few others show. */
const LENGTH_QUANTILES = [0.02, 0.05, 0.1, 0.2, 0.5, 0.8, 0.9, 0.95];

/**
 * How the prompts of a window are written against how those of the reference are: the shift of the mean profile, and of the shares of short
 * and long prompts. Knows benign prompts alone. Its state is sums (29 numbers a window) beside a sorted reference: 21 look-ups an exchange.
 */
export const profileWindowTest: WindowTest = {
  name: 'profile of writing',
  create() {
    const known = new Map<string, Float64Array>();
    const profile = (prompt: string): Float64Array => {
      const found = known.get(prompt) ?? profilePrompt(prompt);
      known.set(prompt, found);
      return found;
    };
    return (reference, window) => {
      const [a, b] = [reference, window].map((prompts) => tableOf(prompts.map(profile), PROFILE)) as [
        Table,
        Table,
      ];
      const score = createNormalScores(a);
      return meanShift(score(a), score(b)) + lengthShift(columnOf(a, LENGTH_AT), columnOf(b, LENGTH_AT));
    };
  },
};

/** The shift of the shares that are longer than some quantiles of the reference. */
function lengthShift(reference: Float64Array, window: Float64Array): number {
  const sorted = reference.toSorted();
  const bounds = LENGTH_QUANTILES.map((q) => sorted[Math.floor(q * sorted.length)] as number);
  const exceeds = (lengths: Float64Array): Table =>
    tableOf(
      Array.from(lengths, (length) => bounds.map((bound) => Number(length > bound))),
      bounds.length,
    );
  return meanShift(exceeds(reference), exceeds(window));
}
