import { join } from 'node:path';
import { concat, decodeBundle, encodeBundle, equalBytes, sha256, u64be, utf8 } from '@portcullis/record';
import { makeDirectories, readFile, syncDirectory, writeAll } from '../seams/durable-files.ts';
import type { FileSystem } from '../seams/file-system.ts';

// What was made durable before it was published. One record a commit:
// `magic[8] ‖ u64 first index ‖ u64 payload length ‖ SHA-256 of the two numbers and the payload ‖ payload`, the payload being an entry bundle
// (u16be lengths, c2sp.org/tlog-tiles) of any number of entries. A record is whole or it is torn; only what the lock does not cover may be torn.

//
// Behind it, once the lock holds its checkpoint, `magic[8] ‖ u64 size ‖ SHA-256 of the size`: written before the commit is acknowledged, and not synced. A lock
// that has less than such a mark says is an older copy or damaged, where otherwise it would look like a writer that was killed before the swap.

const MAGIC = utf8('pcstage1');
const SWAPPED_MAGIC = utf8('pcswapd1');
export const SWAPPED_BYTES = 8 + 8 + 32;
const HEADER_BYTES = 8 + 8 + 8 + 32;
const PAYLOAD_BYTES_MAX = 2 ** 30;

/** The file in the folder `staging`. */
export const STAGING_FILE = 'commits';

export type StagingRecord = {
  readonly first: number;
  readonly entries: readonly Uint8Array[];
  /** Where the record ends in the file, with its mark. */
  readonly endBytes: number;
};

/** One commit's record. The entries can be read back from the very bytes with {@link scanStaging}. */
export function encodeStagingRecord(first: number, entries: readonly Uint8Array[]): Uint8Array {
  const payload = encodeBundle(entries);
  const numbers = concat(u64be(first), u64be(payload.length));
  return concat(MAGIC, numbers, sha256(concat(numbers, payload)), payload);
}

/**
 * The records of a staging file up to the first that is not whole.
 * @returns `tornAtBytes` where one is not whole (cut off, or its checksum differs); undefined where all are. `swappedSize`: what the lock
 *   has held, as far as the marks tell
 */
export function scanStaging(bytes: Uint8Array): {
  records: StagingRecord[];
  tornAtBytes: number | undefined;
  swappedSize: number;
} {
  const records: StagingRecord[] = [];
  let swappedSize = 0;
  let at = 0;
  while (at < bytes.length) {
    const swapped = readSwapped(bytes, at);
    if (swapped !== undefined) {
      swappedSize = Math.max(swappedSize, swapped);
      at += SWAPPED_BYTES;
      const last = records.pop();
      if (last !== undefined) records.push({ ...last, endBytes: at });
      continue;
    }
    const record = readRecord(bytes, at);
    if (record === undefined) return { records, tornAtBytes: at, swappedSize };
    records.push(record);
    at = record.endBytes;
  }
  return { records, tornAtBytes: undefined, swappedSize };
}

function encodeSwapped(size: number): Uint8Array {
  return concat(SWAPPED_MAGIC, u64be(size), sha256(u64be(size)));
}

function readSwapped(bytes: Uint8Array, at: number): number | undefined {
  if (at + SWAPPED_BYTES > bytes.length) return undefined;
  const size = Number(new DataView(bytes.buffer, bytes.byteOffset + at).getBigUint64(8));
  if (!Number.isSafeInteger(size)) return undefined;
  return equalBytes(bytes.subarray(at, at + SWAPPED_BYTES), encodeSwapped(size)) ? size : undefined;
}

function readRecord(bytes: Uint8Array, at: number): StagingRecord | undefined {
  if (at + HEADER_BYTES > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at);
  const first = view.getBigUint64(8);
  const length = view.getBigUint64(16);
  const payloadAt = at + HEADER_BYTES;
  if (!equalBytes(bytes.subarray(at, at + 8), MAGIC)) return undefined;
  if (length > PAYLOAD_BYTES_MAX || payloadAt + Number(length) > bytes.length) return undefined;
  const payload = bytes.subarray(payloadAt, payloadAt + Number(length));
  const checksum = sha256(concat(bytes.subarray(at + 8, at + 24), payload));
  if (!equalBytes(checksum, bytes.subarray(at + 24, payloadAt))) return undefined;
  return { first: Number(first), entries: splitPayload(payload), endBytes: payloadAt + Number(length) };
}

/** A bundle has at most 256 entries; a commit may have more. */
function splitPayload(payload: Uint8Array): Uint8Array[] {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < payload.length) {
    const length = ((payload[at] as number) << 8) | (payload[at + 1] ?? 0);
    const entry = payload.subarray(at, at + 2 + length);
    entries.push(...decodeBundle(entry));
    at += 2 + length;
  }
  return entries;
}

export type Staging = {
  /** Appends a record; durable when this returns. */
  append(record: Uint8Array): void;
  /** Notes that the lock holds a checkpoint of this size now. */
  markSwapped(size: number): void;
  /** Cuts the file; not durable until the next append, which is soon enough: a longer file is skipped over at start. */
  truncate(lengthBytes: number): void;
  close(): void;
};

/** The bytes of a staging file; empty where there is none. */
export function readStaging(fs: FileSystem, directory: string): Uint8Array {
  return readFile(fs, join(directory, STAGING_FILE)) ?? new Uint8Array(0);
}

/** Opens the staging file for appending, making it where it is missing. */
export function openStaging(fs: FileSystem, directory: string): Staging {
  makeDirectories(fs, directory);
  const fd = fs.open(join(directory, STAGING_FILE), 'a');
  syncDirectory(fs, directory);
  return {
    append(record) {
      writeAll(fs, fd, record);
      fs.fdatasync(fd);
    },
    markSwapped: (size) => writeAll(fs, fd, encodeSwapped(size)),
    truncate: (lengthBytes) => fs.truncate(fd, lengthBytes),
    close: () => fs.close(fd),
  };
}
