import { createEntry, type Entry } from '@portcullis/record';
import { openSqliteLock } from '../../packages/server/src/ledger/checkpoint-lock-sqlite.ts';
import { ledgerPaths } from '../../packages/server/src/ledger/data-dir.ts';
import { createLedgerReader, type LedgerReader } from '../../packages/server/src/ledger/ledger-reader.ts';
import { createFileStorage } from '../../packages/server/src/ledger/ledger-storage-file.ts';
import { prepareEntry } from '../../packages/server/src/ledger/ledger-writer.ts';
import { openLedgerWriter } from '../../packages/server/src/ledger/open-ledger.ts';
import { systemClock } from '../../packages/server/src/seams/clock.ts';
import { makeDirectories } from '../../packages/server/src/seams/durable-files.ts';
import { nodeFileSystem } from '../../packages/server/src/seams/file-system-node.ts';

export const OUR_ORIGIN = 'ledger.example/interop';

/** A real ledger on disk, as the server writes and reads it. */
export type OurLedger = {
  /** The folder with `checkpoint` and `tile/`. */
  readonly folder: string;
  /** Ed25519 (0x01), then ML-DSA-44 (0x06). */
  readonly vkeys: readonly [string, string];
  readonly reader: LedgerReader;
  /** Appends until there are `size` entries, and publishes. @returns the signed checkpoint */
  growTo(size: number): string;
  close(): void;
};

export function createOurLedger(dataDir: string): OurLedger {
  const fs = nodeFileSystem;
  const paths = ledgerPaths(dataDir);
  makeDirectories(fs, dataDir, 0o700);
  const writer = openLedgerWriter({
    fs,
    dataDir,
    clock: systemClock,
    lock: openSqliteLock(paths.lock),
    storage: createFileStorage(paths.ledger, fs),
    origin: OUR_ORIGIN,
    software: 'portcullis interop',
    archiveIntervalMs: 3_600_000,
  });
  const reader = createLedgerReader(dataDir, fs);
  return {
    folder: paths.ledger,
    vkeys: writer.keys.vkeys,
    reader,
    growTo(size) {
      const missing = Array.from({ length: size - writer.size }, (_, i) => writer.size + i);
      if (missing.length > 0) writer.commit(missing.map((number) => prepareEntry(accountEntry(number))));
      writer.publish();
      return reader.published()?.note ?? '';
    },
    close: () => writer.close(),
  };
}

function accountEntry(number: number): Entry {
  return createEntry('account.created', systemClock.now(), {
    account: `account-${number}`,
    by: 'portcullis',
  });
}
