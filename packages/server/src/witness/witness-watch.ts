import { parseVerifierKey } from '@portcullis/record';
import type { WitnessConfig, WitnessingConfig } from '../config/config.ts';
import { pauseAfter } from '../seams/back-off.ts';
import type { Cosignature, Forgotten, WitnessFailure } from './collect-cosignatures.ts';
import type { Remembered } from './witnessed-files.ts';

/**
 * What a witness does now: `cosigned` the newest it was shown, `partly` (not with each of its keys), nothing asked yet, or why it did not.
 * `ahead`, `inconsistent` and `forgotten` are alarms.
 */
export type WatchState = 'not-asked' | 'cosigned' | 'partly' | 'forgotten' | WitnessFailure['reason'];

const ALARMS: ReadonlySet<WatchState> = new Set(['ahead', 'inconsistent', 'forgotten']);

/** What the ledger's side knows of one witness. */
export type WitnessWatch = {
  readonly config: WitnessConfig;
  /** The name of its keys, as it stands in entries. */
  readonly cosigner: string;
  state: WatchState;
  /** Why, in a sentence; empty where all is well. */
  message: string;
  /** The alarm that was raised last; empty once it cosigned again. Having forgotten is never made good, and stays. */
  alarm: WatchState | '';
  /** The largest tree it cosigned, and when; 0 where it never did. */
  size: number;
  timeMs: number;
  recordedMs: number;
  /** The text of the checkpoint that it cosigned last in this run. */
  doneText: string;
  /** Failures since the last cosignature. */
  failures: number;
  /** Monotonic milliseconds; not asked before. */
  nextMs: number;
  /** While it is asked. One question at a time: were a larger tree cosigned first, the smaller would look like another history. */
  asking: Promise<void> | undefined;
};

export function createWatch(config: WitnessConfig, remembered: Remembered | undefined): WitnessWatch {
  const [vkey] = config.vkeys as readonly [string];
  return {
    config,
    cosigner: parseVerifierKey(vkey).name,
    state: 'not-asked',
    message: '',
    alarm: '',
    size: remembered?.size ?? 0,
    timeMs: remembered?.timeMs ?? 0,
    recordedMs: remembered?.recordedMs ?? 0,
    doneText: '',
    failures: 0,
    nextMs: 0,
    asking: undefined,
  };
}

/** What came of asking one witness about one checkpoint. */
export type Answer = {
  readonly shown: { readonly text: string; readonly size: number };
  readonly cosignatures: readonly Cosignature[];
  readonly failure: WitnessFailure | undefined;
  readonly forgotten: Forgotten | undefined;
  /** Whether each of its keys stands under the checkpoint. */
  readonly isWhole: boolean;
};

type Now = { readonly unixMs: number; readonly monotonicMs: number };

/** What there is to tell after an answer: an alarm that was not raised yet, another change, or nothing. */
export type Change = 'alarm' | 'other' | 'none';

/** Takes an answer in. */
export function takeAnswer(
  watch: WitnessWatch,
  answer: Answer,
  pace: Pick<WitnessingConfig, 'intervalMs' | 'retryMaxMs'>,
  now: Now,
): Change {
  const before = watch.state;
  const { shown, failure, forgotten, isWhole } = answer;
  if (failure !== undefined) {
    watch.state = failure.reason;
    watch.message = failure.message;
    const pauses = { firstMs: pace.intervalMs, maxMs: pace.retryMaxMs };
    watch.nextMs = now.monotonicMs + pauseAfter(watch.failures, pauses);
    watch.failures = watch.failures + 1;
  } else {
    const seconds = Math.max(...answer.cosignatures.map(({ timeSeconds }) => timeSeconds));
    watch.state = isWhole ? 'cosigned' : 'partly';
    watch.message = isWhole ? '' : 'It did not cosign with each of the keys that are configured.';
    watch.size = shown.size;
    watch.timeMs = seconds > 0 ? seconds * 1000 : now.unixMs;
    watch.doneText = shown.text;
    watch.failures = 0;
    watch.nextMs = 0;
    if (watch.alarm !== 'forgotten') watch.alarm = '';
  }
  if (forgotten !== undefined) {
    watch.state = 'forgotten';
    watch.message = `It had cosigned ${forgotten.cosigned} entries and then told ${forgotten.told}: it has lost its memory, and may have cosigned two histories.`;
  }
  if (!ALARMS.has(watch.state)) return watch.state === before ? 'none' : 'other';
  if (watch.alarm === watch.state) return 'none';
  watch.alarm = watch.state;
  return 'alarm';
}
