import { decodeEntry, type Entry, TILE_WIDTH, tileWidthAt } from '@portcullis/record';
import { damaged, type ReadPublished, readBundle } from './check-ledger.ts';

/** Entries that are looked at, going back from the end. */
export const SCAN_ENTRIES_MAX = 100_000;

/**
 * The exchanges that were admitted and never completed, going back to the previous start.
 * @returns `bounded`: the scan ended before it reached one
 */
export function findInterrupted(
  size: number,
  read: ReadPublished,
  entriesMax = SCAN_ENTRIES_MAX,
): { exchanges: string[]; bounded: boolean } {
  const completed = new Set<string>();
  const open: string[] = [];
  let looked = 0;
  for (let tile = Math.floor((size - 1) / TILE_WIDTH); tile >= 0; tile--) {
    const bundle = readBundle(read, tile, tileWidthAt(0, tile, size));
    for (const bytes of bundle.reverse()) {
      if (++looked > entriesMax) return { exchanges: open.reverse(), bounded: true };
      const entry = readEntry(bytes);
      if (entry.type === 'exchange.completed') completed.add(entry.exchange);
      if (entry.type === 'exchange.admitted' && !completed.has(entry.exchange)) open.push(entry.exchange);
      const started = entry.type === 'ledger.opened' || (entry.type === 'fault' && entry.kind === 'restart');
      if (started) return { exchanges: open.reverse(), bounded: false };
    }
  }
  return { exchanges: open.reverse(), bounded: false };
}

function readEntry(bytes: Uint8Array): Entry {
  try {
    return decodeEntry(bytes);
  } catch (cause) {
    throw damaged(`An entry near the end of the ledger can not be read: ${(cause as Error).message}`, cause);
  }
}
