import { createFollower, type Follower, type FollowerOptions } from '../ledger/follower.ts';
import type { LedgerEntry } from './projection.ts';
import type { ProjectionStore } from './projection-store.ts';

/** Entries in one SQLite transaction: large enough to be fast, small enough to let others in the thread have a turn. */
const BATCH_MAX = 2000;

/** Keeps the projections behind the published ledger, one transaction a batch. Poke it when more was published. */
export function createProjectionFollower(
  store: ProjectionStore,
  options: Pick<FollowerOptions, 'reader' | 'onError' | 'onLag'>,
): Follower {
  let batch: LedgerEntry[] = [];
  return createFollower({
    ...options,
    name: 'projections',
    from: store.position,
    batchMax: BATCH_MAX,
    handle(index, entry) {
      batch.push({ index, entry });
    },
    onBatch() {
      const taken = batch;
      batch = [];
      store.project(taken);
    },
  });
}
