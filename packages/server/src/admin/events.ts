import type { ServerResponse } from 'node:http';
import type { Entry } from '@portcullis/record';
import type { LedgerEntry } from '../projections/projection.ts';
import type { ProjectionStore } from '../projections/projection-store.ts';
import { ServerError } from '../server-error.ts';

/** Those who listen at once; a browser holds one connection a tab. */
const LISTENERS_MAX = 64;
/** Names in one event; where more changed, `all` says so and whoever listens asks again. */
const NAMES_MAX = 200;
const GATHER_MS = 250;
const HEARTBEAT_MS = 15_000;
/** A reader that is so far behind is cut off, and comes again. */
const BUFFERED_BYTES_MAX = 256 * 1024;

type Changed = { cases: Set<string>; accounts: Set<string>; other: Set<string>; size: number };
const nothing = (): Changed => ({ cases: new Set(), accounts: new Set(), other: new Set(), size: 0 });

/**
 * Server-sent events that say what changed (ids, never what became of them): whoever listens asks the API again, which shows what their role may
 * see. Changes are gathered for a quarter of a second.
 */
export function createEvents(store: ProjectionStore) {
  /** Each with whether its person may still listen. */
  const listeners = new Map<ServerResponse, () => boolean>();
  let changed = nothing();
  let timer: NodeJS.Timeout | undefined;

  const tell = (text: string): void => {
    for (const [each, mayListen] of listeners) {
      if (each.writableLength > BUFFERED_BYTES_MAX || !mayListen()) each.destroy();
      else each.write(text);
    }
  };
  const flush = (): void => {
    timer = undefined;
    const told = changed;
    changed = nothing();
    tell(`event: changed\nid: ${told.size}\ndata: ${JSON.stringify(spell(told))}\n\n`);
  };
  const stopFollowing = store.onProjected((batch) => {
    if (listeners.size === 0) return;
    note(changed, batch);
    timer ??= setTimeout(flush, GATHER_MS).unref();
  });
  const heartbeat = setInterval(() => tell(': still here\n\n'), HEARTBEAT_MS);
  heartbeat.unref();

  return {
    /**
     * @param mayListen asked before anything is told, so that whoever is removed hears no more
     * @throws ServerError `ledger-overloaded` where too many listen
     */
    listen(response: ServerResponse, mayListen: () => boolean): void {
      if (listeners.size >= LISTENERS_MAX)
        throw new ServerError('ledger-overloaded', `${LISTENERS_MAX} listen to events already.`);
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'x-accel-buffering': 'no',
      });
      response.write(`retry: 2000\nevent: opened\ndata: ${JSON.stringify({ size: store.position })}\n\n`);
      listeners.set(response, mayListen);
      response.on('close', () => listeners.delete(response));
    },
    stop(): void {
      stopFollowing();
      clearInterval(heartbeat);
      clearTimeout(timer);
      for (const each of listeners.keys()) each.end();
    },
  };
}

/** What an entry is about; traffic of accounts is not told, it never stops. */
function note(changed: Changed, batch: readonly LedgerEntry[]): void {
  for (const { entry, index } of batch) {
    changed.size = index + 1;
    if (entry.type.startsWith('exchange.')) continue;
    changed.other.add(entry.type);
    for (const each of casesOf(entry)) changed.cases.add(each);
    for (const each of accountsOf(entry)) changed.accounts.add(each);
  }
}

function casesOf(entry: Entry): string[] {
  if ('case' in entry && entry.case !== null) return [entry.case];
  return entry.type === 'deadline.missed' ? [entry.of] : [];
}

function accountsOf(entry: Entry): readonly string[] {
  if ('accounts' in entry && typeof entry.accounts === 'object') return entry.accounts;
  return 'account' in entry && entry.account !== null ? [entry.account] : [];
}

function spell({ cases, accounts, other, size }: Changed) {
  return {
    size,
    types: [...other],
    cases: [...cases].slice(0, NAMES_MAX),
    accounts: [...accounts].slice(0, NAMES_MAX),
    all: cases.size > NAMES_MAX || accounts.size > NAMES_MAX,
  };
}

export type Events = ReturnType<typeof createEvents>;
