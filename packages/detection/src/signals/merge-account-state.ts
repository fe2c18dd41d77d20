import * as at from './account-layout.ts';
import { type AccountState, createAccountState } from './account-state.ts';
import { EXAMPLES } from './examples.ts';
import { dayOf, shiftDays } from './active-days.ts';
import { mergeOpenings } from './frequent-openings.ts';
import { mergeSample } from './sample-keys.ts';

/**
 * The state of an account whose exchanges were folded into two states, neither of them a copy for looks. Sums, counts, samples and bits are what one pass over both gives (floats up
 * to rounding). Two things are nearly so: which exchanges link and which test is as it was in each part, and a gap between parts counts only where `later` begins
 * after `earlier` ends.
 */
export function mergeAccountState(earlier: AccountState, later: AccountState): AccountState {
  if (earlier.exchanges === 0 || later.exchanges === 0) {
    const whole = earlier.exchanges === 0 ? later : earlier;
    return { ...whole, floats: whole.floats.slice(), words: whole.words.slice() };
  }
  const merged = createAccountState(earlier.account, Math.min(earlier.firstTime, later.firstTime));
  addCounts(merged, earlier);
  addCounts(merged, later);
  addGap(merged, later.firstTime - earlier.lastTime);
  addArrays(merged, earlier);
  addArrays(merged, later);
  merged.lastTime = Math.max(earlier.lastTime, later.lastTime);
  const day = dayOf(merged.lastTime);
  const days = (state: AccountState): number => shiftDays(state.activeDays, dayOf(state.lastTime), day);
  merged.activeDays = (days(earlier) | days(later)) >>> 0;
  merged.cellsReached = at.countBits(merged.words, at.CELLS_AT, at.CELLS);
  merged.ownRepeats =
    remembered(earlier) + remembered(later) - at.countBits(merged.words, at.SEEN_AT, at.SEEN_BITS);
  merged.ageS = ageOf(merged.firstTime, earlier) ?? ageOf(merged.firstTime, later);
  merged.network = later.network || earlier.network;
  merged.client = later.client || earlier.client;
  merged.billing = later.billing || earlier.billing;
  merged.model = later.model || earlier.model;
  const pivoted = earlier.model !== 0 && later.model !== 0 && earlier.model !== later.model;
  merged.modelSince = later.modelSince ?? (pivoted ? later.firstTime : earlier.modelSince);
  for (const sort of sorts) merged[sort] = [...earlier[sort], ...later[sort]].slice(0, EXAMPLES);
  return merged;
}

const sorts = ['taskExamples', 'trainingExamples', 'harvestExamples', 'longAnswerExamples'] as const;

const counts = [
  'exchanges',
  'linkExchanges',
  'impersonalTasks',
  'trainingTasks',
  'followUps',
  'harvests',
  'longAnswers',
  'gaps',
  'gapLogSum',
  'gapLogSquares',
] as const;

function addCounts(into: AccountState, part: AccountState): void {
  for (const name of counts) into[name] += part[name];
}

/** Exchanges whose prompts left their bits. */
const remembered = ({ exchanges }: AccountState): number => Math.min(exchanges, at.SEEN_EXCHANGES);

const ageOf = (firstTime: number, { ageS, firstTime: own }: AccountState): number | null =>
  ageS === null ? null : Math.max(0, ageS - (own - firstTime));

function addGap(into: AccountState, gap: number): void {
  if (gap < 0) return;
  const log = Math.log(gap + 1);
  into.gaps++;
  into.gapLogSum += log;
  into.gapLogSquares += log * log;
}

function addArrays(into: AccountState, { floats, words }: AccountState): void {
  for (let i = 0; i < at.FLOATS; i++) into.floats[i] = (into.floats[i] as number) + (floats[i] as number);
  for (let i = at.MARK_COUNTS; i < at.OPENINGS_AT; i++) {
    into.words[i] = (into.words[i] as number) + (words[i] as number);
  }
  mergeOpenings(into.words, words);
  mergeSample(into.words, words, at.PROMPTS_AT, at.PROMPT_KEYS);
  mergeSample(into.words, words, at.TEMPLATES_AT, at.TEMPLATE_KEYS);
  for (let i = at.SEEN_AT; i < at.WORDS; i++)
    into.words[i] = (into.words[i] as number) | (words[i] as number);
}
