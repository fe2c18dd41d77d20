import { dirname } from 'node:path';
import { concat } from '@portcullis/record';
import type { SealedContent } from '../ledger/appender.ts';
import { makeDirectories, readAt, syncDirectory, writeAll } from '../seams/durable-files.ts';
import type { FileSystem } from '../seams/file-system.ts';
import { ServerError } from '../server-error.ts';
import { decodePosition, openPositions, POSITION_BYTES, type Position, writePositions } from './positions.ts';
import {
  DAY_MS,
  type HeaderAt,
  listSegments,
  SEGMENT_BYTES_MAX,
  type SegmentId,
  scanHeaders,
  segmentPath,
} from './segments.ts';
import { encodeVaultRecord } from './vault-record.ts';

/** Content of one entry as the ledger's writer has it. */
export type VaultItem = {
  readonly index: number;
  readonly leafHash: Uint8Array;
  readonly content: SealedContent;
};

/** The one writer of the vault's segments; lives in the ledger thread, in the same commit as the entries. */
export type VaultWriter = {
  /** Appends records; they are durable when this returns. @param items in order of index, all beyond what was written before */
  append(items: readonly VaultItem[], nowMs: number): void;
  /** Makes the position index durable as far as it goes. */
  syncPositions(): void;
  close(): void;
};

export type VaultWriterOptions = {
  readonly fs: FileSystem;
  /** Such as `portcullis-data/vault`. */
  readonly dir: string;
  /** Entries the lock covers: records from here on were never acknowledged, and are cut off. */
  readonly size: number;
  /** Positions below are durable already: those of published entries. */
  readonly publishedSize: number;
  /** Entries from the published size on that must have a record here: they commit to content and were acknowledged. */
  readonly committed?: readonly number[];
  readonly segmentBytesMax?: number;
};

type Open = { id: SegmentId; fd: number; sizeBytes: number };

/**
 * Opens the vault for appending: cuts off what was never acknowledged and brings the position index up to date.
 * @throws ServerError `vault-damaged` where a record that was acknowledged is not whole
 */
export function openVaultWriter(options: VaultWriterOptions): VaultWriter {
  const { fs, dir, segmentBytesMax = SEGMENT_BYTES_MAX } = options;
  const positions = openPositions(fs, dir);
  recover(options, positions);
  let segment: Open | undefined;
  let last = listSegments(fs, dir).at(-1);

  const openSegment = (id: SegmentId): Open => {
    const path = segmentPath(dir, id, 'seg');
    makeDirectories(fs, dirname(path), 0o700);
    const fd = fs.open(path, 'a', 0o600);
    syncDirectory(fs, dirname(path));
    return { id, fd, sizeBytes: fs.stat(path)?.sizeBytes ?? 0 };
  };
  const segmentFor = (nowMs: number, bytes: number): Open => {
    // A clock that steps back does not go back to an older day: indices rise from segment to segment.
    const day = Math.max(Math.floor(nowMs / DAY_MS), last?.day ?? 0);
    let id = last?.day === day ? last : { day, number: 0 };
    if (segment?.id !== id) {
      if (segment !== undefined) fs.close(segment.fd);
      segment = openSegment(id);
    }
    if (segment.sizeBytes > 0 && segment.sizeBytes + bytes > segmentBytesMax) {
      id = { day, number: id.number + 1 };
      fs.close(segment.fd);
      segment = openSegment(id);
    }
    last = segment.id;
    return segment;
  };
  return {
    append(items, nowMs) {
      const records = items.map((item) => encodeVaultRecord(recordOf(item)));
      const target = segmentFor(
        nowMs,
        records.reduce((sum, record) => sum + record.length, 0),
      );
      writeAll(fs, target.fd, concat(...records));
      fs.fdatasync(target.fd);
      const firstIndex = (items[0] as VaultItem).index;
      const slots: Position[] = new Array((items.at(-1) as VaultItem).index - firstIndex + 1).fill('none');
      for (const [i, item] of items.entries()) {
        const recordBytes = (records[i] as Uint8Array).length;
        slots[item.index - firstIndex] = {
          ...target.id,
          kind: 'seg',
          offsetBytes: target.sizeBytes,
          recordBytes,
        };
        target.sizeBytes += recordBytes;
      }
      writePositions(fs, positions, firstIndex, slots);
    },
    syncPositions: () => fs.fdatasync(positions),
    close() {
      if (segment !== undefined) fs.close(segment.fd);
      fs.close(positions);
    },
  };
}

function recordOf({ index, leafHash, content }: VaultItem) {
  return { index, leafHash, vaultKeyId: content.vaultKey, sealed: content.sealed };
}

type Scanned = { id: SegmentId; path: string; headers: HeaderAt[]; keepBytes: number; sizeBytes: number };

function recover(options: VaultWriterOptions, positions: number): void {
  const { fs, size, publishedSize } = options;
  const scanned = scanRecent(options, lastDurable(fs, positions, publishedSize));
  checkCommitted(options, scanned);
  // Where the file is shorter it grows by zeroes, which say "none" until they are filled below.
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
function scanRecent({ fs, dir, size }: VaultWriterOptions, from: Position | undefined): Scanned[] {
  const segments = listSegments(fs, dir);
  return segments.flatMap((id, n) => {
    const order = typeof from === 'object' ? compareSegments(id, from) : 1;
    if (order < 0) return [];
    const path = segmentPath(dir, id, 'seg');
    const start = typeof from === 'object' && order === 0 ? from.offsetBytes : 0;
    const { headers, endBytes, sizeBytes } = scanHeaders(fs, path, start);
    const cut = headers.find((header) => header.index >= size);
    // Only the end of the newest segment can have been in the middle of a write.
    if (cut === undefined && endBytes < sizeBytes && n < segments.length - 1)
      throw new ServerError(
        'vault-damaged',
        `The segment ${path} is damaged at byte ${endBytes}; restore it.`,
      );
    return [{ id, path, headers, keepBytes: cut?.offsetBytes ?? endBytes, sizeBytes }];
  });
}

/** Before anything is cut off: what was acknowledged must not be part of it. */
function checkCommitted({ committed = [] }: VaultWriterOptions, scanned: readonly Scanned[]): void {
  const present = new Set(scanned.flatMap(({ headers }) => headers.map((header) => header.index)));
  const index = committed.find((each) => !present.has(each));
  if (index === undefined) return;
  throw new ServerError(
    'vault-damaged',
    `Entry ${index} commits to content that the vault does not have; its newest segment is damaged or an older copy, restore it.`,
  );
}

/** The last position at or before the published size, to scan segments from there; undefined: scan all. */
function lastDurable(fs: FileSystem, positions: number, publishedSize: number): Position | undefined {
  const LOOK_BACK = 65_536;
  for (let index = publishedSize - 1; index >= Math.max(0, publishedSize - LOOK_BACK); index--) {
    const position = decodePosition(readAt(fs, positions, index * POSITION_BYTES, POSITION_BYTES));
    if (typeof position === 'object' && position.kind === 'seg') return position;
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

/** @throws ServerError `bad-request` where a content is larger than a record may be */
export function checkSealedSize(content: SealedContent, bytesMax: number): void {
  if (content.sealed.length > bytesMax || content.vaultKey.length > 255)
    throw new ServerError('bad-request', `Content of an entry has at most ${bytesMax} bytes.`);
}
