import { SEEN_BITS, SEEN_EXCHANGES } from '../signals/account-layout.ts';
import { type AccountState, markCount } from '../signals/account-state.ts';
import { dayShape, irregularity, perDay } from '../signals/own-timing.ts';
import type { MarkName } from '../signals/prompt-marks.ts';

// Measures of one account by itself, each with a sentence that a reviewer can check by reading its exchanges.

const DAY_S = 86_400;
/** Exchanges below which the hours of the day say nothing of nights. */
const HOURS_EXCHANGES_MIN = 24;
const GAPS_MIN = 8;

/** One measure of an account with its words. */
export type Measure = {
  readonly name: string;
  /** Undefined where nothing is known or too little was sent. */
  readonly value: (state: AccountState) => number | undefined;
  /** Larger values point to extraction. */
  readonly points: 'high' | 'low';
  readonly sentence: (state: AccountState, usual: string) => string;
  readonly against: (state: AccountState) => string;
  /** Nothing larger speaks against it, however benign accounts stand. */
  readonly againstMax?: number;
  /** … and nothing smaller. */
  readonly againstMin?: number;
  readonly spell: (value: number) => string;
  /** References of exchanges that show it, where such are kept. */
  readonly examples?: (state: AccountState) => readonly number[];
};

const mark = (state: AccountState, name: MarkName): number => markCount(state, name) / state.exchanges;
export const percent = (share: number): string => `${Math.round(share * 100)}%`;
const ofAll = (state: AccountState, share: number): string =>
  `${Math.round(share * state.exchanges)} of ${state.exchanges} prompts`;
const cite = (refs: readonly number[]): string =>
  refs.length === 0 ? '' : ` (for example exchange ${refs.join(', ')})`;

const shareMeasure = (
  name: string,
  points: 'high' | 'low',
  value: (state: AccountState) => number,
  says: string,
  otherwise: string,
  examples: (state: AccountState) => readonly number[] = () => [],
): Measure => ({
  name,
  points,
  value,
  spell: percent,
  examples,
  sentence: (state, usual) =>
    `${ofAll(state, value(state))} ${says}${cite(examples(state))}; of benign accounts half have ${usual} or ${points === 'high' ? 'less' : 'more'}.`,
  against: (state) => `${ofAll(state, value(state))} ${otherwise}.`,
});

const timeMeasures: readonly Measure[] = [
  {
    name: 'even_pace',
    points: 'low',
    value: (state) => (state.gaps < GAPS_MIN ? undefined : irregularity(state)),
    spell: (value) => Math.exp(value).toFixed(1),
    sentence: (state, usual) =>
      `The ${state.gaps} pauses between its exchanges are alike, within a factor of ${Math.exp(irregularity(state)).toFixed(1)}; of benign accounts half have ${usual} or more.`,
    against: (state) =>
      `The ${state.gaps} pauses between its exchanges differ by a factor of ${Math.exp(irregularity(state)).toFixed(1)}: sittings with rests between, as people’s are.`,
    // Exchanges at random moments have 1.3.
    againstMin: 1.6,
  },
  {
    name: 'day_and_night',
    points: 'low',
    value: (state) => (state.exchanges < HOURS_EXCHANGES_MIN ? undefined : dayShape(state)),
    spell: percent,
    sentence: (state, usual) =>
      `Its ${state.exchanges} exchanges are spread over day and night: they gather by ${percent(dayShape(state))}, where 100% would be one moment of the day; of benign accounts half have ${usual} or more.`,
    against: (state) =>
      `It sends at some hours of the day and rests at others (its exchanges gather by ${percent(dayShape(state))}), as people do.`,
    againstMin: 0.3,
  },
  {
    name: 'volume_for_age',
    points: 'high',
    value: (state) => (state.ageS === null ? undefined : perDay(state) / (1 + state.ageS / DAY_S)),
    spell: (value) => value.toPrecision(2),
    sentence: (state) =>
      `It had existed for ${ageOf(state)} days when it began, and made ${perDay(state).toFixed(0)} exchanges a day since: more for its age than nine tenths of the benign accounts.`,
    against: (state) => `It had existed for ${ageOf(state)} days when it began.`,
  },
];

export const measures: readonly Measure[] = [
  shareMeasure(
    'impersonal_tasks',
    'high',
    (state) => state.impersonalTasks / state.exchanges,
    'set a task and speak of nothing of the writer’s own',
    'set a task that stands for itself; the rest is talk or speaks of the writer’s own affairs',
    (state) => state.taskExamples,
  ),
  shareMeasure(
    'training_value',
    'high',
    (state) => state.trainingTasks / state.exchanges,
    'ask for what is worth training on: steps of reasoning, forced tags or formats, grades by a rubric, rewordings, sets of examples, tool calls',
    'ask for reasoning, forced formats, grades or sets of examples',
    (state) => state.trainingExamples,
  ),
  shareMeasure(
    'personal_context',
    'low',
    (state) => mark(state, 'personal'),
    'speak of the writer’s own life or work, by words for “my” and “I” in some twenty-five languages',
    'speak of the writer’s own life or work, which generated prompts seldom do',
  ),
  shareMeasure(
    'follow_ups',
    'low',
    (state) => state.followUps / state.exchanges,
    'go on with an earlier answer',
    'go on with an earlier answer, which people do and harvesting does not need',
  ),
  shareMeasure(
    'own_repeats',
    'low',
    (state) => sureRepeats(state) / state.exchanges,
    'had been sent by the account before',
    'had been sent by the account before, as monitors and evaluation runs do',
  ),
  shareMeasure(
    'harvested_settings',
    'high',
    (state) => state.harvests / state.exchanges,
    'ask for log probabilities, biased tokens or several answers at once',
    'ask for log probabilities or several answers',
    (state) => state.harvestExamples,
  ),
  {
    name: 'coverage',
    points: 'high',
    value: (state) => state.cellsReached / state.exchanges,
    spell: (value) => value.toFixed(2),
    sentence: (state, usual) =>
      `${state.exchanges} prompts reached ${state.cellsReached} different semantic cells, ${(state.cellsReached / state.exchanges).toFixed(2)} each; half of the benign accounts reach ${usual} or less.`,
    against: (state) =>
      `The prompts keep to a narrow field: ${state.exchanges} reached ${state.cellsReached} semantic cells.`,
    // An account with few exchanges reaches more cells for each: seen beside those, any longer life is narrow.
    againstMax: 0.5,
  },
  shareMeasure(
    'longest_answers',
    'high',
    (state) => state.longAnswers / state.exchanges,
    'ask for the longest answers (4,096 tokens and more) or had one as long as was asked for',
    'ask for the longest answers',
    (state) => state.longAnswerExamples,
  ),
  ...timeMeasures,
  {
    name: 'volume',
    points: 'high',
    value: perDay,
    spell: (value) => value.toFixed(0),
    sentence: (state, usual) =>
      `${perDay(state).toFixed(0)} exchanges a day; half of the benign accounts make ${usual} or fewer.`,
    against: (state) => `The volume is small: ${perDay(state).toFixed(1)} exchanges a day.`,
  },
];

/** References of exchanges that show a signal of the account: its own where the measure has some, else early ones that set a task. */
export function examplesOf(state: AccountState, name?: string): readonly number[] {
  const own = measures.find((measure) => measure.name === name)?.examples?.(state) ?? [];
  const { taskExamples, trainingExamples } = state;
  return own.length > 0 ? own : taskExamples.length > 0 ? taskExamples : trainingExamples;
}

/** Different prompts may meet in one bit of those sent; a count that this explains is none. */
function sureRepeats({ exchanges, ownRepeats }: AccountState): number {
  const n = Math.min(exchanges, SEEN_EXCHANGES);
  const chance = (n * n) / (2 * SEEN_BITS);
  return ownRepeats > 1 + chance + 3 * Math.sqrt(chance) ? ownRepeats : 0;
}

const ageOf = ({ ageS }: AccountState): string => ((ageS ?? 0) / DAY_S).toFixed(1);
