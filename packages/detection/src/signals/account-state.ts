import { hashText, mix } from '../hash32.ts';
import type { Traffic } from '../traffic.ts';
import { DIMENSIONS, type Embedder } from './embed-prompt.ts';
import { type MarkName, marks, marksOf, trainingMarks } from './prompt-marks.ts';
import { openingOf } from './opening.ts';

// What is remembered of one account: counts and sums, never a word of a prompt. About 3 KB, whatever the account sends.

export const markNames = Object.keys(marks) as MarkName[];

/** Openings of prompts that an account repeats with different endings; a Misra–Gries summary of this many. */
const OPENINGS = 6;
export const SEEN_BITS = 4096;
/** Own repeats are counted among this many; the bits fill up after that. */
export const SEEN_EXCHANGES = 400;
const CELLS_WORDS = 128;

export type AccountState = {
  readonly account: string;
  exchanges: number;
  firstTime: number;
  lastTime: number;
  /** When the account was created, Unix seconds, where known. */
  created: number | null;
  /** Sums of prompt points: exchanges 0, 2, 4 … for linking accounts and 1, 3, 5 … for testing what was linked. */
  readonly linkSum: Float32Array;
  readonly testSum: Float32Array;
  readonly markCounts: Uint32Array;
  /** Exchanges that give a task and nothing personal. */
  impersonalTasks: number;
  /** Exchanges with a mark of training value. */
  trainingTasks: number;
  /** Exchanges that go on with an earlier dialogue. */
  followUps: number;
  /** Exchanges that ask for log probabilities, biased tokens or several answers. */
  harvests: number;
  /** Exchanges whose prompt the account had sent before. */
  ownRepeats: number;
  /** Bits of prompts sent, to count {@link ownRepeats}. */
  readonly seen: Uint32Array;
  /** One bit for each of 4,096 semantic cells that was reached. */
  readonly cells: Uint32Array;
  cellsReached: number;
  /** Sums over the logarithm of gaps between exchanges in seconds. */
  gaps: number;
  gapLogSum: number;
  gapLogSquares: number;
  readonly openings: Uint32Array;
  readonly openingCounts: Uint32Array;
  /** Hashes of where requests came from and who pays; 0 where unknown. The latest of each. */
  network: number;
  client: number;
  billing: number;
  /** `Traffic.ref` of early exchanges with a mark of training value or an impersonal task, as examples. */
  readonly examples: number[];
};

export function createAccountState(account: string, time: number): AccountState {
  return {
    account,
    exchanges: 0,
    firstTime: time,
    lastTime: time,
    created: null,
    linkSum: new Float32Array(DIMENSIONS),
    testSum: new Float32Array(DIMENSIONS),
    markCounts: new Uint32Array(markNames.length),
    impersonalTasks: 0,
    trainingTasks: 0,
    followUps: 0,
    harvests: 0,
    ownRepeats: 0,
    seen: new Uint32Array(SEEN_BITS / 32),
    cells: new Uint32Array(CELLS_WORDS),
    cellsReached: 0,
    gaps: 0,
    gapLogSum: 0,
    gapLogSquares: 0,
    openings: new Uint32Array(OPENINGS),
    openingCounts: new Uint32Array(OPENINGS),
    network: 0,
    client: 0,
    billing: 0,
    examples: [],
  };
}

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
  addTime(state, elapsed);
  addSettings(state, traffic);
  addOrigin(state, traffic);
  state.exchanges++;
}

function addContent(state: AccountState, { prompt, messages, ref }: Traffic, embedder: Embedder): void {
  const point = embedder.embed(prompt);
  const sum = state.exchanges % 2 === 0 ? state.linkSum : state.testSum;
  for (let i = 0; i < DIMENSIONS; i++) sum[i] = (sum[i] as number) + (point[i] as number);
  const cell = embedder.cell();
  if (setBit(state.cells, cell)) state.cellsReached++;
  const digest = hashText(prompt, 1);
  if (state.exchanges < SEEN_EXCHANGES && !setBit(state.seen, digest & (SEEN_BITS - 1))) state.ownRepeats++;
  const found = marksOf(prompt);
  for (let i = 0; i < markNames.length; i++) {
    if (found & (1 << i)) state.markCounts[i] = (state.markCounts[i] as number) + 1;
  }
  const training = (found & trainingMarks) !== 0;
  const impersonal = (found & marks.personal) === 0 && ((found & marks.instruction) !== 0 || training);
  if (training) state.trainingTasks++;
  if (impersonal) state.impersonalTasks++;
  if ((training || impersonal) && state.examples.length < 4) state.examples.push(ref);
  if (messages?.some((message) => message.role === 'assistant') === true) state.followUps++;
  countOpening(state, openingOf(prompt));
}

function addTime(state: AccountState, time: number): void {
  const gap = time - state.lastTime;
  if (state.exchanges > 0 && gap >= 0) {
    const log = Math.log(gap + 1);
    state.gaps++;
    state.gapLogSum += log;
    state.gapLogSquares += log * log;
  }
  state.firstTime = Math.min(state.firstTime, time);
  state.lastTime = Math.max(state.lastTime, time);
}

function addSettings(state: AccountState, { params }: Traffic): void {
  if (params === null) return;
  const logprobs = params.logprobs === true || (typeof params.logprobs === 'number' && params.logprobs > 0);
  if (logprobs || (params.top_logprobs ?? 0) > 0 || params.logit_bias !== undefined || (params.n ?? 1) > 1) {
    state.harvests++;
  }
}

function addOrigin(state: AccountState, { network, billing, created }: Traffic): void {
  if (network?.ip !== undefined) state.network = hashText(network.ip, 2) || 1;
  if (network?.tls !== undefined || network?.userAgent !== undefined) {
    state.client = mix(hashText(network.tls ?? '', 3) ^ hashText(network.userAgent ?? '', 4)) || 1;
  }
  if (billing !== null) state.billing = hashText(billing, 5) || 1;
  if (created !== null) state.created = created;
}

/** Misra and Gries 1982: every opening with more than a share of 1 / (OPENINGS + 1) is among those kept. */
function countOpening(state: AccountState, opening: number): void {
  const { openings, openingCounts } = state;
  let free = -1;
  for (let i = 0; i < OPENINGS; i++) {
    if (openingCounts[i] === 0) free = i;
    else if (openings[i] === opening) {
      openingCounts[i] = (openingCounts[i] as number) + 1;
      return;
    }
  }
  if (free >= 0) {
    openings[free] = opening;
    openingCounts[free] = 1;
  } else {
    for (let i = 0; i < OPENINGS; i++) openingCounts[i] = (openingCounts[i] as number) - 1;
  }
}

/** @returns whether the bit was clear before */
function setBit(bits: Uint32Array, index: number): boolean {
  const word = index >>> 5;
  const mask = 1 << (index & 31);
  const before = bits[word] as number;
  bits[word] = before | mask;
  return (before & mask) === 0;
}
