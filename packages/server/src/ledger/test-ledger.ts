import { createEntry, type Entry } from '@portcullis/record';
import type { Clock } from '../seams/clock.ts';
import { createMemoryFileSystem, type MemoryFileSystem } from '../seams/file-system-memory.ts';
import { createMemoryLockStore, type MemoryLockStore } from './checkpoint-lock-memory.ts';
import { ledgerPaths } from './data-dir.ts';
import { type FsckOptions, type FsckReport, fsck } from './fsck.ts';

import { createFileStorage } from './ledger-storage-file.ts';

import { type OpenedLedger, openLedgerWriter } from './open-ledger.ts';

// For tests: a whole ledger in memory, whose disk can forget and be patched, and whose clock stands still.

export const TEST_ORIGIN = 'ledger.example/test';
const DATA_DIR = '/data';

export type TestLedger = {
  readonly dataDir: string;
  readonly paths: ReturnType<typeof ledgerPaths>;
  readonly disk: MemoryFileSystem;
  readonly locks: MemoryLockStore;
  readonly clock: Clock & { set(ms: number): void };
  open(): OpenedLedger;
  /** The machine loses power; the next {@link open} is a restart. */
  crash(): void;
  fsck(options?: Partial<FsckOptions>): Promise<FsckReport>;
};

export function createTestLedger(archiveIntervalMs = 3_600_000): TestLedger {
  const disk = createMemoryFileSystem();
  const locks = createMemoryLockStore();
  let nowMs = Date.UTC(2026, 0, 1);
  const clock = {
    now: () => nowMs,
    monotonic: () => nowMs,
    set(ms: number) {
      nowMs = ms;
    },
  };
  const paths = ledgerPaths(DATA_DIR);
  const readLock = () => [...locks.notes].map(([origin, note]) => ({ origin, note }));
  return {
    dataDir: DATA_DIR,
    paths,
    disk,
    locks,
    clock,
    open() {
      const lock = locks.open();
      try {
        const storage = createFileStorage(paths.ledger, disk);
        const software = 'portcullis test';
        const parts = { fs: disk, dataDir: DATA_DIR, clock, lock, storage, software, archiveIntervalMs };
        return openLedgerWriter({ ...parts, origin: TEST_ORIGIN });
      } catch (error) {
        lock.close();
        throw error;
      }
    },
    crash() {
      locks.release();
      disk.crash();
    },
    fsck: (options = {}) => fsck(DATA_DIR, { fs: disk, readLock, ...options }),
  };
}

/** A small entry that says which one it is. */
export function numberedEntry(number: number): Entry {
  return createEntry('account.limited', Date.UTC(2026, 0, 1), {
    account: `account-${number}`,
    by: 'portcullis',
  });
}
