import { dirname } from 'node:path';
import { concat, u64be } from '@portcullis/record';
import { readAt, readFile, replaceFile, syncDirectory, withFile } from '../seams/durable-files.ts';
import type { FileSystem } from '../seams/file-system.ts';
import { ServerError } from '../server-error.ts';
import { openPositions, type Position, writePositions } from './positions.ts';
import {
  DAY_MS,
  listSegments,
  type SegmentId,
  type SegmentKind,
  scanHeaders,
  segmentPath,
} from './segments.ts';
import { decodeVaultRecord } from './vault-record.ts';
import { accountOfVaultKey } from './vault-keys.ts';

export type RetentionOptions = {
  readonly fs: FileSystem;
  readonly vaultDir: string;
  readonly nowMs: number;
  /** Whole days after which content is erased. */
  readonly retentionDays: number;
  /** Accounts on legal hold: their records are carried over. */
  readonly held: ReadonlySet<string>;
  /** Folders of past days whose names this process has synced; kept between runs. */
  readonly settled: Set<string>;
};

export type RetentionReport = {
  /** Records that were erased, and those that were carried over. */
  readonly erased: number;
  readonly kept: number;
  /** Content of days before this one is gone, but for legal holds; Unix milliseconds. */
  readonly beforeMs: number;
};

/**
 * Erases the segments of past days. Of each: the erased indices are listed in `.erased`, what is on hold is copied to a new `.kept` file, positions are changed,
 * then the segment is removed; each step is durable before the next, and a run that was cut off is finished by the next one. The day that is written to now
 * is never touched, so this may run beside the ledger's writer.
 */
export function eraseByAge(options: RetentionOptions): RetentionReport {
  const today = Math.floor(options.nowMs / DAY_MS);
  const firstKeptDay = today - Math.max(0, Math.floor(options.retentionDays));
  const report = { erased: 0, kept: 0, beforeMs: firstKeptDay * DAY_MS };
  const { fs, vaultDir } = options;
  settleDays(options, firstKeptDay);
  // The newest segment may still be written to when the clock has stepped.
  const newest = listSegments(fs, vaultDir).at(-1);
  for (const kind of ['seg', 'kept'] as const) {
    for (const id of listSegments(fs, vaultDir, kind)) {
      const isNewest = kind === 'seg' && id.day === newest?.day && id.number === newest.number;
      if (id.day >= Math.min(firstKeptDay, today) || isNewest) continue;
      options.settled.delete(dirname(segmentPath(vaultDir, id, kind)));
      const done = eraseSegment(options, id, kind);
      report.erased += done.erased;
      if (kind === 'seg') report.kept += done.kept;
    }
  }
  return report;
}

/** A run that was cut off may have removed a segment and not synced that; nothing would be left to erase, and the power would bring it back. */
function settleDays({ fs, vaultDir, settled }: RetentionOptions, beforeDay: number): void {
  for (const id of listSegments(fs, vaultDir, 'erased')) {
    const folder = dirname(segmentPath(vaultDir, id, 'erased'));
    if (id.day >= beforeDay || settled.has(folder)) continue;
    syncDirectory(fs, folder);
    settled.add(folder);
  }
}

function eraseSegment(options: RetentionOptions, id: SegmentId, kind: SegmentKind) {
  const { fs, vaultDir, held } = options;
  const path = segmentPath(vaultDir, id, kind);
  const records = readSegment(fs, path);
  const kept = records.filter((record) => held.has(record.account));
  const erased = records.filter((record) => !held.has(record.account));
  if (kind === 'kept' && erased.length === 0) return { erased: 0, kept: kept.length };
  const keptId = nextNumber(fs, vaultDir, id.day);
  const slots: [number, Position][] = keptPositions(keptId, kept);
  for (const record of erased) slots.push([record.index, 'erased']);
  listErased(
    options,
    id,
    erased.map((record) => record.index),
  );
  if (kept.length > 0) {
    // Always a new file: positions that were read a moment ago stay true until the old one is removed.
    const keptPath = segmentPath(vaultDir, keptId, 'kept');
    replaceFile(fs, `${keptPath}.tmp`, keptPath, concat(...kept.map((record) => record.bytes)), 0o600);
  }
  const positions = openPositions(fs, vaultDir);
  try {
    for (const [index, position] of slots) writePositions(fs, positions, index, [position]);
    fs.fdatasync(positions);
  } finally {
    fs.close(positions);
  }
  fs.unlink(path);
  syncDirectory(fs, dirname(path));
  return { erased: erased.length, kept: kept.length };
}

function nextNumber(fs: FileSystem, vaultDir: string, day: number): SegmentId {
  const kinds = ['seg', 'kept', 'erased'] as const;
  const taken = kinds.flatMap((kind) => listSegments(fs, vaultDir, kind)).filter((id) => id.day === day);
  return { day, number: Math.max(-1, ...taken.map((id) => id.number)) + 1 };
}

type Kept = {
  readonly index: number;
  readonly account: string;
  readonly bytes: Uint8Array;
};

function keptPositions(id: SegmentId, kept: readonly Kept[]): [number, Position][] {
  let offsetBytes = 0;
  return kept.map(({ index, bytes }) => {
    const position: Position = { ...id, kind: 'kept', offsetBytes, recordBytes: bytes.length };
    offsetBytes += bytes.length;
    return [index, position];
  });
}

function readSegment(fs: FileSystem, path: string): Kept[] {
  const { headers, endBytes, sizeBytes } = scanHeaders(fs, path);
  if (endBytes !== sizeBytes) throw damagedAt(path, endBytes);
  return withFile(fs, path, 'r', (fd) =>
    headers.map(({ index, offsetBytes, recordBytes }) => {
      const bytes = readAt(fs, fd, offsetBytes, recordBytes);
      const record = decodeVaultRecord(bytes);
      // What can not be read is not erased by guess: it may be on hold.
      if (record === undefined) throw damagedAt(path, offsetBytes);
      return { index, account: accountOfVaultKey(record.vaultKeyId), bytes };
    }),
  );
}

function damagedAt(path: string, offsetBytes: number): ServerError {
  return new ServerError(
    'vault-damaged',
    `The segment ${path} of the vault is damaged at byte ${offsetBytes}; run fsck, restore it, then erase.`,
  );
}

/** Adds to the list of erased indices: eight bytes each, big-endian. */
function listErased({ fs, vaultDir }: RetentionOptions, id: SegmentId, indices: readonly number[]): void {
  if (indices.length === 0) return;
  const path = segmentPath(vaultDir, id, 'erased');
  const all = new Set([...readErased(fs, path), ...indices]);
  const bytes = concat(...[...all].sort((a, b) => a - b).map((index) => u64be(index)));
  replaceFile(fs, `${path}.tmp`, path, bytes, 0o600);
}

/** The indices that a `.erased` file lists. */
export function readErased(fs: FileSystem, path: string): number[] {
  const bytes = readFile(fs, path) ?? new Uint8Array(0);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const indices: number[] = [];
  for (let at = 0; at + 8 <= bytes.length; at += 8) indices.push(Number(view.getBigUint64(at)));
  return indices;
}
