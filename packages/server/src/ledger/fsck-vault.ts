import { join } from 'node:path';
import { equalBytes } from '@portcullis/record';
import type { VaultKey } from '../accounts/account.ts';
import { readFile } from '../seams/durable-files.ts';
import type { FileSystem } from '../seams/file-system.ts';
import { ServerError } from '../server-error.ts';
import { decodePosition, POSITION_BYTES, type Position } from '../vault/positions.ts';
import { readAllErased, readAllRecords, type RecordAt } from '../vault/rebuild-positions.ts';
import { openContent } from '../vault/sealed-content.ts';
import type { VaultKeys } from '../vault/vault-keys.ts';
import type { VaultRecord } from '../vault/vault-record.ts';

// What the vault must hold for the entries of a ledger.

export type VaultCheck = {
  readonly fs: FileSystem;
  readonly vaultDir: string;
  /** Entries the lock covers. */
  readonly size: number;
  /** Positions are durable up to here; a start writes the later ones anew, so they are not judged. */
  readonly publishedSize: number;
  /** Leaf hash of each entry that commits to content; nothing for the others. */
  readonly committed: ReadonlyMap<number, Uint8Array>;
  /** Decrypts every record where given; without it only checksums and places are compared. */
  readonly keys: VaultKeys | undefined;
};

/** `lost` are those whose key was declared lost. */
export type VaultCounts = { records: number; erased: number; lost: number };

/** @throws ServerError `vault-damaged` at the first thing that is wrong */
export async function checkVault(check: VaultCheck): Promise<VaultCounts> {
  const { fs, vaultDir, committed } = check;
  const slots = readFile(fs, join(vaultDir, 'positions')) ?? new Uint8Array(0);
  const erased = readAllErased(fs, vaultDir);
  const confirmed = new Set<number>();
  const counts = { records: 0, erased: 0, lost: 0 };
  const cutOff: string[] = [];
  for (const at of readAllRecords(fs, vaultDir, ({ path, endBytes }) =>
    cutOff.push(`${path} at byte ${endBytes}`),
  )) {
    const state = await checkRecord(check, at, slots);
    // What lies beyond the lock was never acknowledged; the next start cuts it off.
    if (state === 'beyond') continue;
    counts.records += 1;
    if (state === 'erased') counts.erased += 1;
    if (state === 'lost') counts.lost += 1;
    if (at.record !== undefined) confirmed.add(at.record.index);
  }
  const [index] = [...committed.keys()].filter((each) => !confirmed.has(each) && !erased.has(each));
  if (index !== undefined)
    throw damagedVault(
      `Entry ${index} commits to content, and the vault has neither that content nor a note that it was erased${cutOff.length > 0 ? ` (${cutOff[0]} is damaged)` : ''}.`,
    );
  checkPositions(slots, check.publishedSize, confirmed, erased);
  return counts;
}

function damagedVault(sentence: string): ServerError {
  return new ServerError('vault-damaged', sentence);
}

async function checkRecord(
  { size, publishedSize, committed, keys }: VaultCheck,
  at: RecordAt,
  slots: Uint8Array,
): Promise<'present' | 'erased' | 'lost' | 'beyond'> {
  const { record, path, offsetBytes } = at;
  if (record === undefined) throw damagedVault(`The record at byte ${offsetBytes} of ${path} is damaged.`);
  const { index } = record;
  if (index >= size) return 'beyond';
  const leaf = committed.get(index);
  if (leaf !== undefined && !equalBytes(leaf, record.leafHash))
    throw damagedVault(
      `The record at byte ${offsetBytes} of ${path} belongs to another entry than ${index}.`,
    );
  if (index < publishedSize) checkPointsTo(slotAt(slots, index), at, index);
  if (keys === undefined) return 'present';
  const state = keys.state(record.vaultKeyId);
  if (state === 'destroyed') return 'erased';
  if (state === 'lost') return 'lost';
  if (state === 'missing')
    throw damagedVault(
      `The key ${record.vaultKeyId} of entry ${index} is missing and was not destroyed on purpose.`,
    );
  await openWith(keys, record, path);
  return 'present';
}

async function openWith(keys: VaultKeys, record: VaultRecord, path: string): Promise<void> {
  let key: VaultKey;
  try {
    key = await keys.unwrap(record.vaultKeyId);
  } catch (cause) {
    throw damagedVault(
      `The key ${record.vaultKeyId} of entry ${record.index} does not open: ${(cause as Error).message}`,
    );
  }
  try {
    openContent(key, record.sealed);
  } catch (cause) {
    throw damagedVault(
      `The content of entry ${record.index} in ${path} does not open: ${(cause as Error).message}`,
    );
  }
}

function slotAt(slots: Uint8Array, index: number): Position {
  const position = decodePosition(slots.subarray(index * POSITION_BYTES, (index + 1) * POSITION_BYTES));
  if (position === undefined)
    throw damagedVault(
      `The position of entry ${index} in the vault is damaged; make the positions anew: portcullis vault rebuild.`,
    );
  return position;
}

function checkPointsTo(position: Position, at: RecordAt, index: number): void {
  const { day, number, kind, offsetBytes, recordBytes, path } = at;
  if (typeof position === 'object') {
    const same =
      position.day === day &&
      position.number === number &&
      position.kind === kind &&
      position.offsetBytes === offsetBytes &&
      position.recordBytes === recordBytes;
    // An erasure by age that was cut off leaves a second copy of what is on hold.
    if (same || position.kind === 'kept') return;
  }
  if (position === 'erased') return;
  throw damagedVault(
    `The position of entry ${index} does not lead to its record in ${path}; make the positions anew: portcullis vault rebuild.`,
  );
}

function checkPositions(
  slots: Uint8Array,
  publishedSize: number,
  confirmed: ReadonlySet<number>,
  erased: ReadonlySet<number>,
): void {
  for (let index = 0; index < publishedSize; index++) {
    const position = slotAt(slots, index);
    const wanted = erased.has(index) ? 'erased' : confirmed.has(index) ? 'object' : 'none';
    const is = typeof position === 'object' ? 'object' : position;
    // An erasure that was cut off has listed what it is about to erase; the next run finishes it.
    if (is !== wanted && !(wanted === 'erased' && confirmed.has(index)))
      throw damagedVault(
        `The position of entry ${index} does not agree with the segments; make the positions anew: portcullis vault rebuild.`,
      );
  }
}
