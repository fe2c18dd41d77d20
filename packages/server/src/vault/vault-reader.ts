import { errorCode, readAt, withFile } from '../seams/durable-files.ts';
import type { FileSystem } from '../seams/file-system.ts';
import { ServerError } from '../server-error.ts';
import { type Position, readPosition } from './positions.ts';
import { segmentPath } from './segments.ts';
import { decodeVaultRecord, type VaultRecord } from './vault-record.ts';

/** Reads sealed content by ledger index. */
export type VaultReader = {
  /**
   * Undefined where the entry has none; `erased` where retention has erased it.
   * @throws ServerError `vault-damaged`
   */
  read(index: number): VaultRecord | 'erased' | undefined;
};

/** @param vaultDir such as `portcullis-data/vault` */
export function createVaultReader(fs: FileSystem, vaultDir: string): VaultReader {
  const readOnce = (index: number): VaultRecord | 'erased' | undefined | 'moved' => {
    const position = readPosition(fs, vaultDir, index);
    if (position === undefined)
      throw new ServerError(
        'vault-damaged',
        `The position of entry ${index} in the vault is damaged; make the positions anew: portcullis vault rebuild.`,
      );
    if (position === 'none') return undefined;
    if (position === 'erased') return 'erased';
    return readRecordAt(fs, vaultDir, index, position);
  };
  return {
    read(index) {
      // Retention moves what it keeps before it removes a segment, so a second look finds it.
      for (let tries = 0; tries < 2; tries++) {
        const record = readOnce(index);
        if (record !== 'moved') return record;
      }
      throw new ServerError('vault-damaged', `The segment of the vault that has entry ${index} is missing.`);
    },
  };
}

function readRecordAt(
  fs: FileSystem,
  vaultDir: string,
  index: number,
  position: Exclude<Position, string>,
): VaultRecord | 'moved' {
  const path = segmentPath(vaultDir, position, position.kind);
  let bytes: Uint8Array;
  try {
    bytes = withFile(fs, path, 'r', (fd) => readAt(fs, fd, position.offsetBytes, position.recordBytes));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 'moved';
    throw error;
  }
  const record = decodeVaultRecord(bytes);
  if (record === undefined || record.index !== index)
    throw new ServerError(
      'vault-damaged',
      `The record of entry ${index} in ${path} of the vault is damaged.`,
    );
  return record;
}
