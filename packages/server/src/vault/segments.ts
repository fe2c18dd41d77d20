import { join } from 'node:path';
import { listFiles, readAt, withFile } from '../seams/durable-files.ts';
import type { FileSystem } from '../seams/file-system.ts';
import { RECORD_HEADER_BYTES, readVaultHeader, type VaultHeader } from './vault-record.ts';

// vault/segments/<UTC day>/<number>.seg: append-only; `.kept` has what retention carried over; `.erased` lists what it erased.

export const SEGMENT_BYTES_MAX = 2 ** 30;
export const DAY_MS = 86_400_000;
const SEGMENTS_A_DAY_MAX = 65_535;

export type SegmentKind = 'seg' | 'kept';
/** `day` counts from 1970-01-01. */
export type SegmentId = { readonly day: number; readonly number: number };

export function segmentPath(vaultDir: string, id: SegmentId, kind: SegmentKind | 'erased'): string {
  const day = new Date(id.day * DAY_MS).toISOString().slice(0, 10);
  return join(vaultDir, 'segments', day, `${String(id.number).padStart(5, '0')}.${kind}`);
}

/** All segment files of one kind, oldest first. */
export function listSegments(
  fs: FileSystem,
  vaultDir: string,
  kind: SegmentKind | 'erased' = 'seg',
): SegmentId[] {
  const found: SegmentId[] = [];
  for (const path of listFiles(fs, join(vaultDir, 'segments'))) {
    const match = /^(\d{4}-\d{2}-\d{2})\/(\d{5})\.(seg|kept|erased)$/.exec(path);
    if (match === null || match[3] !== kind) continue;
    const number = Number(match[2]);
    if (number <= SEGMENTS_A_DAY_MAX) found.push({ day: Date.parse(match[1] as string) / DAY_MS, number });
  }
  return found;
}

export type HeaderAt = VaultHeader & { readonly offsetBytes: number };

/**
 * The headers of a segment in order; stops where no whole record follows.
 * @returns `endBytes`: where the last whole record ends
 */
export function scanHeaders(
  fs: FileSystem,
  path: string,
  fromBytes = 0,
): { headers: HeaderAt[]; endBytes: number; sizeBytes: number } {
  const sizeBytes = fs.stat(path)?.sizeBytes ?? 0;
  const headers: HeaderAt[] = [];
  let at = fromBytes;
  if (sizeBytes > at) {
    withFile(fs, path, 'r', (fd) => {
      while (at < sizeBytes) {
        const header = readVaultHeader(readAt(fs, fd, at, RECORD_HEADER_BYTES));
        if (header === undefined || at + header.recordBytes > sizeBytes) return;
        headers.push({ ...header, offsetBytes: at });
        at += header.recordBytes;
      }
    });
  }
  return { headers, endBytes: at, sizeBytes };
}
