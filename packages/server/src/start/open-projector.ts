import type { Log } from '../gate/gate-ports.ts';
import { createFollower, type Follower } from '../ledger/follower.ts';
import type { LedgerReader } from '../ledger/ledger-reader.ts';
import type { LedgerEntry } from '../projections/projection.ts';
import type { ProjectionStore } from '../projections/projection-store.ts';
import { createBackOff } from '../seams/back-off.ts';

/** Feeds the projections from the published ledger. Its `caughtUp` throws what stopped it on the way: a start must not go on then. */
export type Projector = Pick<Follower, 'poke' | 'caughtUp' | 'stop'>;

const BATCH_MAX = 2048;
const PAUSES = { firstMs: 100, maxMs: 5_000 };

/**
 * Where a batch fails, as on a full disk, it starts again from what the tables have, with a longer and longer pause. All of it is derived, so
 * going on does no harm; how far it is behind shows as its lag.
 */
export function openProjector(store: ProjectionStore, reader: LedgerReader, log: Log): Projector {
  const backOff = createBackOff(PAUSES);
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let failure: unknown;
  const open = (): Follower => {
    let batch: LedgerEntry[] = [];
    return createFollower({
      name: 'projections',
      reader,
      from: store.position,
      batchMax: BATCH_MAX,
      handle(index, entry) {
        batch.push({ entry, index });
      },
      onBatch() {
        store.project(batch);
        batch = [];
        backOff.reset();
      },
      onError: fail,
    });
  };
  const fail = (error: unknown): void => {
    failure = error;
    log('error', 'projections.stopped', { reason: error instanceof Error ? error.message : 'unknown' });
    if (stopped) return;
    timer = setTimeout(() => {
      follower = open();
      follower.poke();
    }, backOff.next());
  };
  let follower = open();
  return {
    poke: () => follower.poke(),
    async caughtUp() {
      await follower.caughtUp();
      if (!follower.running && !stopped) throw failure;
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await follower.stop();
    },
  };
}
