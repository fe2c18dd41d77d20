import { join } from 'node:path';
import { equalBytes } from '@portcullis/record';
import type { VaultKey } from '../accounts/account.ts';
import { readFile } from '../seams/durable-files.ts';
import type { FileSystem } from '../seams/file-system.ts';
import { ServerError } from '../server-error.ts';
import { decodePosition, POSITION_BYTES, type Position } from '../vault/positions.ts';
import { readAllErased, readAllRecords, type RecordAt } from '../vault/rebuild-positions.ts';
import { openContent } from '../vault/sealed-content.ts';
import { listSegments } from '../vault/segments.ts';
import { accountOfVaultKey, type VaultKeys } from '../vault/vault-keys.ts';
import type { VaultRecord } from '../vault/vault-record.ts';

// What the vault must hold for the entries of a ledger.

const MAKE_ANEW = 'make the positions anew: portcullis vault rebuild';

export type VaultCheck = {
  readonly fs: FileSystem;
  readonly vaultDir: string;
  /** Entries the lock covers. */
  readonly size: number;
  /** Positions are durable up to here; a start writes the later ones anew, so they are not judged. */
  readonly publishedSize: number;
  /** Leaf hash of each entry that commits to content; nothing for the others. */
  readonly committed: ReadonlyMap<number, Uint8Array>;
  /** Those the ledger made. Each has a data key before anything is recorded of it. */
  readonly accounts: readonly string[];
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
  const places: Places = new Map();
  const counts = { records: 0, erased: 0, lost: 0 };
  const notWhole: string[] = [];
  const newest = listSegments(fs, vaultDir).at(-1);
  for (const at of readAllRecords(fs, vaultDir, ({ path, endBytes }) =>
    notWhole.push(`${path} at byte ${endBytes}`),
  )) {
    const { record, path, offsetBytes } = at;
    const isNewest = at.kind === 'seg' && at.day === newest?.day && at.number === newest.number;
    if (record === undefined) {
      // A write that a crash cut off; it ends the newest segment, and the next start takes it away.
      if (!isNewest) throw damagedVault(`The record at byte ${offsetBytes} of ${path} is damaged.`);
      notWhole.push(`${path} at byte ${offsetBytes}`);
      continue;
    }
    // What lies beyond the lock was never acknowledged; the next start cuts it off.
    if (record.index >= check.size) continue;
    if (isNewest && notWhole.length > 0) throw damagedVault(`The record in ${notWhole[0]} is damaged.`);
    counts.records += 1;
    const state = await checkRecord(check, at, record);
    if (state === 'erased') counts.erased += 1;
    if (state === 'lost') counts.lost += 1;
    places.set(placeOf(at), record.index);
  }
  const confirmed = new Set(places.values());
  const [index] = [...committed.keys()].filter((each) => !confirmed.has(each) && !erased.has(each));
  if (index !== undefined)
    throw damagedVault(
      `Entry ${index} commits to content, and the vault has neither that content nor a note that it was erased${notWhole.length > 0 ? ` (${notWhole[0]} is damaged)` : ''}.`,
    );
  checkPositions(slots, check.publishedSize, places, confirmed, erased);
  if (check.keys !== undefined) await checkKeys(check.keys, check.accounts);
  return counts;
}

/** Every key opens, and every account has one, also where it sealed nothing yet: a start refuses what this refuses. */
async function checkKeys(keys: VaultKeys, accounts: readonly string[]): Promise<void> {
  const ids = keys.list();
  const present = new Set(ids.map(accountOfVaultKey));
  const gone = accounts.find((each) => !present.has(each) && keys.stateOf(each) === 'missing');
  if (gone !== undefined)
    throw damagedVault(`The data key of the account ${gone} is missing and was not destroyed on purpose.`);
  for (const id of ids) await keys.unwrap(id);
}

/** Where records lie, and of which entry. An erasure that was cut off leaves two of what is on hold; the position leads to one. */
type Places = Map<string, number>;

function placeOf({ kind, day, number, offsetBytes, recordBytes }: Exclude<Position, string>): string {
  return [kind, day, number, offsetBytes, recordBytes].join('/');
}

function damagedVault(sentence: string): ServerError {
  return new ServerError('vault-damaged', sentence);
}

async function checkRecord(
  { committed, keys }: VaultCheck,
  { path, offsetBytes }: RecordAt,
  record: VaultRecord,
): Promise<'present' | 'erased' | 'lost'> {
  const { index } = record;
  const leaf = committed.get(index);
  if (leaf !== undefined && !equalBytes(leaf, record.leafHash))
    throw damagedVault(
      `The record at byte ${offsetBytes} of ${path} belongs to another entry than ${index}.`,
    );
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
    throw damagedVault(`The position of entry ${index} in the vault is damaged; ${MAKE_ANEW}.`);
  return position;
}

function checkPositions(
  slots: Uint8Array,
  publishedSize: number,
  places: Places,
  confirmed: ReadonlySet<number>,
  erased: ReadonlySet<number>,
): void {
  for (let index = 0; index < publishedSize; index++) {
    const position = slotAt(slots, index);
    const wanted = erased.has(index) ? 'erased' : confirmed.has(index) ? 'object' : 'none';
    const is = typeof position === 'object' ? 'object' : position;
    if (typeof position === 'object' && places.get(placeOf(position)) !== index)
      throw damagedVault(`The position of entry ${index} leads to no record of it; ${MAKE_ANEW}.`);
    // An erasure that was cut off has listed what it is about to erase; the next run finishes it.
    if (is !== wanted && !(wanted === 'erased' && confirmed.has(index)))
      throw damagedVault(`The position of entry ${index} does not agree with the segments; ${MAKE_ANEW}.`);
  }
}
