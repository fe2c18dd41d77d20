import { own } from '../signals/account-signals.ts';
import { LINK_SUM, TEST_SUM } from '../signals/account-layout.ts';
import type { AccountState } from '../signals/account-state.ts';
import { DIMENSIONS } from '../signals/embed-prompt.ts';
import { AXES, principalAxes, project } from './principal-axes.ts';

// Where accounts stand to each other: the content of one half of their exchanges on the axes in which accounts differ most, their
// pace and their age. Each coordinate is in units of how much accounts differ in it.

/** Axes found on at most this many accounts. */
const AXES_ACCOUNTS = 3000;
const PACE_WEIGHT = 2;
/** Makes a median absolute deviation comparable to a standard deviation. */
const MAD_TO_SD = 1.48;

/** Content axes, pace and age. */
export const COORDINATES = AXES + 2;

/** Fewer known accounts than this say too little of how accounts differ; everybody is asked then. */
const KNOWN_MIN = 30;

type CrowdFacts = {
  readonly states: readonly AccountState[];
  /** Benign accounts of the calibration. */
  readonly known: readonly boolean[];
  /** Own signals of each. */
  readonly signals: readonly Float64Array[];
  /** Seconds of the look on the clock of the account's side. */
  readonly times: readonly number[];
};

export type Coordinates = {
  /** `accounts · COORDINATES`, from the linking half; what neighbours are sought in. */
  readonly linked: Float64Array;
  /** `accounts · AXES`, from the testing half, in raw axis units. */
  readonly tested: Float64Array;
  /** Per axis: variance of one exchange, and the scale that `linked` was divided by. */
  readonly noise: Float64Array;
  readonly scale: Float64Array;
};

/**
 * At least two accounts, each with two exchanges or more. How much accounts differ is measured on the known ones: a campaign that is most of the
 * crowd would otherwise make its own likeness the yardstick. One account more or less among them moves a median by next to nothing, and the mean
 * that the noise of one exchange is by 1 / known (more where its two halves differ, as those of a strict alternation do); that is all this takes from the symmetry of both sides.
 */
export function coordinatesOf({ states, known, signals, times }: CrowdFacts): Coordinates {
  const count = states.length;
  const links = states.map(linkMean);
  const every = Math.max(1, Math.floor(count / AXES_ACCOUNTS));
  const axes = principalAxes(links.filter((_, a) => a % every === 0));
  const content = new Float64Array(count * AXES);
  const tested = new Float64Array(count * AXES);
  const buffer = new Float64Array(AXES);
  states.forEach((state, a) => {
    project(axes, links[a] as Float32Array, buffer);
    content.set(buffer, a * AXES);
    project(axes, testMean(state), buffer);
    tested.set(buffer, a * AXES);
  });
  const measured = yardstick(known);
  const { noise, scale } = scales(states, measured, content, tested);
  const paces = signals.map((row) => row[own.rate] as number);
  const middle = median(measured.map((a) => paces[a] as number));
  const paceScale = MAD_TO_SD * median(measured.map((a) => Math.abs((paces[a] as number) - middle))) || 1;
  const linked = new Float64Array(count * COORDINATES);
  states.forEach((state, a) => {
    const at = a * COORDINATES;
    for (let i = 0; i < AXES; i++) linked[at + i] = (content[a * AXES + i] as number) / (scale[i] as number);
    linked[at + AXES] = (PACE_WEIGHT * ((paces[a] as number) - middle)) / paceScale;
    linked[at + AXES + 1] = Math.log(1 + Math.max(0, (times[a] as number) - state.firstTime) / 3600);
  });
  return { linked, tested, noise, scale };
}

export const testedExchanges = (state: AccountState): number => state.exchanges - state.linkExchanges;

const linkMean = (state: AccountState): Float32Array => meanFrom(state, LINK_SUM, state.linkExchanges);
const testMean = (state: AccountState): Float32Array => meanFrom(state, TEST_SUM, testedExchanges(state));
const meanFrom = ({ floats }: AccountState, from: number, exchanges: number): Float32Array =>
  floats.slice(from, from + DIMENSIONS).map((sum) => sum / exchanges);

/** Accounts that the scales are measured on. */
function yardstick(known: readonly boolean[]): number[] {
  const everybody = known.map((_, a) => a);
  const some = everybody.filter((a) => known[a]);
  return some.length >= KNOWN_MIN ? some : everybody;
}

/** The two halves of an account differ by sampling noise alone, so their difference measures it. */
function scales(
  states: readonly AccountState[],
  measured: readonly number[],
  content: Float64Array,
  tested: Float64Array,
): { noise: Float64Array; scale: Float64Array } {
  const noise = new Float64Array(AXES);
  const scale = new Float64Array(AXES);
  const usualShare = median(measured.map((a) => 1 / (states[a] as AccountState).linkExchanges));
  for (let i = 0; i < AXES; i++) {
    let sum = 0;
    const values: number[] = [];
    for (const a of measured) {
      const state = states[a] as AccountState;
      const gap = (content[a * AXES + i] as number) - (tested[a * AXES + i] as number);
      sum += (gap * gap) / (1 / state.linkExchanges + 1 / testedExchanges(state));
      values.push(content[a * AXES + i] as number);
    }
    noise[i] = sum / measured.length;
    const usualNoise = (noise[i] as number) * usualShare;
    const middle = median(values);
    const deviation = MAD_TO_SD * median(values.map((value) => Math.abs(value - middle)));
    scale[i] = Math.sqrt(Math.max(1e-7, deviation * deviation - usualNoise) + 2 * usualNoise);
  }
  return { noise, scale };
}

/** The upper median. */
export function median(values: readonly number[]): number {
  return Float64Array.from(values).sort()[values.length >> 1] as number;
}
