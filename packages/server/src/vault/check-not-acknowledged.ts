import { readAt, withFile } from '../seams/durable-files.ts';
import type { FileSystem } from '../seams/file-system.ts';
import { ServerError } from '../server-error.ts';
import { decodeVaultRecord, readVaultHeader, RECORD_HEADER_BYTES } from './vault-record.ts';

/**
 * Before anything is cut off: a whole record of an entry the lock covers, behind bytes that are not whole, is decay and no cut-off write.
 * @param size entries that the lock covers. @param from `to`: what is about to be cut off, in bytes of the segment
 * @throws ServerError `vault-damaged`
 */
export function checkNotAcknowledged(
  { fs, size }: { readonly fs: FileSystem; readonly size: number },
  path: string,
  from: number,
  to: number,
): void {
  const tail = withFile(fs, path, 'r', (fd) => readAt(fs, fd, from, to - from));
  for (let at = 1; at < tail.length; at++) {
    const header = readVaultHeader(tail.subarray(at, at + RECORD_HEADER_BYTES));
    if (header === undefined || header.index >= size) continue;
    if (decodeVaultRecord(tail.subarray(at, at + header.recordBytes)) !== undefined)
      throw damagedAt(path, from);
  }
}

export function damagedAt(path: string, offsetBytes: number): ServerError {
  return new ServerError(
    'vault-damaged',
    `The segment ${path} is damaged at byte ${offsetBytes}; restore it.`,
  );
}
