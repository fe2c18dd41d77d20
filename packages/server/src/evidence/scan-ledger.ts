import { setImmediate as turn } from 'node:timers/promises';
import { decodeEntry, type Entry, type EntryType } from '@portcullis/record';
import type { LedgerEntry, LedgerReader } from '../ledger/ledger-reader.ts';

/** Entries between two turns of the event loop, so that an export does not hold up what else the thread does. */
const ENTRIES_A_TURN = 256;

export type Stretch = { readonly from: number; readonly to: number };

/** Visits a stretch of the ledger in order; memory does not grow with it. A visit that returns `stop` ends it. */
export async function scanLedger(
  ledger: Pick<LedgerReader, 'entries'>,
  { from, to }: Stretch,
  visit: (leaf: LedgerEntry) => Promise<void> | undefined | void | 'stop',
  onProgress?: (done: number) => void,
): Promise<void> {
  let left = ENTRIES_A_TURN;
  for (const leaf of ledger.entries(from, to)) {
    const answer = visit(leaf);
    if (answer === 'stop') return;
    if (answer !== undefined) await answer;
    if (--left > 0) continue;
    left = ENTRIES_A_TURN;
    onProgress?.(leaf.index + 1 - from);
    await turn();
  }
  onProgress?.(to - from);
}

const TYPE_KEY = Buffer.from('"type":"');

/**
 * A leaf's type without reading all of it. Canonical JSON has no white space and escapes every quotation mark inside of text,
 * so that these bytes can only be the field itself.
 */
export function typeOf(bytes: Uint8Array): string {
  const leaf = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const start = leaf.lastIndexOf(TYPE_KEY) + TYPE_KEY.length;
  return leaf.toString('latin1', start, leaf.indexOf('"', start));
}

export type Item<T extends EntryType = EntryType> = {
  readonly index: number;
  readonly entry: Extract<Entry, { readonly type: T }>;
};

/** Reads a leaf where it has one of the types. */
export function itemOf<T extends EntryType>(
  { index, bytes }: LedgerEntry,
  ...types: readonly T[]
): Item<T> | undefined {
  if (!types.includes(typeOf(bytes) as T)) return undefined;
  return { index, entry: decodeEntry(bytes) as Extract<Entry, { readonly type: T }> };
}
