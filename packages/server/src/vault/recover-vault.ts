import { readAt, withFile } from '../seams/durable-files.ts';
import type { FileSystem } from '../seams/file-system.ts';
import { ServerError } from '../server-error.ts';
import { checkNotAcknowledged, damagedAt } from './check-not-acknowledged.ts';
import { decodePosition, POSITION_BYTES, type Position, positionsPath, writePositions } from './positions.ts';
import { rebuildPositions } from './rebuild-positions.ts';
import { type HeaderAt, listSegments, type SegmentId, scanHeaders, segmentPath } from './segments.ts';
import { decodeVaultRecord } from './vault-record.ts';

// What a start does before the vault takes records again. Of a write that a crash cut off, any part may be there: a whole record, a header whose
// index was torn, a body of zeroes. So beyond what is published only records with a right checksum and a rising index count, and what
// follows the first that is not such a one is cut off, unless something that was acknowledged is in it.

export type Recovery = {
  readonly fs: FileSystem;
  readonly dir: string;
  /** Entries the lock covers. */
  readonly size: number;
  readonly publishedSize: number;
  /** Entries from the published size on that must have a record. */
  readonly committed: readonly number[];
};

type Scanned = { id: SegmentId; path: string; headers: HeaderAt[]; keepBytes: number; sizeBytes: number };
type Last = { readonly index: number; readonly position: Exclude<Position, string> };

/** The index is derived: where it is lost or cut, it is made anew. It reaches as far as what is published (see vault-writer.ts). */
export function recoverPositions({ fs, dir, publishedSize }: Recovery): void {
  if ((fs.stat(positionsPath(dir))?.sizeBytes ?? 0) < publishedSize * POSITION_BYTES)
    rebuildPositions(fs, dir, publishedSize);
}

/**
 * @param positions the open position index
 * @throws ServerError `vault-damaged` where a record that was acknowledged is not whole
 */
export function recoverVault(recovery: Recovery, positions: number): void {
  const { fs, size, publishedSize } = recovery;
  const scanned = scanRecent(recovery, lastDurable(fs, positions, publishedSize));
  checkCommitted(recovery, scanned);
  // What is not published is written anew: zeroes, which say "none", until they are filled below.
  fs.truncate(positions, publishedSize * POSITION_BYTES);
  fs.truncate(positions, size * POSITION_BYTES);
  for (const { id, path, headers, keepBytes, sizeBytes } of scanned) {
    if (keepBytes < sizeBytes) cutSegment(fs, path, keepBytes);
    for (const { index, offsetBytes, recordBytes } of headers) {
      if (index >= publishedSize && index < size)
        writePositions(fs, positions, index, [{ ...id, kind: 'seg', offsetBytes, recordBytes }]);
    }
  }
  fs.fdatasync(positions);
}

/** The segments that may have records of entries that are not published. */
function scanRecent(recovery: Recovery, from: Last | undefined): Scanned[] {
  const { fs, dir, size } = recovery;
  const segments = listSegments(fs, dir);
  let previous = from?.index ?? -1;
  const scanned: Scanned[] = [];
  for (const [n, id] of segments.entries()) {
    const order = from === undefined ? 1 : compareSegments(id, from.position);
    if (order < 0) continue;
    const path = segmentPath(dir, id, 'seg');
    const start =
      from !== undefined && order === 0 ? from.position.offsetBytes + from.position.recordBytes : 0;
    const { headers, endBytes, sizeBytes } = scanWhole(recovery, path, start, previous);
    const cut = headers.find((header) => header.index >= size);
    // Only the end of the newest segment can have been in the middle of a write.
    if (cut === undefined && endBytes < sizeBytes && n < segments.length - 1) throw damagedAt(path, endBytes);
    const keepBytes = cut?.offsetBytes ?? endBytes;
    if (endBytes < sizeBytes) checkNotAcknowledged(recovery, path, endBytes, sizeBytes);
    scanned.push({ id, path, headers, keepBytes, sizeBytes });
    previous = headers.at(-1)?.index ?? previous;
  }
  return scanned;
}

function scanWhole({ fs, publishedSize }: Recovery, path: string, start: number, before: number) {
  const { headers, endBytes, sizeBytes } = scanHeaders(fs, path, start);
  let previous = before;
  for (const [n, header] of headers.entries()) {
    const { index, offsetBytes } = header;
    if (index <= previous || (index >= publishedSize && !isWhole(fs, path, header)))
      return { headers: headers.slice(0, n), endBytes: offsetBytes, sizeBytes };
    previous = index;
  }
  return { headers, endBytes, sizeBytes };
}

function isWhole(fs: FileSystem, path: string, { offsetBytes, recordBytes }: HeaderAt): boolean {
  const bytes = withFile(fs, path, 'r', (fd) => readAt(fs, fd, offsetBytes, recordBytes));
  return decodeVaultRecord(bytes) !== undefined;
}

/** Before anything is cut off: what was acknowledged must be there. */
function checkCommitted({ committed }: Recovery, scanned: readonly Scanned[]): void {
  const present = new Set(scanned.flatMap(({ headers }) => headers.map((header) => header.index)));
  const index = committed.find((each) => !present.has(each));
  if (index === undefined) return;
  throw new ServerError(
    'vault-damaged',
    `Entry ${index} commits to content that the vault does not have; its newest segment is damaged or an older copy, restore it.`,
  );
}

/** The last position below the published size, to scan segments from behind it; undefined: scan all. */
function lastDurable(fs: FileSystem, positions: number, publishedSize: number): Last | undefined {
  const LOOK_BACK = 65_536;
  for (let index = publishedSize - 1; index >= Math.max(0, publishedSize - LOOK_BACK); index--) {
    const position = decodePosition(readAt(fs, positions, index * POSITION_BYTES, POSITION_BYTES));
    if (typeof position === 'object' && position.kind === 'seg') return { index, position };
  }
  return undefined;
}

function compareSegments(a: SegmentId, b: SegmentId): number {
  return a.day - b.day || a.number - b.number;
}

function cutSegment(fs: FileSystem, path: string, lengthBytes: number): void {
  const fd = fs.open(path, 'r+');
  try {
    fs.truncate(fd, lengthBytes);
    fs.fsync(fd);
  } finally {
    fs.close(fd);
  }
}
