import {
  type Entry,
  encodeEntry,
  equalBytes,
  formatCheckpoint,
  type Frontier,
  leafHash,
  type NoteSigner,
  signNote,
  utf8,
} from '@portcullis/record';
import type { Clock } from '../seams/clock.ts';
import { ServerError } from '../server-error.ts';
import type { VaultItem, VaultWriter } from '../vault/vault-writer.ts';
import type { SealedContent } from './appender.ts';
import type { CheckpointArchive } from './checkpoint-archive.ts';
import type { CheckpointLock } from './checkpoint-lock.ts';
import { checkLeaves, damaged } from './check-ledger.ts';
import type { LedgerStorage } from './ledger-storage.ts';
import { encodeStagingRecord, type Staging } from './staging.ts';
import type { TileEdge } from './tile-edge.ts';

/** An entry as it comes to the writer: canonical bytes and their leaf hash, both made in the caller's thread. */
export type PreparedEntry = {
  readonly bytes: Uint8Array;
  readonly leafHash: Uint8Array;
  readonly content?: SealedContent;
};

/** @throws RecordError `bad-entry`, `entry-too-large`, `bad-canonical` */
export function prepareEntry(entry: Entry, content?: SealedContent): PreparedEntry {
  const bytes = encodeEntry(entry);
  const prepared = { bytes, leafHash: leafHash(bytes) };
  return content === undefined ? prepared : { ...prepared, content };
}

/**
 * The one writer. Synchronous; each call either did all it says or stopped the writer for good: after a failed fsync nobody knows
 * what the disk has, and only a new start, which reads it all again, can tell.
 */
export type LedgerWriter = {
  /** Entries that are durable. */
  readonly size: number;
  readonly publishedSize: number;
  /** See {@link LedgerState}. */
  readonly clockOffsetMs: number;
  /** Undefined while it takes entries. */
  readonly stopped: Error | undefined;
  /**
   * Makes entries durable, in order. @returns the index of the first one
   * @throws ServerError `ledger-refused`
   */
  commit(batch: readonly PreparedEntry[]): number;
  /**
   * Makes one entry durable under a checkpoint that `signers` sign instead of the usual ones. A step of the clock is told by the next commit, so that
   * the entry is the last of its tree. @returns its index @throws ServerError `ledger-refused`
   */
  commitHandover(
    entry: PreparedEntry,
    signers: LedgerWriterParts['signers'],
  ): { index: number; note: string };
  /** Writes tiles and the checkpoint. @returns the published size @throws ServerError `ledger-refused` */
  publish(): number;
  /** Publishes and keeps the checkpoint. @throws ServerError `ledger-refused` */
  archive(): { size: number; note: string };
  /** Publishes where it still can, and lets another writer in. */
  close(): void;
};

/** What {@link createLedgerWriter} goes on from: the state that open-ledger.ts found and checked. */
export type LedgerState = {
  readonly origin: string;
  frontier: Frontier;
  readonly edge: TileEdge;
  /** The lock's note. */
  note: string | undefined;
  /** Unix milliseconds of the last signature; signatures never go back behind it. */
  lastTimeMs: number;
  clockBehind: boolean;
  /** The clock's time less the monotonic one, at the last commit. */
  clockOffsetMs: number;
  publishedSize: number;
};

export type LedgerWriterParts = {
  readonly clock: Clock;
  readonly lock: CheckpointLock;
  readonly storage: LedgerStorage;
  readonly staging: Staging;
  readonly vault: VaultWriter;
  readonly archive: CheckpointArchive;
  /** Signers for the time of one signature. */
  readonly signers: (timeSeconds: () => number) => readonly NoteSigner[];
  /** Makes the entry that tells of a clock that stepped: back where `stepMs` is negative. */
  readonly clockFault: (timeMs: number, stepMs: number) => Entry;
};

const CLOCK_STEP_MS = 1000;
/** Twice of what NTP may slew a clock, 500 ppm, goes unnoticed however long nothing was committed. */
const CLOCK_SLEW = 0.001;

/** @see openLedgerWriter in open-ledger.ts */
export function createLedgerWriter(parts: LedgerWriterParts, state: LedgerState): LedgerWriter {
  let stopped: Error | undefined;
  const guarded = <T>(act: () => T): T => {
    if (stopped !== undefined) throw refused(stopped);
    try {
      return act();
    } catch (error) {
      stopped = error as Error;
      throw refused(error);
    }
  };
  return {
    get size() {
      return state.frontier.size;
    },
    get publishedSize() {
      return state.publishedSize;
    },
    get clockOffsetMs() {
      return state.clockOffsetMs;
    },
    get stopped() {
      return stopped;
    },
    commit: (batch) =>
      guarded(() => {
        const first = state.frontier.size;
        if (batch.length > 0) commitBatch(parts, state, withClockFault(parts, state, batch));
        return first;
      }),
    commitHandover: (entry, signers) =>
      guarded(() => {
        const index = state.frontier.size;
        commitBatch({ ...parts, signers }, state, { entries: [entry], told: false });
        return { index, note: state.note as string };
      }),
    publish: () => guarded(() => publishState(parts, state)),
    archive: () =>
      guarded(() => {
        publishState(parts, state);
        return parts.archive.keep(state.frontier.size, state.note as string);
      }),
    close() {
      try {
        if (stopped === undefined) publishState(parts, state);
      } finally {
        stopped ??= new Error('The ledger was closed.');
        parts.staging.close();
        parts.vault.close();
        parts.lock.close();
      }
    },
  };
}

function refused(cause: unknown): ServerError {
  return new ServerError(
    'ledger-refused',
    `The ledger has stopped taking entries and must be started again: ${(cause as Error).message}`,
    { cause },
  );
}

/** `told`: whether the clock's step, if there was one, is among the entries. */
type Batch = {
  readonly entries: readonly PreparedEntry[];
  readonly told: boolean;
  readonly stepped?: boolean;
};

function withClockFault(
  parts: LedgerWriterParts,
  state: LedgerState,
  batch: readonly PreparedEntry[],
): Batch {
  const nowMs = parts.clock.now();
  const step = clockStep(parts.clock, state, nowMs);
  if (step === undefined) return { entries: batch, told: true };
  const timeMs = Math.max(nowMs, state.lastTimeMs);
  return { entries: [...batch, prepareEntry(parts.clockFault(timeMs, step))], told: true, stepped: true };
}

// The order is that of docs/decisions/0001-shape.md, "Commit".
function commitBatch(
  parts: LedgerWriterParts,
  state: LedgerState,
  { entries, told, stepped = false }: Batch,
): void {
  const first = state.frontier.size;
  const nowMs = parts.clock.now();
  const timeMs = Math.max(nowMs, state.lastTimeMs);
  const record = encodeStagingRecord(
    first,
    entries.map((entry) => entry.bytes),
  );
  checkLeaves(record, entries, first);
  const frontier = state.frontier.clone();
  for (const entry of entries) frontier.append(entry.leafHash);
  const text = formatCheckpoint({ origin: state.origin, size: frontier.size, root: frontier.root() });
  const note = signNote(
    text,
    parts.signers(() => Math.floor(timeMs / 1000)),
  );
  const items = vaultItems(entries, first);
  if (items.length > 0) parts.vault.append(items, nowMs);
  parts.staging.append(record);
  parts.lock.swap(state.origin, state.note, note);
  parts.staging.markSwapped(frontier.size);
  state.note = note;
  state.frontier = frontier;
  state.lastTimeMs = timeMs;
  if (told) {
    state.clockBehind = nowMs < timeMs && (stepped || state.clockBehind);
    state.clockOffsetMs = nowMs - parts.clock.monotonic();
  }
  for (const entry of entries) state.edge.append(entry.bytes.slice(), entry.leafHash);
}

/** How far the clock stepped and nobody was told yet. While it catches up from behind, signatures stay at the last time. */
function clockStep(clock: Clock, state: LedgerState, nowMs: number): number | undefined {
  const stepMs = nowMs - clock.monotonic() - state.clockOffsetMs;
  const elapsedMs = Math.max(0, nowMs - state.lastTimeMs);
  if (Math.abs(stepMs) > CLOCK_STEP_MS + CLOCK_SLEW * elapsedMs) return stepMs;
  // It was behind already when this writer was opened.
  const behindMs = state.lastTimeMs - nowMs;
  return behindMs > CLOCK_STEP_MS && !state.clockBehind ? -behindMs : undefined;
}

function vaultItems(batch: readonly PreparedEntry[], first: number): VaultItem[] {
  return batch.flatMap(({ content, leafHash: hash }, i) =>
    content === undefined ? [] : [{ index: first + i, leafHash: hash, content }],
  );
}

function publishState(parts: LedgerWriterParts, state: LedgerState): number {
  const { size } = state.frontier;
  if (size === state.publishedSize || state.note === undefined) return state.publishedSize;
  if (!equalBytes(state.edge.root(), state.frontier.root()))
    throw damaged(`The tiles in memory lead to another root than the checkpoint of size ${size}.`);
  parts.vault.syncPositions(size);
  parts.storage.put(state.edge.files());
  parts.storage.publish(utf8(state.note));
  parts.staging.truncate(0);
  const full = state.edge.published();
  for (const path of full) parts.storage.dropPartials(path);
  state.publishedSize = size;
  parts.archive.keepWhenDue(size, state.note, state.lastTimeMs);
  return size;
}
