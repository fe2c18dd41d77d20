import { join } from 'node:path';
import { createFrontier, decodeEntry } from '@portcullis/record';
import type { Clock } from '../seams/clock.ts';
import { readFile } from '../seams/durable-files.ts';
import type { FileSystem } from '../seams/file-system.ts';
import { ServerError } from '../server-error.ts';
import { openVaultWriter } from '../vault/vault-writer.ts';
import {
  checkClock,
  checkLockIsThere,
  checkPublishedEdge,
  commitsToContent,
  compareArchived,
  comparePublished,
  openOwnCheckpoint,
  readBundle,
  readTile,
  replayStaging,
  type SignedCheckpoint,
} from './check-ledger.ts';
import { createCheckpointArchive, listArchived } from './checkpoint-archive.ts';
import type { CheckpointLock } from './checkpoint-lock.ts';
import { ledgerPaths } from './data-dir.ts';
import { findInterrupted } from './find-interrupted.ts';
import { HANDOVERS_FILE } from './handovers.ts';
import type { LedgerKeys } from './keys.ts';
import type { LedgerStorage } from './ledger-storage.ts';
import { createLedgerWriter, type LedgerState, type LedgerWriter, prepareEntry } from './ledger-writer.ts';
import { clockFaultEntry, openedEntry, type Resumption, restartEntries } from './opening-entries.ts';
import { settleOwnKeys } from './own-keys.ts';
import { finishHandover, type HandOver, handOver } from './rotate-ledger-keys.ts';
import { openStaging, readStaging } from './staging.ts';
import { createTileEdge, tileHashes } from './tile-edge.ts';
import { compareWitnessed, openWitnessed, WITNESSED_FILE } from './witnessed-checkpoint.ts';

export type LedgerWriterOptions = {
  readonly fs: FileSystem;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly lock: CheckpointLock;
  readonly storage: LedgerStorage;
  readonly origin: string;
  /** Written into `ledger.opened`, such as `portcullis 0.1.0`. */
  readonly software: string;
  readonly archiveIntervalMs: number;
  /** Where only the ledger was closed meanwhile, and the gates went on. */
  readonly resumption?: Resumption;
};

export type OpenedLedger = LedgerWriter & {
  readonly keys: LedgerKeys;
  /** The ledger's keys change, and this writer is closed. */
  readonly handOver: HandOver;
  /** Of {@link Resumption.running}, those that the ledger has as completed. */
  readonly recorded: readonly string[];
};

/**
 * Opens the ledger for writing, after the start-up checks: what is published, what the lock holds and what is staged must tell one
 * story, up to the last signed root. Then writes `ledger.opened`, or the restart and the exchanges that it interrupted. Closes the lock where it fails.
 * @throws ServerError `ledger-damaged` (what fsck would refuse), `ledger-refused` (the clock), `bad-config` (the keys), `vault-damaged`
 */
export function openLedgerWriter(options: LedgerWriterOptions): OpenedLedger {
  try {
    return openChecked(options);
  } catch (error) {
    options.lock.close();
    // What the writer refused while it replayed is told as what it is.
    throw error instanceof ServerError && error.cause instanceof ServerError ? error.cause : error;
  }
}

function openChecked(options: LedgerWriterOptions): OpenedLedger {
  const { fs, dataDir, clock, lock, storage, origin } = options;
  const paths = ledgerPaths(dataDir);
  const { note, own, locked, published, archived, frontier } = checkSigned(options);
  const replay = replayStaging(readStaging(fs, paths.staging), frontier, locked);
  const publishedSize = published?.size ?? 0;
  const edge = createTileEdge(publishedSize, {
    hashes: (level, index, width) => tileHashes(readTile(storage.read, level, index, width)),
    entries: (index, width) => readBundle(storage.read, index, width),
  });
  for (const entry of replay.entries) edge.append(entry.bytes.slice(), entry.leafHash);
  const size = locked?.size ?? 0;
  const committed = replay.entries.flatMap(({ bytes }, i) =>
    commitsToContent(decodeEntry(bytes)) ? [publishedSize + i] : [],
  );
  // Checks too; nothing is cut off before all have passed.
  const vault = openVaultWriter({ fs, dir: paths.vault, size, publishedSize, committed });
  const staging = openStaging(fs, paths.staging);
  staging.truncate(replay.coveredBytes);
  const state: LedgerState = {
    origin,
    frontier: size === 0 ? createFrontier() : frontier,
    edge,
    note,
    lastTimeMs: (locked?.timeSeconds ?? 0) * 1000,
    clockBehind: options.resumption !== undefined,
    clockOffsetMs: options.resumption?.clockOffsetMs ?? clock.now() - clock.monotonic(),
    publishedSize,
  };
  const writer = createLedgerWriter(
    {
      clock,
      lock,
      storage,
      staging,
      vault,
      archive: createCheckpointArchive(
        fs,
        paths.archive,
        options.archiveIntervalMs,
        (archived?.timeSeconds ?? 0) * 1000,
      ),
      signers: own.signing.signers,
      clockFault: clockFaultEntry,
    },
    state,
  );
  const keys = own.signing;
  if (own.pendingSize !== undefined) {
    writer.publish();
    finishHandover(options, own.handovers, { index: own.pendingSize - 1, note: note as string });
  }
  const recorded = writeOpening(options, writer, keys, replay.beyond);
  return Object.assign(writer, {
    keys,
    recorded,
    handOver: (why: Parameters<HandOver>[0]) => handOver(options, writer, keys, why),
  });
}

/** What is signed: the lock, the published checkpoint, the newest cosigned and the newest archived one, and the tree that they speak of. */
function checkSigned(options: LedgerWriterOptions) {
  const { fs, dataDir, clock, lock, storage, origin } = options;
  const paths = ledgerPaths(dataDir);
  const note = lock.read(origin);
  const publishedBytes = storage.read('checkpoint');
  checkLockIsThere(note, publishedBytes, origin);
  const own = settleOwnKeys({ dir: paths.keys, fs, origin, note, handovers: storage.read(HANDOVERS_FILE) });
  const open = (text: string | Uint8Array, what: string) => openOwnCheckpoint(text, own.terms, origin, what);
  const locked = note === undefined ? undefined : open(note, 'the checkpoint in the lock');
  const published =
    publishedBytes === undefined ? undefined : open(publishedBytes, 'the published checkpoint');
  if (locked !== undefined) comparePublished(locked, published);
  const witnessedBytes = storage.read(WITNESSED_FILE);
  if (witnessedBytes !== undefined)
    compareWitnessed(locked, openWitnessed(witnessedBytes, own.terms, origin));
  // In one process a clock that stepped back was told of, and signatures wait for it; only a start must refuse.
  if (options.resumption === undefined) checkClock(clock.now(), locked);
  const frontier = checkPublishedEdge(published, storage.read);
  const archived = readLastArchived(options, open);
  if (archived !== undefined) compareArchived(archived, locked, published, storage.read);
  return { note, own, locked, published, archived, frontier };
}

function readLastArchived(
  { fs, dataDir }: LedgerWriterOptions,
  open: (note: Uint8Array, what: string) => SignedCheckpoint,
): SignedCheckpoint | undefined {
  const { archive } = ledgerPaths(dataDir);
  const last = listArchived(fs, archive).at(-1);
  const note = last === undefined ? undefined : readFile(fs, join(archive, String(last)));
  return note === undefined ? undefined : open(note, `the archived checkpoint ${last}`);
}

function writeOpening(
  options: LedgerWriterOptions,
  writer: LedgerWriter,
  keys: LedgerKeys,
  beyond: number,
): readonly string[] {
  const opening = { ...options, keys, timeMs: options.clock.now() };
  let recorded: readonly string[] = [];
  if (writer.size === 0) {
    writer.commit([prepareEntry(openedEntry(opening))]);
  } else {
    writer.publish();
    const { resumption } = options;
    const found = findInterrupted(writer.size, options.storage.read, new Set(resumption?.running));
    const entries = restartEntries(opening, { size: writer.size, beyond, ...found }, resumption);
    writer.commit(entries.map((entry) => prepareEntry(entry)));
    recorded = found.recorded;
  }
  writer.publish();
  return recorded;
}
