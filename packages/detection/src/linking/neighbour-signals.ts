import { own, ownNames } from '../signals/account-signals.ts';
import type { AccountState } from '../signals/account-state.ts';
import { type Coordinates, COORDINATES, coordinatesOf, testedExchanges } from './account-coordinates.ts';
import { type Neighbours, nearestAccounts } from './nearest-accounts.ts';
import { AXES } from './principal-axes.ts';
import { createSharedKeys, liftOf, shareOf } from './shared-keys.ts';
import { daysApart, hoursApart, turnTogether } from './synchrony.ts';
import { PROMPT_KEYS, PROMPTS_AT, TEMPLATE_KEYS, TEMPLATES_AT } from '../signals/account-layout.ts';
import { mainOpening, repeatsOpening } from '../signals/frequent-openings.ts';

// How an account stands to those most like it. Neighbours are found on one half of the exchanges (and on pace and age); how
// far the neighbours really agree is measured on the other half, less what sampling noise alone would give. Members of a
// campaign are samples of one pool and differ less from each other than people do.

/** Neighbours looked at, near and wide. */
export const NEAR = 8;
export const WIDE = 24;
const DIFFERENCE_MIN = -1;
const DIFFERENCE_MAX = 4;

/** Measured over the near and again over the wide neighbourhood. */
const spreadNames = [
  'difference',
  'paceSpread',
  'startSpread',
  'styleSpread',
  'impersonalNear',
  'personalNear',
  'trainingNear',
  'followUpNear',
  'repeatsNear',
  'known',
  'sameOpening',
  'hoursApart',
  'daysApart',
  'turns',
] as const;
export const linkedNames = [
  ...spreadNames,
  'templates',
  'templatesLift',
  'prompts',
  'publicPrompts',
  'mutual',
  ...spreadNames.map((name) => `${name}Wide` as const),
] as const;

/** What is looked at together at one time. `known`: a benign account of the calibration. */
export type Crowd = {
  readonly states: readonly AccountState[];
  readonly known: readonly boolean[];
  /** Seconds since the first exchange of the account's side. */
  readonly times: readonly number[];
  /** Own signals. */
  readonly signals: readonly Float64Array[];
};

/** Signals of each member of the crowd (own ones, then linked ones), and who its neighbours are. */
export type Look = { readonly signals: readonly Float64Array[]; readonly neighbours: Neighbours };

export function lookAt(crowd: Crowd, random: () => number): Look {
  const { states, known } = crowd;
  const coordinates = coordinatesOf(crowd);
  const neighbours = nearestAccounts(coordinates.linked, COORDINATES, WIDE, random);
  const knownShare = known.filter(Boolean).length / states.length;
  const measure = createMeasure(crowd, knownShare, coordinates, neighbours);
  const templates = createSharedKeys(states, { at: TEMPLATES_AT, size: TEMPLATE_KEYS });
  const prompts = createSharedKeys(states, { at: PROMPTS_AT, size: PROMPT_KEYS });
  const share = (a: number): number[] => {
    const others = nearest(neighbours, a, NEAR);
    const [alike, same] = [templates.with(a, others), prompts.with(a, others)];
    return [shareOf(alike, others.length), liftOf(alike), shareOf(same, others.length), prompts.public(a)];
  };
  const signals = states.map((_, a) => {
    return Float64Array.from([
      ...(crowd.signals[a] as Float64Array),
      ...measure(a, NEAR),
      ...share(a),
      mutualShare(neighbours, a),
      ...measure(a, WIDE),
    ]);
  });
  return { signals, neighbours };
}

/** Averages over the first `k` neighbours of an account, in the order of `spreadNames`. */
function createMeasure(
  { states, known, times, signals }: Crowd,
  knownShare: number,
  coordinates: Coordinates,
  neighbours: Neighbours,
): (account: number, k: number) => number[] {
  const openings = states.map(({ words }) => mainOpening(words));
  return (a, k) => {
    const mine = signals[a] as Float64Array;
    const state = states[a] as AccountState;
    const sums = new Float64Array(spreadNames.length);
    let found = 0;
    for (let j = 0; j < k; j++) {
      const b = neighbours.indices[a * neighbours.k + j] as number;
      if (b < 0) break;
      found++;
      const other = signals[b] as Float64Array;
      const theirs = states[b] as AccountState;
      const gap = (name: 'rate' | 'personal' | 'impersonal' | 'followUp' | 'question'): number =>
        Math.abs((mine[own[name]] as number) - (other[own[name]] as number));
      const values = [
        differenceOf(coordinates, states, a, b),
        gap('rate'),
        Math.log(1 + Math.abs(state.firstTime - theirs.firstTime) / 3600),
        gap('personal') + gap('impersonal') + gap('followUp') + gap('question'),
        other[own.impersonal] as number,
        other[own.personal] as number,
        other[own.training] as number,
        other[own.followUp] as number,
        other[own.repeats] as number,
        known[b] ? 1 : 0,
        repeatsOpening(theirs.words, openings[a] as number) ? 1 : 0,
        hoursApart(state, theirs),
        daysApart(state, theirs),
        turnTogether(state, theirs, [times[a] as number, times[b] as number]) ? 1 : 0,
      ];
      values.forEach((value, i) => {
        sums[i] = (sums[i] as number) + value;
      });
    }
    return [...sums].map((sum, i) => {
      const mean = sum / Math.max(1, found);
      if (spreadNames[i] === 'difference') return Math.min(DIFFERENCE_MAX, Math.max(DIFFERENCE_MIN, mean));
      // How much rarer or more frequent known accounts are around this one than at large.
      if (spreadNames[i] === 'known') return Math.log((sum + 0.5) / (found * knownShare + 0.5));
      return mean;
    });
  };
}

/** Squared distance of two accounts on the testing half, less sampling noise, in units of how much accounts differ. */
function differenceOf(
  { tested, noise, scale }: Coordinates,
  states: readonly AccountState[],
  a: number,
  b: number,
): number {
  const shares =
    1 / testedExchanges(states[a] as AccountState) + 1 / testedExchanges(states[b] as AccountState);
  let sum = 0;
  for (let i = 0; i < AXES; i++) {
    const gap = (tested[a * AXES + i] as number) - (tested[b * AXES + i] as number);
    sum += (gap * gap - (noise[i] as number) * shares) / ((scale[i] as number) ** 2 * AXES);
  }
  return sum;
}

const nearest = ({ indices, k: all }: Neighbours, account: number, k: number): number[] =>
  [...indices.subarray(account * all, account * all + k)].filter((other) => other >= 0);

/** Share of the near neighbours that have this account among their near ones. */
function mutualShare({ indices, k }: Neighbours, account: number): number {
  let mutual = 0;
  for (let j = 0; j < NEAR; j++) {
    const other = indices[account * k + j] as number;
    if (other < 0) break;
    for (let q = 0; q < NEAR; q++) if (indices[other * k + q] === account) mutual++;
  }
  return mutual / NEAR;
}

export const signalNames = [...ownNames, ...linkedNames] as const;
