import type { CheckpointLock } from '../../packages/server/src/ledger/checkpoint-lock.ts';
import { ledgerPaths } from '../../packages/server/src/ledger/data-dir.ts';
import { fsck, type FsckOptions, type FsckReport } from '../../packages/server/src/ledger/fsck.ts';
import { createFileStorage } from '../../packages/server/src/ledger/ledger-storage-file.ts';
import type { LedgerWriterOptions } from '../../packages/server/src/ledger/open-ledger.ts';
import {
  createFaultPlan,
  createFaultyFileSystem,
  type Fault,
} from '../../packages/server/src/seams/file-system-faulty.ts';
import {
  createMemoryFileSystem,
  type MemoryFileSystem,
} from '../../packages/server/src/seams/file-system-memory.ts';
import type { FileSystem } from '../../packages/server/src/seams/file-system.ts';
import { createLockDisk, type LockDisk } from './lock-disk.ts';
import { createRandom } from './random.ts';
import { createStepOf } from './steps.ts';

// Something that is done to a stopped data directory, killed at each of its calls in turn.

export const DATA_DIR = '/data';
export const ORIGIN = 'ledger.example/rotation';
export const START_MS = Date.UTC(2026, 0, 1);

/** A disk and a lock, as one process has them. `fs` and `lock` go through the plan of what fails. */
export type World = {
  readonly disk: MemoryFileSystem;
  readonly lockDisk: LockDisk;
  readonly fs: FileSystem;
  /** Options to open the ledger with; takes the lock. */
  open(): LedgerWriterOptions;
  fsck(options?: Partial<FsckOptions>): Promise<FsckReport>;
};

type Planned = World & { readonly plan: ReturnType<typeof createFaultPlan> };

export function createWorld(disk = createMemoryFileSystem(), lockDisk = createLockDisk()): Planned {
  const plan = createFaultPlan();
  const stepOf = createStepOf(DATA_DIR, (path) => disk.stat(path)?.directory === true);
  const fs = createFaultyFileSystem(disk, { plan, stepOf, onLostSync: disk.loseUnsynced });
  const clock = { now: () => START_MS, monotonic: () => START_MS };
  return {
    disk,
    lockDisk,
    fs,
    plan,
    open() {
      const lock: CheckpointLock = lockDisk.open(plan);
      const storage = createFileStorage(ledgerPaths(DATA_DIR).ledger, fs);
      const software = 'portcullis test';
      const options = { fs, dataDir: DATA_DIR, clock, lock, storage, software, archiveIntervalMs: 0 };
      return { ...options, origin: ORIGIN };
    },
    fsck: (options = {}) => fsck(DATA_DIR, { fs: disk, readLock: lockDisk.read, ...options }),
  };
}

/** What is left after a kill: the process alone is gone, or the power with what was not synced, or with some of it. */
const AFTERMATHS = {
  kill: (world: Planned) => world.lockDisk.release(),
  'power cut': (world: Planned) => {
    world.lockDisk.crash();
    world.disk.crash();
  },
  'power cut, some of it kept': (world: Planned, seed: number) => {
    const random = createRandom(seed);
    world.lockDisk.crash();
    world.disk.crash(() => random() < 0.5);
  },
};

export type Killed = { readonly name: string; readonly world: World };

/** @param T what opening gives, and acting takes */
export type Deed<T> = {
  /** Comes before what is killed. */
  readonly open: (world: World) => T;
  readonly act: (opened: T, world: World) => unknown;
};

/** They change nothing on the disk: killed before one is killed before the next. */
const INERT: ReadonlySet<string> = new Set(['read', 'close']);

type Aftermath = keyof typeof AFTERMATHS;
const ALL_AFTERMATHS = Object.keys(AFTERMATHS) as Aftermath[];

/** `steps`: only calls on these parts of the data directory (steps.ts) are killed. */
type KillOptions = { readonly aftermaths?: readonly Aftermath[]; readonly steps?: RegExp };

/** Each state that a kill can leave, one after another. @param before a world that is at rest */
export async function* killEverywhere<T>(
  before: World,
  { open, act }: Deed<T>,
  { aftermaths = ALL_AFTERMATHS, steps = /./ }: KillOptions = {},
): AsyncGenerator<Killed> {
  const run = async (faults: readonly Fault[]): Promise<Planned> => {
    const world = createWorld(before.disk.fork(), before.lockDisk.fork());
    const opened = open(world);
    world.plan.set(faults);
    try {
      await act(opened, world);
    } catch (error) {
      if (!world.plan.killed) throw error;
    }
    if (faults.length > 0 && !world.plan.killed) throw new Error('Nothing was killed.');
    return world;
  };
  const { trace } = (await run([])).plan;
  for (const [i, { step, call }] of trace.entries()) {
    if (INERT.has(call) || !steps.test(step)) continue;
    for (const aftermath of aftermaths) {
      // Killed before the call; what is killed after one is killed before the next.
      const world = await run([{ call: 'any', nth: i + 1, how: 'kill' }]);
      AFTERMATHS[aftermath](world, i);
      world.plan.set([]);
      yield { name: `${i + 1} of ${trace.length}: ${call} of ${step}, ${aftermath}`, world };
    }
  }
}
