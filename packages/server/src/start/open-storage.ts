import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import type { Log } from '../gate/gate-ports.ts';
import { ledgerPaths } from '../ledger/data-dir.ts';
import { type LedgerKeys, openLedgerKeys } from '../ledger/keys.ts';
import { createLedgerReader, type LedgerReader } from '../ledger/ledger-reader.ts';
import { createAppender, type PortAppender } from '../ledger/port-appender.ts';
import { type SupervisedLedger, type SuperviseOptions, superviseLedger } from '../ledger/supervise-ledger.ts';
import { openProjectionStore, type ProjectionStore } from '../projections/projection-store.ts';
import { systemClock } from '../seams/clock.ts';
import type { FileSystem } from '../seams/file-system.ts';
import { guardFileSystem } from '../seams/file-system-guarded.ts';
import { nodeFileSystem } from '../seams/file-system-node.ts';
import type { ServerError } from '../server-error.ts';
import { settleMasterKeyRotation } from '../vault/rotate-master-key.ts';
import { openVault } from '../vault/open-vault.ts';
import type { Vault } from '../vault/vault.ts';
import { openProjector, type Projector } from './open-projector.ts';

/** Everything that keeps something: the ledger's thread and reader, the vault, the projections and who feeds them. */
export type Storage = {
  readonly thread: SupervisedLedger;
  readonly reader: LedgerReader;
  readonly appender: PortAppender;
  readonly keys: LedgerKeys;
  readonly vault: Vault;
  readonly store: ProjectionStore;
  readonly projector: Projector;
  /** The vault's file system; it goes no further once the disk has failed. */
  readonly fs: FileSystem;
  close(): Promise<void>;
};

/** What a test may put in the place of the ledger thread's entry and of the pause before it is started anew. */
export type LedgerSeams = Pick<SuperviseOptions, 'entry' | 'delayMs'>;

export type StorageOptions = {
  readonly config: Config;
  /** Such as `portcullis 0.1.0`. */
  readonly software: string;
  readonly log: Log;
  readonly ledgerSeams: LedgerSeams;
  /** Told now and then how many of the ledger's entries a start has checked. */
  readonly onChecking?: ((checked: number, total: number) => void) | undefined;
  /** Told once where nothing may be written any more. */
  readonly onFailed: (error: ServerError) => void;
};

/** @throws ServerError as `startLedgerThread`, `openMasterKey` and `openProjectionStore` do */
export async function openStorage(options: StorageOptions): Promise<Storage> {
  const { config, software, log, ledgerSeams, onChecking, onFailed } = options;
  const fs = guardFileSystem(nodeFileSystem, onFailed);
  const paths = ledgerPaths(config.dataDir);
  const thread = await superviseLedger({
    ...ledgerSeams,
    config,
    software,
    clock: systemClock,
    onChecking,
  });
  thread.onStopped(onFailed);
  const reader = createLedgerReader(config.dataDir, nodeFileSystem);
  const keys = openLedgerKeys({ dir: paths.keys, fs, origin: config.ledger.origin, create: false });
  settleMasterKeyRotation({ fs, dataDir: config.dataDir, reader });
  const vault = openVault(config, fs, process.env);
  await thread.flush();
  const ledgerSize = reader.published()?.checkpoint.size ?? 0;
  const store = openProjectionStore({ path: join(config.dataDir, 'projections.sqlite'), ledgerSize });
  const projector = openProjector(store, reader, log);
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
    fs,
    async close() {
      await thread.stop();
      await projector.stop();
      store.close();
    },
  };
}
