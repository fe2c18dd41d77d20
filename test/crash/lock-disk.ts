import type { CheckpointLock } from '../../packages/server/src/ledger/checkpoint-lock.ts';
import type { FaultPlan } from '../../packages/server/src/seams/file-system-faulty.ts';
import { ServerError } from '../../packages/server/src/server-error.ts';

/**
 * The checkpoint lock as SQLite keeps it, with each of its steps a call that can fail: a note is written, where the next process sees it,
 * and then synced. What was written and not synced is lost with the power. Opening syncs what is there (checkpoint-lock-sqlite.ts).
 */
export type LockDisk = {
  /** @param syncs what it has, as SQLite's does; a mutant does not */
  open(plan: FaultPlan, syncs?: boolean): CheckpointLock;
  /** What a reader such as fsck sees. */
  read(): { origin: string; note: string }[];
  /** The process that had it open is gone. */
  release(): void;
  crash(): void;
  fork(): LockDisk;
  /** Puts an older or another state in its place. */
  restore(notes: ReadonlyMap<string, string>): void;
  copy(): Map<string, string>;
};

export function createLockDisk(initial: ReadonlyMap<string, string> = new Map()): LockDisk {
  let visible = new Map(initial);
  let durable = new Map(initial);
  let holder: symbol | undefined;

  const open = (plan: FaultPlan, syncs = true): CheckpointLock => {
    if (holder !== undefined) throw new ServerError('ledger-locked', 'Another writer has this ledger.');
    const mine = Symbol('writer');
    const sync = (): void => plan.run('lock', 'fsync', () => void (durable = new Map(visible)));
    plan.run('lock', 'open', () => void (holder = mine));
    if (syncs) sync();
    return {
      read: (origin) => plan.run('lock', 'read', () => visible.get(origin)),
      swap(origin, previous, next) {
        if (visible.get(origin) !== previous)
          throw new ServerError('conflict', 'The lock holds another checkpoint than this writer left there.');
        plan.run('lock', 'write', () => void visible.set(origin, next));
        sync();
      },
      close() {
        if (holder === mine) holder = undefined;
      },
    };
  };
  return {
    open,
    read: () => [...visible].map(([origin, note]) => ({ origin, note })),
    release: () => void (holder = undefined),
    crash() {
      holder = undefined;
      visible = new Map(durable);
    },
    fork: () => createLockDisk(durable),
    restore(notes) {
      visible = new Map(notes);
      durable = new Map(notes);
    },
    copy: () => new Map(visible),
  };
}
