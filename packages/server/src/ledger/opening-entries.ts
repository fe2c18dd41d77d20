import { createEntry, type Entry } from '@portcullis/record';
import type { LedgerKeys } from './keys.ts';

// What the ledger itself writes when it is opened and when its clock steps back.

const EXCHANGES_AN_ENTRY_MAX = 64;

export type Opening = {
  readonly origin: string;
  readonly keys: Pick<LedgerKeys, 'vkeys'>;
  /** Such as `portcullis 0.1.0`. */
  readonly software: string;
  readonly timeMs: number;
};

export function openedEntry({ origin, keys, software, timeMs }: Opening): Entry {
  const runtime = `node ${process.versions.node}`;
  return createEntry('ledger.opened', timeMs, { origin, vkeys: [...keys.vkeys], software, runtime });
}

/** One entry for the restart, and as many as are needed to name the exchanges that it interrupted. */
export function restartEntries(
  { software, timeMs }: Opening,
  found: { size: number; beyond: number; exchanges: readonly string[]; bounded: boolean },
): Entry[] {
  const detail = `${software} was started again at ${found.size} entries; ${found.beyond} entries that were never acknowledged were dropped.`;
  const entries: Entry[] = [createEntry('fault', timeMs, { kind: 'restart', detail })];
  const scope = found.bounded ? ' The scan was cut off before the previous start.' : '';
  for (let at = 0; at < found.exchanges.length; at += EXCHANGES_AN_ENTRY_MAX) {
    const exchanges = found.exchanges.slice(at, at + EXCHANGES_AN_ENTRY_MAX);
    const named = `${exchanges.length} of ${found.exchanges.length} exchanges were admitted and never completed before the restart.${scope}`;
    entries.push(createEntry('fault', timeMs, { kind: 'interrupted', detail: named, exchanges }));
  }
  return entries;
}

export function clockFaultEntry(timeMs: number, stepMs: number): Entry {
  const detail = `The clock stepped back by ${stepMs} ms; checkpoints keep the earlier time until it has caught up.`;
  return createEntry('fault', timeMs, { kind: 'clock_step', detail });
}
