import { decodeEntry, type Entry, TILE_WIDTH, tileWidthAt } from '@portcullis/record';
import { damaged, type ReadPublished, readBundle } from './check-ledger.ts';

/** Entries that are looked at, going back from the end. */
export const SCAN_ENTRIES_MAX = 100_000;

export type Interrupted = {
  /** Admitted, never completed, and not told of yet. */
  readonly exchanges: readonly string[];
  /** Of those that run on, the ones that are completed on the ledger: whoever waits for that may stop. */
  readonly recorded: readonly string[];
  /** The scan ended before it reached the start of the process. */
  readonly bounded: boolean;
};

/**
 * The exchanges that were admitted and never completed, going back to the previous start of the process. Where only the ledger's thread was
 * started again, the gates still have some of them.
 * @param running exchanges that a gate has and will complete
 */
export function findInterrupted(
  size: number,
  read: ReadPublished,
  running: ReadonlySet<string> = new Set(),
  entriesMax = SCAN_ENTRIES_MAX,
): Interrupted {
  const closed = new Set<string>();
  const open: string[] = [];
  const found = (bounded: boolean): Interrupted => ({
    exchanges: open.filter((exchange) => !running.has(exchange)).reverse(),
    recorded: [...running].filter((exchange) => closed.has(exchange)),
    bounded,
  });
  let looked = 0;
  for (let tile = Math.floor((size - 1) / TILE_WIDTH); tile >= 0; tile--) {
    const bundle = readBundle(read, tile, tileWidthAt(0, tile, size));
    for (const bytes of bundle.reverse()) {
      if (++looked > entriesMax) return found(true);
      const entry = readEntry(bytes);
      if (entry.type === 'exchange.completed') closed.add(entry.exchange);
      if (entry.type === 'exchange.admitted' && !closed.has(entry.exchange)) open.push(entry.exchange);
      // Named as interrupted before, at a start of the ledger's thread alone.
      if (entry.type === 'fault') for (const exchange of entry.exchanges ?? []) closed.add(exchange);
      const started = entry.type === 'ledger.opened' || (entry.type === 'fault' && entry.kind === 'restart');
      if (started) return found(false);
    }
  }
  return found(false);
}

function readEntry(bytes: Uint8Array): Entry {
  try {
    return decodeEntry(bytes);
  } catch (cause) {
    throw damaged(`An entry near the end of the ledger can not be read: ${(cause as Error).message}`, cause);
  }
}
