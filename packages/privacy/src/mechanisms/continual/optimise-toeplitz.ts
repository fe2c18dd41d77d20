import { PrivacyError } from '../../privacy-error.ts';
import { type BufferedToeplitz, pairFromDistances } from './buffered-toeplitz.ts';
import { minimise } from './minimise.ts';
import { factorisationLoss } from './toeplitz-loss.ts';

const BUFFERS_MAX = 5;

/**
 * The factorisation of `buffers` buffers whose worst running sum over `steps` steps has the least variance, where one unit adds to one
 * step. A local minimum from one start; any result is a valid factorisation, a poor one only costs accuracy.
 * @throws PrivacyError `out_of_range`
 */
export function optimiseToeplitz(steps: number, buffers: number): BufferedToeplitz {
  if (!Number.isSafeInteger(steps) || steps < 2 || steps > 1e8) {
    throw new PrivacyError('out_of_range', 'The steps of a stream must be a whole number from 2 to 1e8.');
  }
  if (!Number.isSafeInteger(buffers) || buffers < 1 || buffers > BUFFERS_MAX) {
    throw new PrivacyError('out_of_range', `Buffers must be a whole number from 1 to ${BUFFERS_MAX}.`);
  }
  const distances = (logs: readonly number[], side: number): number[] =>
    logs.filter((_, index) => index % 2 === side).map(Math.exp);
  const best = minimise(
    (logs) => {
      // Decays of C and of its inverse take turns, which is what the signs of the scales ask for; none reaches 0.
      const ordered = logs.every((each, index) => index === 0 || each > (logs[index - 1] as number));
      if (!ordered || (logs.at(-1) as number) >= 0) return Infinity;
      // The logarithm is as flat at its minimum for few steps as for many.
      return Math.log(factorisationLoss(distances(logs, 0), distances(logs, 1), steps));
    },
    startOf(steps, buffers),
  );
  return pairFromDistances(distances(best, 0), distances(best, 1))[0];
}

/** Logarithms of the distances from 1, in even steps from a few over the steps to a half. */
function startOf(steps: number, buffers: number): number[] {
  const [least, most] = [Math.log(Math.min(0.2, 4 / steps)), Math.log(0.5)];
  const count = 2 * buffers;
  return Array.from({ length: count }, (_, index) => least + ((most - least) * index) / (count - 1));
}
