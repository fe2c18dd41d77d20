import { lowerBound } from '../calibration/conformal.ts';
import { NEAR, signalNames } from '../linking/neighbour-signals.ts';
import { type AccountState, markNames, SEEN_BITS, SEEN_EXCHANGES } from '../signals/account-state.ts';
import type { MarkName } from '../signals/prompt-marks.ts';
import type { HuntSignal } from './hunt-report.ts';
import type { WatchedAccount } from './watched-account.ts';

// From counts to sentences that a reviewer can check by reading the account's exchanges. A signal is named when the account stands out in
// it against the benign ones; what points the other way is said too. None of it is about a language, a country or a topic.

const DAY_S = 86_400;
/** Beyond this share of benign accounts an account stands out. */
const STANDS_OUT = 0.9;
/** When so many go beyond it, that speaks against a finding. */
const SPEAKS_AGAINST = 0.4;
const TIE = 1e-9;

/** One measure of an account with its words. */
type Measure = {
  readonly name: string;
  readonly value: (state: AccountState) => number;
  /** Larger values point to extraction. */
  readonly points: 'high' | 'low';
  readonly sentence: (state: AccountState, usual: string) => string;
  readonly against: (state: AccountState) => string;
  /** Nothing larger speaks against it, however benign accounts stand. */
  readonly againstMax?: number;
  readonly spell: (value: number) => string;
};

const mark = (state: AccountState, name: MarkName): number =>
  (state.markCounts[markNames.indexOf(name)] as number) / state.exchanges;
const percent = (share: number): string => `${Math.round(share * 100)}%`;
const ofAll = (state: AccountState, share: number): string =>
  `${Math.round(share * state.exchanges)} of ${state.exchanges} prompts`;
const examples = ({ examples: refs }: AccountState): string =>
  refs.length === 0 ? '' : ` (for example exchange ${refs.slice(0, 3).join(', ')})`;

const shareMeasure = (
  name: string,
  points: 'high' | 'low',
  value: (state: AccountState) => number,
  says: string,
  otherwise: string,
): Measure => ({
  name,
  points,
  value,
  spell: percent,
  sentence: (state, usual) =>
    `${ofAll(state, value(state))} ${says}${points === 'high' ? examples(state) : ''}; of benign accounts half have ${usual} or ${points === 'high' ? 'less' : 'more'}.`,
  against: (state) => `${ofAll(state, value(state))} ${otherwise}.`,
});

const measures: readonly Measure[] = [
  shareMeasure(
    'impersonal_tasks',
    'high',
    (state) => state.impersonalTasks / state.exchanges,
    'set a task and speak of nothing of the writer’s own',
    'set a task that stands for itself; the rest is talk or speaks of the writer’s own affairs',
  ),
  shareMeasure(
    'training_value',
    'high',
    (state) => state.trainingTasks / state.exchanges,
    'ask for what is worth training on: steps of reasoning, forced tags or formats, grades by a rubric, rewordings, sets of examples, tool calls',
    'ask for reasoning, forced formats, grades or sets of examples',
  ),
  shareMeasure(
    'personal_context',
    'low',
    (state) => mark(state, 'personal'),
    'speak of the writer’s own life or work',
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

/** Different prompts may meet in one bit of those sent; a count that this explains is none. */
function sureRepeats({ exchanges, ownRepeats }: AccountState): number {
  const n = Math.min(exchanges, SEEN_EXCHANGES);
  const chance = (n * n) / (2 * SEEN_BITS);
  return ownRepeats > 1 + chance + 3 * Math.sqrt(chance) ? ownRepeats : 0;
}

function perDay(state: AccountState): number {
  return state.exchanges / Math.max(0.5, (state.lastTime - state.firstTime) / DAY_S);
}

/** What benign accounts usually show, for comparison; made once a report. */
export type Usual = ReadonlyMap<string, Float64Array>;

export function usualOf(benign: Iterable<WatchedAccount>): Usual {
  const states = [...benign].map(({ state }) => state).filter((state) => state.exchanges > 0);
  return new Map(measures.map(({ name, value }) => [name, Float64Array.from(states, value).sort()]));
}

/** Signals that stand out, the clearest first, and what speaks against; what would have cleared any account is {@link CLEARED}. */
export function describeAccount(
  { state, signals }: WatchedAccount,
  usual: Usual,
): { signals: HuntSignal[]; against: string[] } {
  const standing = measures.flatMap((measure) => {
    const benign = usual.get(measure.name) as Float64Array;
    if (benign.length === 0) return [];
    const value = measure.value(state);
    const less = rank(benign, value);
    const more = 1 - rank(benign, value + TIE);
    const [beyond, before] = measure.points === 'high' ? [less, more] : [more, less];
    // Shares of benign accounts that it goes beyond, and that go beyond it; those that tie with it are in neither.
    return { measure, value, benign, beyond, before };
  });
  const said = standing
    .filter(({ beyond }) => beyond >= STANDS_OUT)
    .sort((a, b) => b.beyond - a.beyond)
    .map(({ measure, value, benign }) => ({
      name: measure.name,
      value: Number(value.toPrecision(6)),
      sentence: measure.sentence(state, measure.spell(benign[benign.length >> 1] ?? 0)),
    }));
  const against = standing
    .filter(
      ({ measure, value, before }) => before >= SPEAKS_AGAINST && value <= (measure.againstMax ?? value),
    )
    .sort((a, b) => b.before - a.before)
    .slice(0, 3)
    .map(({ measure }) => measure.against(state));
  const linked = signals === undefined ? [] : describeNeighbours(signals);
  return { signals: [...linked, ...said], against };
}

/** How the account stands to those most like it, where the clearest look was one at everybody together. */
function describeNeighbours(signals: Float64Array): HuntSignal[] {
  if (signals.length < signalNames.length) return [];
  const of = (name: (typeof signalNames)[number]): number => signals[signalNames.indexOf(name)] as number;
  const said: HuntSignal[] = [];
  const difference = of('difference');
  if (difference < 0.25)
    said.push({
      name: 'homogeneity',
      value: Number(difference.toPrecision(6)),
      sentence: `On exchanges that were not used to find them, the ${NEAR} accounts most like it differ from it by ${percent(Math.max(0, difference))} of what accounts usually differ by: no more than samples of one pool would.`,
    });
  const pace = Math.exp(of('paceSpread'));
  if (pace < 1.5)
    said.push({
      name: 'same_pace',
      value: Number(pace.toPrecision(6)),
      sentence: `Those accounts keep its pace, within a factor of ${pace.toFixed(2)} on average.`,
    });
  const hours = Math.exp(of('startSpread')) - 1;
  const about = Math.max(1, Math.round(hours));
  if (hours < 24)
    said.push({
      name: 'started_together',
      value: Number(hours.toPrecision(6)),
      sentence: `They began within about ${about} ${about === 1 ? 'hour' : 'hours'} of it.`,
    });
  const opening = of('sameOpening');
  if (opening > 0.25)
    said.push({
      name: 'shared_opening',
      value: Number(opening.toPrecision(6)),
      sentence: `${percent(opening)} of them repeat the same opening words with other endings.`,
    });
  return said;
}

/** Share of the benign values below this one. */
function rank(ascending: Float64Array, value: number): number {
  return lowerBound(ascending, value) / ascending.length;
}

export const CLEARED =
  'It would have been cleared by prompts of its own interest, going on with answers, or a pace and a content unlike those of other accounts.';
