import { openNote, parseCheckpoint, RecordError, signatureLine, utf8 } from '@portcullis/record';
import type { Clock } from '../seams/clock.ts';
import type { AddCheckpoint } from './add-checkpoint.ts';
import type { WitnessKeys } from './witness-keys.ts';
import { judgeCheckpoint, type KnownLogs, originOf, type Refusal } from './witness-state.ts';
import type { WitnessStore } from './witness-store.ts';

/** A clock that went back by no more than this gives the last time again; further back, nothing is cosigned. */
const CLOCK_STEP_SECONDS_MAX = 60;

export type WitnessParts = {
  readonly logs: KnownLogs;
  readonly store: WitnessStore;
  readonly keys: WitnessKeys;
  readonly clock: Clock;
};

export type Cosigned = {
  readonly accepted: true;
  readonly origin: string;
  readonly size: number;
  readonly lines: string;
};

/** A cosignature says "as of this time, the largest tree": with a clock that stepped back that would not be true. */
export type ClockBehind = {
  readonly accepted: false;
  readonly reason: 'clock-behind';
  readonly message: string;
};

/** It was shown its own cosignature of a tree that it does not remember: its memory is an older copy. */
export type Forgot = { readonly accepted: false; readonly reason: 'forgot'; readonly message: string };

/**
 * Judges a request, makes the new state durable, and only then signs. Synchronous, so that nothing comes between reading the
 * state and moving on from it; where another process does, the swap fails and the known size is told.
 * @throws whatever the store throws: then nothing was signed
 */
export function cosignCheckpoint(
  { logs, store, keys, clock }: WitnessParts,
  request: AddCheckpoint,
): Cosigned | Refusal | ClockBehind | Forgot {
  const origin = originOf(request);
  const known = logs.has(origin) ? store.read(origin) : undefined;
  if (logs.has(origin) && (store.isRetired(origin) || hasForgotten(keys, request, known))) {
    store.retire(origin, request.note);
    return {
      accepted: false,
      reason: 'forgot',
      message: 'This witness does not remember what it cosigned of this log, and cosigns no more of it.',
    };
  }
  const verdict = judgeCheckpoint(request, logs, known);
  if (!verdict.accepted) {
    if (verdict.reason === 'split-view' && known !== undefined)
      store.keepSplitView(verdict.origin as string, {
        size: known.size,
        known: known.note,
        other: request.note,
      });
    return verdict;
  }
  const { checkpoint, text } = verdict;
  const timeSeconds = cosignatureTime(Math.floor(clock.now() / 1000), known?.timeSeconds ?? 0);
  if (timeSeconds === undefined) {
    return {
      accepted: false,
      reason: 'clock-behind',
      message: 'The clock of this witness is behind its last cosignature; its operator must set it right.',
    };
  }
  const next = { size: checkpoint.size, root: checkpoint.root, note: request.note, timeSeconds };
  if (!store.swap(checkpoint.origin, known, next)) {
    return {
      accepted: false,
      reason: 'other-size-known',
      message: 'Another request was cosigned in between.',
      knownSize: store.read(checkpoint.origin)?.size ?? 0,
    };
  }
  const bytes = utf8(text);
  const lines = keys
    .cosigners(() => timeSeconds)
    .map((cosigner) => signatureLine(cosigner, cosigner.sign(bytes)))
    .join('');
  return { accepted: true, origin: checkpoint.origin, size: checkpoint.size, lines };
}

/** Whether the request bears this witness's own cosignature of a tree that is larger than what it remembers. */
function hasForgotten(
  keys: WitnessKeys,
  { note }: AddCheckpoint,
  known: { readonly size: number } | undefined,
): boolean {
  return keys.verifiers.some((verifier) => {
    try {
      return parseCheckpoint(openNote(note, [verifier]).text).size > (known?.size ?? 0);
    } catch (error) {
      // Not signed by this key, or malformed: for the judgement to say.
      if (error instanceof RecordError) return false;
      throw error;
    }
  });
}

/** @returns undefined where the clock is too far behind */
function cosignatureTime(nowSeconds: number, lastSeconds: number): number | undefined {
  if (nowSeconds >= lastSeconds) return nowSeconds;
  return lastSeconds - nowSeconds <= CLOCK_STEP_SECONDS_MAX ? lastSeconds : undefined;
}
