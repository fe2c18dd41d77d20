import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import type { Log } from '../gate/gate-ports.ts';
import type { Appender } from '../ledger/appender.ts';
import { ledgerPaths } from '../ledger/data-dir.ts';
import { createFollower, type Follower } from '../ledger/follower.ts';
import { type LedgerKeys, openLedgerKeys } from '../ledger/keys.ts';
import { createLedgerReader, type LedgerReader } from '../ledger/ledger-reader.ts';
import { createAppender } from '../ledger/port-appender.ts';
import { type LedgerThread, startLedgerThread } from '../ledger/start-ledger-thread.ts';
import type { LedgerEntry } from '../projections/projection.ts';
import { openProjectionStore, type ProjectionStore } from '../projections/projection-store.ts';
import { nodeFileSystem } from '../seams/file-system-node.ts';
import { openVault } from '../vault/open-vault.ts';
import type { Vault } from '../vault/vault.ts';

/** Everything that keeps something: the ledger's thread and reader, the vault, the projections and who feeds them. */
export type Storage = {
  readonly thread: LedgerThread;
  readonly reader: LedgerReader;
  readonly appender: Appender;
  readonly keys: LedgerKeys;
  readonly vault: Vault;
  readonly store: ProjectionStore;
  readonly projector: Follower;
  close(): Promise<void>;
};

const PROJECT_BATCH_MAX = 2048;

/** @throws ServerError as `startLedgerThread`, `openMasterKey` and `openProjectionStore` do */
export async function openStorage(
  config: Config,
  software: string,
  log: Log,
  onChecking?: (checked: number, total: number) => void,
): Promise<Storage> {
  const fs = nodeFileSystem;
  const paths = ledgerPaths(config.dataDir);
  const thread = await startLedgerThread({
    config,
    software,
    ...(onChecking === undefined ? {} : { onChecking }),
  });
  const reader = createLedgerReader(config.dataDir, fs);
  const keys = openLedgerKeys({ dir: paths.keys, fs, origin: config.ledger.origin, create: false });
  const vault = openVault(config, fs, process.env);
  await thread.flush();
  const ledgerSize = reader.published()?.checkpoint.size ?? 0;
  const store = openProjectionStore({ path: join(config.dataDir, 'projections.sqlite'), ledgerSize });
  const projector = followInto(store, reader, log);
  thread.onPublished(() => projector.poke());
  projector.poke();
  await projector.caughtUp();
  return {
    thread,
    reader,
    appender: createAppender(thread.connect(), config.ledger),
    keys,
    vault,
    store,
    projector,
    async close() {
      await thread.stop();
      await projector.stop();
      store.close();
    },
  };
}

/** Feeds the projections, one transaction a batch. */
function followInto(store: ProjectionStore, reader: LedgerReader, log: Log): Follower {
  let batch: LedgerEntry[] = [];
  return createFollower({
    name: 'projections',
    reader,
    from: store.position,
    batchMax: PROJECT_BATCH_MAX,
    handle(index, entry) {
      batch.push({ entry, index });
    },
    onBatch() {
      store.project(batch);
      batch = [];
    },
    onError: (error) =>
      log('error', 'projections.stopped', { reason: error instanceof Error ? error.message : 'unknown' }),
  });
}
