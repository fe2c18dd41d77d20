import { errorCode } from '../seams/durable-files.ts';
import type { FileSystem } from '../seams/file-system.ts';
import { type FileWindow, openFileWindow } from './file-window.ts';
import { decodePosition, POSITION_BYTES, positionsPath, type Position } from './positions.ts';
import { type SegmentId, type SegmentKind, segmentPath } from './segments.ts';
import { decodeVaultRecord, type VaultRecord } from './vault-record.ts';

/** Reads many records in a row, through files that stay open; for as long as a batch takes, as retention can not free what is open. */
export type VaultBatch = {
  /** Undefined where it does not know, whatever the reason: ask the reader, which looks at the files as they are now. */
  read(index: number): VaultRecord | undefined;
  close(): void;
};

const POSITIONS_BYTES = 256 * POSITION_BYTES;
const SEGMENT_WINDOW_BYTES = 262_144;

/** @param vaultDir such as `portcullis-data/vault` */
export function openVaultBatch(fs: FileSystem, vaultDir: string): VaultBatch {
  const open = (path: string, windowBytes: number): FileWindow | undefined => {
    try {
      return openFileWindow(fs, path, windowBytes);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  };
  let positions: FileWindow | undefined;
  let segment: FileWindow | undefined;
  let segmentId: (SegmentId & { readonly kind: SegmentKind }) | undefined;
  const segmentOf = (position: Exclude<Position, string>): FileWindow | undefined => {
    const { day, number, kind } = position;
    if (segmentId?.day === day && segmentId.number === number && segmentId.kind === kind) return segment;
    segment?.close();
    segment = open(segmentPath(vaultDir, position, kind), SEGMENT_WINDOW_BYTES);
    segmentId = position;
    return segment;
  };
  return {
    read(index) {
      positions ??= open(positionsPath(vaultDir), POSITIONS_BYTES);
      const slot = positions?.read(index * POSITION_BYTES, POSITION_BYTES);
      const position = slot === undefined ? undefined : decodePosition(slot);
      if (position === undefined || typeof position === 'string') return undefined;
      const bytes = segmentOf(position)?.read(position.offsetBytes, position.recordBytes);
      const record = bytes === undefined ? undefined : decodeVaultRecord(bytes);
      return record?.index === index ? record : undefined;
    },
    close() {
      positions?.close();
      segment?.close();
      positions = undefined;
      segment = undefined;
      segmentId = undefined;
    },
  };
}
