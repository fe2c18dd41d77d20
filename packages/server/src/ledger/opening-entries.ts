import { createEntry, type Entry } from '@portcullis/record';
import type { LedgerKeys } from './keys.ts';
import { type OutageCode, outageWords } from './stop-cause.ts';

// What the ledger itself writes when it is opened and when its clock steps.

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

/** The ledger's thread is opened anew while the rest of the process went on. Plain data. */
export type Resumption = {
  readonly outage: OutageCode;
  /** How long no entry was taken. */
  readonly outageMs: number;
  /** Exchanges that the gates have and will complete. */
  readonly running: readonly string[];
  /** The clock's time less the monotonic one as of the last commit: a step that came meanwhile is told too. */
  readonly clockOffsetMs: number;
};

/** One entry for the restart, and as many as are needed to name the exchanges that it interrupted. */
export function restartEntries(
  { software, timeMs }: Opening,
  found: { size: number; beyond: number; exchanges: readonly string[]; bounded: boolean },
  resumption?: Resumption,
): Entry[] {
  const at = `at ${found.size} entries; ${found.beyond} entries that were never acknowledged were dropped.`;
  const entries: Entry[] = [
    resumption === undefined
      ? createEntry('fault', timeMs, { kind: 'restart', detail: `${software} was started again ${at}` })
      : createEntry('fault', timeMs, { kind: kindOf(resumption.outage), detail: tellOf(resumption, at) }),
  ];
  const scope = found.bounded ? ' The scan was cut off before the previous start.' : '';
  for (let at = 0; at < found.exchanges.length; at += EXCHANGES_AN_ENTRY_MAX) {
    const exchanges = found.exchanges.slice(at, at + EXCHANGES_AN_ENTRY_MAX);
    const named = `${exchanges.length} of ${found.exchanges.length} exchanges were admitted and never completed before the restart.${scope}`;
    entries.push(createEntry('fault', timeMs, { kind: 'interrupted', detail: named, exchanges }));
  }
  return entries;
}

function kindOf(outage: OutageCode): 'storage' | 'gap' {
  return outage === 'disk_full' || outage === 'quota_reached' ? 'storage' : 'gap';
}

function tellOf({ outage, outageMs }: Resumption, at: string): string {
  return `The ledger took no entries for ${Math.round(outageMs)} ms, as ${outageWords(outage)}. It was opened again ${at}`;
}

/** @param stepMs how far the clock stepped: forward where it is positive */
export function clockFaultEntry(timeMs: number, stepMs: number): Entry {
  const far = `by ${Math.round(Math.abs(stepMs))} ms`;
  const detail =
    stepMs < 0
      ? `The clock stepped back ${far}; checkpoints keep the earlier time until it has caught up.`
      : `The clock stepped forward ${far}, or this machine slept.`;
  return createEntry('fault', timeMs, { kind: 'clock_step', detail });
}
