import { join } from 'node:path';
import {
  errorCode,
  makeDirectories,
  readAt,
  syncDirectory,
  withFile,
  writeAll,
} from '../seams/durable-files.ts';
import type { FileSystem } from '../seams/file-system.ts';
import type { SegmentId, SegmentKind } from './segments.ts';

// vault/positions: 16 bytes a ledger index, `u32 day ‖ u16 segment ‖ u16 kind ‖ u32 offset ‖ u32 record length`. All zero: no content. All ones: erased
// by age. Derived from the segments and rebuilt from them where it is behind.

export const POSITION_BYTES = 16;
const KINDS: readonly SegmentKind[] = ['seg', 'kept'];

export type Position =
  | 'none'
  | 'erased'
  | (SegmentId & {
      readonly kind: SegmentKind;
      readonly offsetBytes: number;
      readonly recordBytes: number;
    });

export function positionsPath(vaultDir: string): string {
  return join(vaultDir, 'positions');
}

export function encodePosition(position: Position): Uint8Array {
  const bytes = new Uint8Array(POSITION_BYTES);
  if (position === 'none') return bytes;
  if (position === 'erased') return bytes.fill(0xff);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, position.day);
  view.setUint16(4, position.number);
  view.setUint16(6, KINDS.indexOf(position.kind) + 1);
  view.setUint32(8, position.offsetBytes);
  view.setUint32(12, position.recordBytes);
  return bytes;
}

/** Undefined where the bytes are no position. A slot that the file does not reach says `none`. */
export function decodePosition(bytes: Uint8Array): Position | undefined {
  if (isAll(bytes, 0)) return 'none';
  if (bytes.length !== POSITION_BYTES) return undefined;
  if (isAll(bytes, 0xff)) return 'erased';
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const kind = KINDS[view.getUint16(6) - 1];
  if (kind === undefined) return undefined;
  return {
    day: view.getUint32(0),
    number: view.getUint16(4),
    kind,
    offsetBytes: view.getUint32(8),
    recordBytes: view.getUint32(12),
  };
}

function isAll(bytes: Uint8Array, value: number): boolean {
  for (const byte of bytes) if (byte !== value) return false;
  return true;
}

/** Opens the file for reading and writing, making it where it is missing; its name is durable when this returns. */
export function openPositions(fs: FileSystem, vaultDir: string): number {
  makeDirectories(fs, vaultDir);
  const fd = openOrMake(fs, positionsPath(vaultDir));
  // Also where it was there: whoever made it may have been killed before this.
  syncDirectory(fs, vaultDir);
  return fd;
}

function openOrMake(fs: FileSystem, path: string): number {
  try {
    return fs.open(path, 'r+', 0o600);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
  return fs.open(path, 'wx+', 0o600);
}

/** Writes the slots of consecutive indices. */
export function writePositions(
  fs: FileSystem,
  fd: number,
  first: number,
  positions: readonly Position[],
): void {
  const bytes = new Uint8Array(positions.length * POSITION_BYTES);
  positions.forEach((position, i) => bytes.set(encodePosition(position), i * POSITION_BYTES));
  writeAll(fs, fd, bytes, first * POSITION_BYTES);
}

/** One slot; undefined where it is damaged. */
export function readPosition(fs: FileSystem, vaultDir: string, index: number): Position | undefined {
  try {
    return withFile(fs, positionsPath(vaultDir), 'r', (fd) =>
      decodePosition(readAt(fs, fd, index * POSITION_BYTES, POSITION_BYTES)),
    );
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 'none';
    throw error;
  }
}
