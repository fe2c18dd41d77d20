import { hashText, mix } from '../hash32.ts';
import type { Traffic } from '../traffic.ts';
import * as at from './account-layout.ts';
import { dayOf, noteDay } from './active-days.ts';
import { addSettings } from './add-settings.ts';
import { DIMENSIONS, type Embedder } from './embed-prompt.ts';
import { NONE, withExample } from './examples.ts';
import { countOpening } from './frequent-openings.ts';
import { openingOf } from './opening.ts';
import { type MarkName, marks, marksOf, trainingMarks } from './prompt-marks.ts';
import { sampleKey } from './sample-keys.ts';

// What is remembered of one account: counts and sums, never a word of a prompt. About 3 KB, whatever the account sends.

export type AccountState = at.AccountArrays & {
  readonly account: string;
  exchanges: number;
  /** Of these, those that link; the others test what was linked. */
  linkExchanges: number;
  firstTime: number;
  lastTime: number;
  /** Seconds that the account had existed at its first exchange, where known. */
  ageS: number | null;
  /** Exchanges that give a task and nothing personal. */
  impersonalTasks: number;
  /** Exchanges with a mark of training value. */
  trainingTasks: number;
  /** Exchanges that go on with an earlier dialogue. */
  followUps: number;
  /** Exchanges that ask for log probabilities, biased tokens or several answers. */
  harvests: number;
  /** Exchanges that ask for the longest answers, or had one as long as was asked for. */
  longAnswers: number;
  /** Exchanges whose prompt the account had sent before. */
  ownRepeats: number;
  /** Semantic cells that were reached. */
  cellsReached: number;
  /** Sums over the logarithm of gaps between exchanges in seconds. */
  gaps: number;
  gapLogSum: number;
  gapLogSquares: number;
  /** See `active-days.ts`. */
  activeDays: number;
  /** Hashes of where requests came from and who pays; 0 where unknown. The latest of each. */
  network: number;
  client: number;
  billing: number;
  /** Hash of the model that was asked last, 0 where unknown, and since when it is another than before; null where it never changed. */
  model: number;
  modelSince: number | null;
  /** `Traffic.ref` of early exchanges of each sort that is counted above, so that a sentence cites what shows it. */
  taskExamples: readonly number[];
  trainingExamples: readonly number[];
  harvestExamples: readonly number[];
  longAnswerExamples: readonly number[];
};

const DAY_S = 86_400;

export function createAccountState(account: string, time: number): AccountState {
  return {
    account,
    ...at.createAccountArrays(),
    exchanges: 0,
    linkExchanges: 0,
    firstTime: time,
    lastTime: time,
    ageS: null,
    impersonalTasks: 0,
    trainingTasks: 0,
    followUps: 0,
    harvests: 0,
    longAnswers: 0,
    ownRepeats: 0,
    cellsReached: 0,
    gaps: 0,
    gapLogSum: 0,
    gapLogSquares: 0,
    activeDays: 0,
    network: 0,
    client: 0,
    billing: 0,
    model: 0,
    modelSince: null,
    taskExamples: NONE,
    trainingExamples: NONE,
    harvestExamples: NONE,
    longAnswerExamples: NONE,
  };
}

/** The state as it stands, as far as looks read it: bits that only tell whether a prompt or a cell is new stay behind. */
export function copyForLooks(state: AccountState): AccountState {
  return { ...state, floats: state.floats.slice(), words: state.words.slice(0, at.SEEN_AT) };
}

export const markCount = ({ words }: AccountState, name: MarkName): number =>
  words[at.MARK_COUNTS + at.markNames.indexOf(name)] as number;

/**
 * Folds one exchange of the account in; O(length of the prompt), no allocation that stays.
 * @param elapsed seconds since the first exchange of the account's side
 */
export function addExchange(
  state: AccountState,
  traffic: Traffic,
  elapsed: number,
  embedder: Embedder,
): void {
  addContent(state, traffic, embedder);
  addTime(state, traffic.time, elapsed);
  addSettings(state, traffic);
  addOrigin(state, traffic, elapsed);
  state.exchanges++;
}

function addContent(state: AccountState, { prompt, messages, ref }: Traffic, embedder: Embedder): void {
  const { words } = state;
  const links = state.exchanges % 2 === 0;
  if (links) state.linkExchanges++;
  else addKeys(words, prompt, embedder);
  addPoint(state.floats, links ? at.LINK_SUM : at.TEST_SUM, embedder.embed(prompt));
  if (at.setBit(words, at.CELLS_AT, embedder.cell())) state.cellsReached++;
  if (state.exchanges < at.SEEN_EXCHANGES) {
    if (!at.setBit(words, at.SEEN_AT, hashText(prompt, 1) & (at.SEEN_BITS - 1))) state.ownRepeats++;
  }
  const found = marksOf(prompt);
  for (let i = 0; i < at.markNames.length; i++) {
    if (found & (1 << i)) words[at.MARK_COUNTS + i] = (words[at.MARK_COUNTS + i] as number) + 1;
  }
  const training = (found & trainingMarks) !== 0;
  const impersonal = (found & marks.personal) === 0 && ((found & marks.instruction) !== 0 || training);
  if (training) {
    state.trainingTasks++;
    state.trainingExamples = withExample(state.trainingExamples, ref);
  }
  if (impersonal) {
    state.impersonalTasks++;
    state.taskExamples = withExample(state.taskExamples, ref);
  }
  if (messages?.some((message) => message.role === 'assistant') === true) state.followUps++;
  countOpening(words, openingOf(prompt));
}

/** Of the testing half alone: accounts are linked by the other. */
function addKeys(words: Uint32Array, prompt: string, { keyer }: Embedder): void {
  if (!keyer.read(prompt)) return;
  sampleKey(words, at.PROMPTS_AT, at.PROMPT_KEYS, keyer.whole());
  for (const key of keyer.templates()) {
    if (key !== 0) sampleKey(words, at.TEMPLATES_AT, at.TEMPLATE_KEYS, key);
  }
}

function addPoint(floats: Float32Array, from: number, point: Float32Array): void {
  for (let i = 0; i < DIMENSIONS; i++) floats[from + i] = (floats[from + i] as number) + (point[i] as number);
}

function addTime(state: AccountState, time: number, elapsed: number): void {
  const gap = elapsed - state.lastTime;
  if (state.exchanges > 0 && gap >= 0) {
    const log = Math.log(gap + 1);
    state.gaps++;
    state.gapLogSum += log;
    state.gapLogSquares += log * log;
  }
  const angle = ((time % DAY_S) / DAY_S) * 2 * Math.PI;
  const { floats } = state;
  floats[at.DAY_COSINE] = (floats[at.DAY_COSINE] as number) + Math.cos(angle);
  floats[at.DAY_SINE] = (floats[at.DAY_SINE] as number) + Math.sin(angle);
  state.activeDays = noteDay(state.activeDays, dayOf(state.lastTime), dayOf(elapsed));
  state.firstTime = Math.min(state.firstTime, elapsed);
  state.lastTime = Math.max(state.lastTime, elapsed);
}

function addOrigin(state: AccountState, traffic: Traffic, elapsed: number): void {
  const { network, billing, created, model } = traffic;
  if (network?.ip !== undefined) state.network = hashText(network.ip, 2) || 1;
  if (network?.tls !== undefined || network?.userAgent !== undefined) {
    state.client = mix(hashText(network.tls ?? '', 3) ^ hashText(network.userAgent ?? '', 4)) || 1;
  }
  if (billing !== null) state.billing = hashText(billing, 5) || 1;
  if (created !== null) state.ageS = Math.max(0, traffic.time - created - (elapsed - state.firstTime));
  if (model === null) return;
  const hash = hashText(model, 6) || 1;
  if (state.model !== 0 && state.model !== hash) state.modelSince = elapsed;
  state.model = hash;
}
