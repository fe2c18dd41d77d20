import { dirname } from 'node:path';
import { readAt, syncDirectory, withFile } from '../seams/durable-files.ts';
import type { FileSystem } from '../seams/file-system.ts';
import { POSITION_BYTES, positionsPath, writePositions } from './positions.ts';
import { readErased } from './retention.ts';
import { listSegments, type SegmentId, type SegmentKind, scanHeaders, segmentPath } from './segments.ts';
import { decodeVaultRecord, type VaultRecord } from './vault-record.ts';

export type RecordAt = SegmentId & {
  readonly kind: SegmentKind;
  readonly path: string;
  readonly offsetBytes: number;
  readonly recordBytes: number;
  /** Undefined where its checksum is wrong. */
  readonly record: VaultRecord | undefined;
};

/** Where a segment does not go on with a whole record. */
export type CutOff = { readonly path: string; readonly endBytes: number; readonly sizeBytes: number };

/** Every record of every segment, kept ones last; `onCutOff` hears of segments that do not end in a whole record. */
export function* readAllRecords(
  fs: FileSystem,
  vaultDir: string,
  onCutOff: (at: CutOff) => void,
): Generator<RecordAt> {
  for (const kind of ['seg', 'kept'] as const) {
    for (const id of listSegments(fs, vaultDir, kind)) {
      const path = segmentPath(vaultDir, id, kind);
      const { headers, endBytes, sizeBytes } = scanHeaders(fs, path);
      for (const { offsetBytes, recordBytes } of headers) {
        const bytes = withFile(fs, path, 'r', (fd) => readAt(fs, fd, offsetBytes, recordBytes));
        yield { ...id, kind, path, offsetBytes, recordBytes, record: decodeVaultRecord(bytes) };
      }
      if (endBytes !== sizeBytes) onCutOff({ path, endBytes, sizeBytes });
    }
  }
}

/** Every index that retention has erased, from the lists it left. */
export function readAllErased(fs: FileSystem, vaultDir: string): Set<number> {
  const erased = new Set<number>();
  for (const id of listSegments(fs, vaultDir, 'erased'))
    for (const index of readErased(fs, segmentPath(vaultDir, id, 'erased'))) erased.add(index);
  return erased;
}

/**
 * Makes the position index anew from the segments, in one step; the ledger's writer must be stopped.
 * @param size entries of the ledger
 */
export function rebuildPositions(fs: FileSystem, vaultDir: string, size: number): void {
  settleNames(fs, vaultDir);
  const tmp = `${positionsPath(vaultDir)}.tmp`;
  if (fs.stat(tmp) !== undefined) fs.unlink(tmp);
  withFile(
    fs,
    tmp,
    'wx',
    (fd) => {
      fs.truncate(fd, size * POSITION_BYTES);
      for (const at of readAllRecords(fs, vaultDir, () => {})) {
        if (at.record === undefined || at.record.index >= size) continue;
        const { day, number, kind, offsetBytes, recordBytes } = at;
        writePositions(fs, fd, at.record.index, [{ day, number, kind, offsetBytes, recordBytes }]);
      }
      for (const index of readAllErased(fs, vaultDir))
        if (index < size) writePositions(fs, fd, index, ['erased']);
      fs.fsync(fd);
    },
    0o600,
  );
  fs.rename(tmp, positionsPath(vaultDir));
  syncDirectory(fs, vaultDir);
}

/** An erasure that was killed may have left files that are visible and not durable; positions must not lead to one. */
function settleNames(fs: FileSystem, vaultDir: string): void {
  const folders = new Set<string>();
  for (const kind of ['seg', 'kept', 'erased'] as const)
    for (const id of listSegments(fs, vaultDir, kind)) folders.add(dirname(segmentPath(vaultDir, id, kind)));
  for (const folder of folders) syncDirectory(fs, folder);
}
