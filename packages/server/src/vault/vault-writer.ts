import { dirname } from 'node:path';
import { concat } from '@portcullis/record';
import type { SealedContent } from '../ledger/appender.ts';
import { makeDirectories, syncDirectory, writeAll } from '../seams/durable-files.ts';
import type { FileSystem } from '../seams/file-system.ts';
import { ServerError } from '../server-error.ts';
import { openPositions, POSITION_BYTES, type Position, writePositions } from './positions.ts';
import { recoverPositions, recoverVault } from './recover-vault.ts';
import { DAY_MS, listSegments, SEGMENT_BYTES_MAX, type SegmentId, segmentPath } from './segments.ts';
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
  /** Makes the position index durable up to a ledger of `size` entries; a shorter one at a start is a damaged one. */
  syncPositions(size: number): void;
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
  const { fs, dir, size, publishedSize, committed = [], segmentBytesMax = SEGMENT_BYTES_MAX } = options;
  const recovery = { fs, dir, size, publishedSize, committed };
  recoverPositions(recovery);
  const positions = openPositions(fs, dir);
  recoverVault(recovery, positions);
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
    syncPositions(size) {
      // Entries without content at the end have no slot yet.
      fs.truncate(positions, size * POSITION_BYTES);
      fs.fdatasync(positions);
    },
    close() {
      if (segment !== undefined) fs.close(segment.fd);
      fs.close(positions);
    },
  };
}

function recordOf({ index, leafHash, content }: VaultItem) {
  return { index, leafHash, vaultKeyId: content.vaultKey, sealed: content.sealed };
}

/** @throws ServerError `bad-request` where a content is larger than a record may be */
export function checkSealedSize(content: SealedContent, bytesMax: number): void {
  if (content.sealed.length > bytesMax || content.vaultKey.length > 255)
    throw new ServerError('bad-request', `Content of an entry has at most ${bytesMax} bytes.`);
}
