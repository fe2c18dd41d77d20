import { readAt, withFile } from '../seams/durable-files.ts';
import type { FileSystem } from '../seams/file-system.ts';
import { openPositions, POSITION_BYTES, writePositions } from './positions.ts';
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
 * Makes the position index anew from the segments; the ledger must be stopped.
 * @param size entries of the ledger
 */
export function rebuildPositions(fs: FileSystem, vaultDir: string, size: number): void {
  const positions = openPositions(fs, vaultDir);
  try {
    fs.truncate(positions, 0);
    fs.truncate(positions, size * POSITION_BYTES);
    for (const at of readAllRecords(fs, vaultDir, () => {})) {
      if (at.record === undefined || at.record.index >= size) continue;
      const { day, number, kind, offsetBytes, recordBytes } = at;
      writePositions(fs, positions, at.record.index, [{ day, number, kind, offsetBytes, recordBytes }]);
    }
    for (const index of readAllErased(fs, vaultDir))
      if (index < size) writePositions(fs, positions, index, ['erased']);
    fs.fsync(positions);
  } finally {
    fs.close(positions);
  }
}
