import { join } from 'node:path';
import { openOwnCheckpoint } from '../ledger/check-ledger.ts';
import { openSqliteLock, readSqliteLock } from '../ledger/checkpoint-lock-sqlite.ts';
import { ledgerPaths } from '../ledger/data-dir.ts';
import { HANDOVERS_FILE } from '../ledger/handovers.ts';
import { readOwnKeys } from '../ledger/own-keys.ts';
import { readFile } from '../seams/durable-files.ts';
import { nodeFileSystem } from '../seams/file-system-node.ts';
import { ServerError } from '../server-error.ts';
import { rebuildPositions } from '../vault/rebuild-positions.ts';

/**
 * Makes the position index of a data directory's vault anew, while no writer has it.
 * @returns how many entries it covers
 * @throws ServerError `not-found`, `ledger-locked`, `ledger-damaged` (the lock is not what the ledger's keys signed)
 */
export function rebuildVaultIndex(dataDir: string): number {
  const fs = nodeFileSystem;
  const paths = ledgerPaths(dataDir);
  const held = fs.stat(paths.lock) === undefined ? undefined : readSqliteLock(paths.lock)[0];
  if (held === undefined) throw new ServerError('not-found', `There is no ledger in ${dataDir}.`);
  const lock = openSqliteLock(paths.lock);
  try {
    const note = lock.read(held.origin) ?? held.note;
    const handovers = readFile(fs, join(paths.ledger, HANDOVERS_FILE));
    const { terms } = readOwnKeys({ dir: paths.keys, fs, origin: held.origin, note, handovers });
    const { size } = openOwnCheckpoint(note, terms, held.origin, 'the checkpoint in the lock');
    rebuildPositions(fs, paths.vault, size);
    return size;
  } finally {
    lock.close();
  }
}
