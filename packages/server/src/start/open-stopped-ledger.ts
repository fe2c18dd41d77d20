import { checkAtStart } from '../ledger/check-at-start.ts';
import type { CheckpointLock } from '../ledger/checkpoint-lock.ts';
import { openSqliteLock, readSqliteLock } from '../ledger/checkpoint-lock-sqlite.ts';
import { ledgerPaths } from '../ledger/data-dir.ts';
import { createFileStorage } from '../ledger/ledger-storage-file.ts';
import { type OpenedLedger, openLedgerWriter } from '../ledger/open-ledger.ts';
import { systemClock } from '../seams/clock.ts';
import { guardFileSystem } from '../seams/file-system-guarded.ts';
import type { FileSystem } from '../seams/file-system.ts';
import { nodeFileSystem } from '../seams/file-system-node.ts';
import { ServerError } from '../server-error.ts';
import { VERSION } from '../version.ts';

export type StoppedLedger = { readonly writer: OpenedLedger; readonly fs: FileSystem };

/**
 * Opens the ledger of a data directory that nothing runs on, with all checks of a start, for a command that changes its keys. It tells the
 * restart, as every start does. The caller closes the writer.
 * @throws ServerError `not-found`, `ledger-locked` (something runs on it), `ledger-damaged` and whatever a start is refused for
 */
export async function openStoppedLedger(
  dataDir: string,
  archiveIntervalMs: number,
  progress: (checked: number, total: number) => void,
): Promise<StoppedLedger> {
  const fs = guardFileSystem(nodeFileSystem);
  const paths = ledgerPaths(dataDir);
  const held = fs.stat(paths.lock) === undefined ? undefined : readSqliteLock(paths.lock)[0];
  if (held === undefined) throw new ServerError('not-found', `There is no ledger in ${dataDir}.`);
  const { origin } = held;
  const lock = takeLock(paths.lock, dataDir);
  try {
    await checkAtStart({ fs, dataDir, origin, lock, progress });
    const storage = createFileStorage(paths.ledger, fs);
    const software = `portcullis ${VERSION}`;
    const parts = { fs, dataDir, clock: systemClock, lock, storage, origin, software, archiveIntervalMs };
    return { writer: openLedgerWriter(parts), fs };
  } catch (error) {
    lock.close();
    throw error;
  }
}

function takeLock(path: string, dataDir: string): CheckpointLock {
  try {
    return openSqliteLock(path);
  } catch (cause) {
    if (!(cause instanceof ServerError) || cause.code !== 'ledger-locked') throw cause;
    throw new ServerError(
      'ledger-locked',
      `A server runs on ${dataDir}, and keys change only while none does. Stop it, and run this again.`,
      { cause },
    );
  }
}
