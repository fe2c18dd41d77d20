import { base64, createEntry, decodeEntry, fromUtf8 } from '@portcullis/record';
import type { CheckpointLock } from '../../packages/server/src/ledger/checkpoint-lock.ts';
import { ledgerPaths } from '../../packages/server/src/ledger/data-dir.ts';
import type { LedgerStorage } from '../../packages/server/src/ledger/ledger-storage.ts';
import type { Resumption } from '../../packages/server/src/ledger/opening-entries.ts';
import type { LedgerWriter, PreparedEntry } from '../../packages/server/src/ledger/ledger-writer.ts';
import type { Clock } from '../../packages/server/src/seams/clock.ts';
import { readFile } from '../../packages/server/src/seams/durable-files.ts';
import type { FileSystem } from '../../packages/server/src/seams/file-system.ts';
import {
  createFaultPlan,
  createFaultyFileSystem,
  type FaultPlan,
} from '../../packages/server/src/seams/file-system-faulty.ts';
import {
  createMemoryFileSystem,
  type MemoryFileSystem,
} from '../../packages/server/src/seams/file-system-memory.ts';
import type { Content } from '../../packages/server/src/vault/sealed-content.ts';
import type { Vault } from '../../packages/server/src/vault/vault.ts';
import type { WitnessedFiles } from '../../packages/server/src/witness/witnessed-files.ts';
import { createLockDisk, type LockDisk } from './lock-disk.ts';
import type { Program } from './program.ts';
import { createStepOf } from './steps.ts';
import { createWitnessedMemory, type WitnessedMemory } from './witnessed-memory.ts';

export const ORIGIN = 'ledger.example/crash';
const DATA_DIR = '/data';
export const START_MS = Date.UTC(2026, 0, 1, 12);
export const PATHS = ledgerPaths(DATA_DIR);

/** Parts of the program that stand between it and what it runs on; each may be the identity. */
export type Layers = {
  readonly files: (fs: FileSystem, stepOf: (path: string) => string) => FileSystem;
  readonly lock: (lock: CheckpointLock) => CheckpointLock;
  /** Whether opening the lock makes durable what it has. */
  readonly lockSyncsAtOpen: boolean;
  readonly storage: (storage: LedgerStorage) => LedgerStorage;
};

/** The program under test with everything it runs on. */
export type Subject = { readonly program: Program; readonly layers?: Partial<Layers> };

/** What somebody was told is durable. */
export type Acknowledged = { readonly bytes: Uint8Array; readonly kept?: Kept };
/** Content in the vault: under which key, and what it must read as. */
export type Kept = { readonly vaultKey: string; readonly sealed: Uint8Array; readonly content?: Content };

/** One ledger with its disk, lock, clock and plan of faults, and what the world outside was told. */
export type CrashWorld = {
  readonly subject: Subject;
  readonly disk: MemoryFileSystem;
  readonly lock: LockDisk;
  readonly plan: FaultPlan;
  readonly clock: Clock & { advance(ms: number): void };
  readonly acknowledged: Map<number, Acknowledged>;
  /** Checkpoints that a reader could have seen, with their roots. */
  readonly released: Set<string>;
  /** What an erasure was begun of, and what was told to be gone. */
  readonly erasing: Erasures;
  readonly erased: Erasures;
  /** Opens the writer as the program does at start. */
  open(): LedgerWriter;
  /** The vault as the main thread has it. */
  vault(): Vault;
  /** Checkpoints that the archive said it keeps. */
  readonly archived: Map<number, string>;
  /** The files of witnessing as the main thread has them, and what was written to them. */
  witnessedFiles(): WitnessedFiles;
  readonly witnessed: WitnessedMemory;
  /** Where only the ledger's thread has ended: what its supervisor tells the next one. */
  readonly resumption: Resumption | undefined;
  /** Exchanges that were admitted while this process ran. */
  readonly admitted: Set<string>;
  /** Commits, and notes what was acknowledged. */
  commit(writer: LedgerWriter, ...entries: readonly (PreparedEntry & { kept?: Kept })[]): void;
  archive(writer: LedgerWriter): void;
  /** The ledger's thread is gone, and the process goes on with some of its exchanges. */
  threadEnds(): void;
  /** The process is gone; what the kernel has stays. */
  processEnds(): void;
  /** The machine is gone, with what was not synced. */
  powerCut(survives?: () => boolean): void;
  fork(subject: Subject): CrashWorld;
};

/** Data keys by id, and the first day that is kept (days since 1970-01-01; 0: none was erased). */
export type Erasures = { readonly keys: Set<string>; beforeDay: number };

type Parts = {
  readonly disk: MemoryFileSystem;
  readonly lock: LockDisk;
  readonly nowMs: number;
  readonly acknowledged: ReadonlyMap<number, Acknowledged>;
  readonly released: ReadonlySet<string>;
};

export function createCrashWorld(subject: Subject): CrashWorld {
  const disk = createMemoryFileSystem();
  disk.mkdir(DATA_DIR);
  // As it would be after an installation; the workload called `first` begins before that.
  disk.fsync(disk.open('/', 'r'));
  const nothing = { acknowledged: new Map(), released: new Set<string>() };
  return fromParts(subject, { disk, lock: createLockDisk(), nowMs: START_MS, ...nothing });
}

function fromParts(subject: Subject, parts: Parts): CrashWorld {
  const { disk, lock } = parts;
  const plan = createFaultPlan();
  let nowMs = parts.nowMs;
  const clock = { now: () => nowMs, monotonic: () => nowMs, advance: (ms: number) => void (nowMs += ms) };
  const acknowledged = new Map(parts.acknowledged);
  const released = new Set(parts.released);
  const archived = new Map<number, string>();
  const admitted = new Set<string>();
  let resumption: Resumption | undefined;
  const stepOf = createStepOf(DATA_DIR, (path) => disk.stat(path)?.directory === true);
  const {
    files = (fs: FileSystem) => fs,
    lock: lockLayer = same,
    storage: storageLayer = same,
    lockSyncsAtOpen,
  } = subject.layers ?? {};
  const newFiles = (): FileSystem =>
    files(
      createFaultyFileSystem(watchReleases(disk, released), { plan, stepOf, onLostSync: disk.loseUnsynced }),
      stepOf,
    );
  return {
    subject,
    disk,
    lock,
    plan,
    clock,
    acknowledged,
    released,
    archived,
    witnessedFiles: () => subject.program.createWitnessedFiles(DATA_DIR, newFiles()),
    witnessed: createWitnessedMemory(),
    get resumption() {
      return resumption;
    },
    admitted,
    erasing: { keys: new Set(), beforeDay: 0 },
    erased: { keys: new Set(), beforeDay: 0 },
    open: () =>
      openWriter(subject.program, newFiles(), clock, storageLayer, resumption, () =>
        lockLayer(lock.open(plan, lockSyncsAtOpen)),
      ),
    vault: () => subject.program.openVault(VAULT_CONFIG, newFiles(), {}),
    commit(writer, ...entries) {
      nowMs += 1000;
      const first = writer.commit(entries);
      for (const [i, { bytes, kept }] of entries.entries()) {
        acknowledged.set(first + i, kept === undefined ? { bytes } : { bytes, kept });
        const entry = decodeEntry(bytes);
        if (entry.type === 'exchange.admitted') admitted.add(entry.exchange);
      }
    },
    archive(writer) {
      const { size, note } = writer.archive();
      archived.set(size, note);
    },
    threadEnds() {
      lock.release();
      plan.set([]);
      const running = [...admitted].filter((_, n) => n % 2 === 0);
      resumption = { outage: 'disk_full', outageMs: 5, running, clockOffsetMs: 0 };
    },
    processEnds() {
      lock.release();
      plan.set([]);
      resumption = undefined;
    },
    powerCut(survives) {
      resumption = undefined;
      lock.crash();
      plan.set([]);
      disk.crash(survives);
    },
    fork: (next) => fromParts(next, { disk: disk.fork(), lock: lock.fork(), nowMs, acknowledged, released }),
  };
}

export const VAULT_CONFIG = {
  dataDir: DATA_DIR,
  vault: { masterKey: { file: 'keys/vault-master-key' }, retentionDays: 90, responseBytesMax: 1024 },
};

function openWriter(
  program: Program,
  fs: FileSystem,
  clock: Clock,
  storageLayer: Layers['storage'],
  resumption: Resumption | undefined,
  openLock: () => CheckpointLock,
): LedgerWriter {
  // In the order of ledger-thread.ts: nothing is touched before the lock is held.
  const lock = openLock();
  try {
    const storage = storageLayer(program.createFileStorage(PATHS.ledger, fs));
    const software = 'portcullis test';
    const options = { fs, dataDir: DATA_DIR, clock, lock, storage, software, archiveIntervalMs: 0 };
    const resumed = resumption === undefined ? {} : { resumption };
    return program.openLedgerWriter({ ...options, ...resumed, origin: ORIGIN });
  } catch (error) {
    lock.close();
    throw error;
  }
}

/** A reader may fetch the checkpoint the moment it has its name. */
function watchReleases(disk: MemoryFileSystem, released: Set<string>): FileSystem {
  const path = `${PATHS.ledger}/checkpoint`;
  const look = (): void => {
    const bytes = readFile(disk, path);
    if (bytes !== undefined) released.add(fromUtf8(bytes));
  };
  const opened = new Set<number>();
  return {
    ...disk,
    open(at, flags, mode) {
      const fd = disk.open(at, flags, mode);
      if (at === path) opened.add(fd);
      return fd;
    },
    write(fd, ...rest) {
      const written = disk.write(fd, ...rest);
      if (opened.has(fd)) look();
      return written;
    },
    rename(from, to) {
      disk.rename(from, to);
      if (to === path) look();
    },
  };
}

const same = <T>(part: T): T => part;

/** An entry that commits to content, with content that nobody can open. */
export function entryWithContent(program: Program, number: number): PreparedEntry & { kept: Kept } {
  const sealed = new Uint8Array(90).map((_, i) => (number * 31 + i * 7) % 251);
  const kept = { vaultKey: 'a@1', sealed };
  return Object.assign(program.prepareEntry(admitted(number), kept), { kept });
}

/** An entry without content. */
export function plainEntry(program: Program, number: number): PreparedEntry {
  return program.prepareEntry(
    createEntry('account.limited', START_MS, { account: `account-${number}`, by: 'portcullis' }),
  );
}

/** The admission of one exchange, with a commitment. */
export function admitted(number: number, account = 'a') {
  return createEntry('exchange.admitted', START_MS, {
    exchange: `x-${number}`,
    account,
    key: 'k',
    endpoint: '/v1/chat/completions',
    model: 'm',
    stream: false,
    standing: 'open',
    request_bytes: 1,
    commitments: { request_sha256: base64(new Uint8Array(32).fill(number % 256)) },
  });
}
