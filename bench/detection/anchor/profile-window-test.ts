import { lengthShift } from './length-shift.ts';
import { meanShift } from './mean-shift.ts';
import { createNormalScores } from './normal-scores.ts';
import { LENGTH_AT, PROFILE, profilePrompt } from './profile-prompt.ts';
import { columnOf, type Table, tableOf } from './table.ts';
import type { WindowTest } from './window-test.ts';

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
