import { CELLS, LINK_SUM, SEEN_EXCHANGES, TEST_SUM } from './account-layout.ts';
import { type AccountState, markCount } from './account-state.ts';
import { DIMENSIONS } from './embed-prompt.ts';
import { mainOpeningCount } from './frequent-openings.ts';
import { dayShape, irregularity } from './own-timing.ts';

// From counts to measures that can be compared between accounts with few exchanges and with many: shares are drawn towards a common
// value as if EQUIVALENT exchanges of it had been seen, so that an early accident does not look like a habit.

const EQUIVALENT = 8;
const DAY_S = 86_400;
/** Similarity of two unrelated prompts, and how many pairs of it each account is credited with. */
const USUAL_SIMILARITY = 0.1;
const SIMILARITY_EXCHANGES = 20;

/** Measures of one account, in the order of `ownNames`. */
export const ownNames = [
  'personal',
  'impersonal',
  'training',
  'question',
  'followUp',
  'narrowness',
  'opening',
  'repeats',
  'rate',
  'harvest',
  'coverage',
  'irregularity',
  'dayShape',
] as const;
export type OwnName = (typeof ownNames)[number];
export const own = Object.fromEntries(ownNames.map((name, i) => [name, i])) as Readonly<
  Record<OwnName, number>
>;

/** @param now Unix seconds of the look */
export function ownSignals(state: AccountState, now: number): Float64Array {
  const n = state.exchanges;
  return Float64Array.of(
    logitShare(markCount(state, 'personal'), n, 0.35),
    logitShare(state.impersonalTasks, n, 0.15),
    logitShare(state.trainingTasks, n, 0.05),
    logitShare(markCount(state, 'question'), n, 0.5),
    logitShare(state.followUps, n, 0.15),
    Math.log(similarity(state) + 0.02),
    (mainOpeningCount(state.words) + 0.2) / (n + 4),
    logitShare(state.ownRepeats, Math.min(n, SEEN_EXCHANGES), 0.05),
    Math.log(n / Math.max(0.5, (now - state.firstTime) / DAY_S)),
    logitShare(state.harvests, n, 0.03),
    Math.log((state.cellsReached + 1) / cellsExpected(n)),
    irregularity(state),
    dayShape(state),
  );
}

/** Log odds of a share, drawn towards `usual`, within ±3.9. */
function logitShare(count: number, of: number, usual: number): number {
  const share = (count + EQUIVALENT * usual) / (of + EQUIVALENT);
  const bounded = Math.min(0.98, Math.max(0.02, share));
  return Math.log(bounded / (1 - bounded));
}

/** Cells that as many prompts would reach if each were as likely as any other. */
const cellsExpected = (exchanges: number): number => CELLS * (1 - (1 - 1 / CELLS) ** exchanges) + 1;

/** Mean kernel value of two different prompts of the account: high for narrow use, low for wide. */
export function similarity({ exchanges: n, floats }: AccountState): number {
  let squared = 0;
  for (let i = 0; i < DIMENSIONS; i++) {
    const sum = (floats[LINK_SUM + i] as number) + (floats[TEST_SUM + i] as number);
    squared += sum * sum;
  }
  const within = n > 1 ? (squared - n) / (n * (n - 1)) : USUAL_SIMILARITY;
  return Math.max(0.03, (within * n + USUAL_SIMILARITY * SIMILARITY_EXCHANGES) / (n + SIMILARITY_EXCHANGES));
}
