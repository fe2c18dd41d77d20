import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';
import type { CheckpointLock } from '../../ledger/checkpoint-lock.ts';
import type { Clock } from '../../seams/clock.ts';
import type { FileSystem } from '../../seams/file-system.ts';

// Faults that a test puts into the ledger's thread while it runs: two numbers in memory that both threads see.

const NAME = 'portcullis test faults';
const FAULTS = ['none', 'ENOSPC', 'EMFILE', 'EIO at fsync', 'broken', 'acknowledgement lost'] as const;
export type Fault = (typeof FAULTS)[number];

const memory = () => new Int32Array(getEnvironmentData(NAME) as unknown as SharedArrayBuffer);

/** For the test; before the first thread starts. */
export function createFaults(): { set(fault: Fault): void; stepClock(ms: number): void } {
  setEnvironmentData(NAME, new SharedArrayBuffer(8) as never);
  return {
    set: (fault) => void Atomics.store(memory(), 0, FAULTS.indexOf(fault)),
    stepClock: (ms) => void Atomics.add(memory(), 1, ms),
  };
}

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: made to fail`), { code });
}

/** For the thread. A full disk still takes half of what is written to it, as a real one does. */
export function withFaults(fs: FileSystem): FileSystem {
  const is = (fault: Fault): boolean => Atomics.load(memory(), 0) === FAULTS.indexOf(fault);
  const failingSync = (sync: (fd: number) => void) => (fd: number) => {
    if (is('EIO at fsync')) throw failure('EIO');
    sync(fd);
  };
  let half = false;
  return {
    ...fs,
    open(path, flags, mode) {
      if (is('EMFILE')) throw failure('EMFILE');
      return fs.open(path, flags, mode);
    },
    write(fd, bytes, offset, length, position) {
      if (is('broken')) throw new TypeError('nobody foresaw this');
      if (!is('ENOSPC')) return fs.write(fd, bytes, offset, length, position);
      half = !half;
      if (half && length > 1) return fs.write(fd, bytes, offset, Math.floor(length / 2), position);
      throw failure('ENOSPC');
    },
    fsync: failingSync(fs.fsync),
    fdatasync: failingSync(fs.fdatasync),
  };
}

/** For the thread. Once, a commit is on the disk and in the lock, and nobody hears of it. */
export function withLostAcknowledgement(lock: CheckpointLock): CheckpointLock {
  const lost = FAULTS.indexOf('acknowledgement lost');
  return {
    ...lock,
    swap(origin, previous, next) {
      lock.swap(origin, previous, next);
      if (Atomics.compareExchange(memory(), 0, lost, 0) === lost) throw new TypeError('made to fail');
    },
  };
}

export function withSteps(clock: Clock): Clock {
  return { now: () => clock.now() + Atomics.load(memory(), 1), monotonic: () => clock.monotonic() };
}
