import { ServerError } from '../server-error.ts';
import type { CheckpointLock } from './checkpoint-lock.ts';

/** Checkpoints that outlive a writer in one process, and can be made to fail: for tests. */
export type MemoryLockStore = {
  /** @throws ServerError `ledger-locked` while another has it open */
  open(): CheckpointLock;
  readonly notes: Map<string, string>;
  /** Makes the n-th swap from now fail, having kept the note or not. */
  failSwap(nth: number, how: 'failed' | 'persisted'): void;
  /** The writer's process is gone. */
  release(): void;
};

export function createMemoryLockStore(): MemoryLockStore {
  const notes = new Map<string, string>();
  let holder: symbol | undefined;
  let fault: { nth: number; how: 'failed' | 'persisted' } | undefined;

  const swap = (origin: string, previous: string | undefined, next: string): void => {
    if (notes.get(origin) !== previous)
      throw new ServerError('conflict', 'The lock holds another checkpoint than this writer left there.');
    if (fault !== undefined) fault.nth -= 1;
    const failing = fault?.nth === 0 ? fault.how : undefined;
    if (failing !== undefined) fault = undefined;
    if (failing !== 'failed') notes.set(origin, next);
    if (failing !== undefined) throw new Error('EIO: the swap was made to fail');
  };
  return {
    notes,
    open() {
      if (holder !== undefined) throw new ServerError('ledger-locked', 'Another writer has this ledger.');
      const mine = Symbol('writer');
      holder = mine;
      return {
        read: (origin) => notes.get(origin),
        swap,
        close() {
          if (holder === mine) holder = undefined;
        },
      };
    },
    failSwap(nth, how) {
      fault = { nth, how };
    },
    release() {
      holder = undefined;
    },
  };
}
