import { createEntry } from '@portcullis/record';
import type { Appender } from '../ledger/appender.ts';
import type { Clock } from '../seams/clock.ts';
import type { Caller } from './authenticate.ts';
import type { Log } from './gate-ports.ts';
import type { Refusal } from './refusal.ts';

/**
 * Refusals of known accounts, as entries: one for each account, key, endpoint and code a second, with a count, so that a caller who
 * hammers adds at most one entry a second for each kind. Refusals without a known account are only counted in the
 * metrics: anybody can cause those, and the ledger must not grow at a stranger's will.
 */
export type RefusalTally = {
  add(caller: Caller, endpoint: string, refusal: Refusal): void;
  /** Appends what was counted; resolves when it is durable or was refused. */
  flush(): Promise<void>;
};

type Row = {
  readonly caller: Caller;
  readonly endpoint: string;
  readonly refusal: Refusal;
  readonly firstMs: number;
  count: number;
};

/** Beyond this many kinds within a second, the rest is dropped from the ledger (and stays in the metrics). */
const ROWS_MAX = 10_000;

export function createRefusalTally(appender: Appender, clock: Clock, log: Log): RefusalTally {
  const rows = new Map<string, Row>();
  const flush = async (): Promise<void> => {
    // They go on being counted until the ledger is there again.
    if (!appender.accepting) return;
    const due = [...rows.values()];
    rows.clear();
    await Promise.all(due.map((row) => appendRow(appender, clock, log, row)));
  };
  return {
    add(caller, endpoint, refusal) {
      const name = `${caller.account.account}\0${caller.key.key}\0${endpoint}\0${refusal.code}`;
      const row = rows.get(name);
      if (row !== undefined) row.count++;
      else if (rows.size < ROWS_MAX)
        rows.set(name, { caller, endpoint, refusal, firstMs: clock.now(), count: 1 });
    },
    flush,
  };
}

async function appendRow(appender: Appender, clock: Clock, log: Log, row: Row): Promise<void> {
  try {
    const entry = createEntry('exchange.refused', clock.now(), {
      account: row.caller.account.account,
      key: row.caller.key.key,
      endpoint: row.endpoint,
      code: row.refusal.code,
      status: row.refusal.status,
      count: row.count,
      first_time: new Date(row.firstMs).toISOString(),
    });
    await appender.append({ entry });
  } catch (error) {
    log('warn', 'refusals.not_recorded', {
      account: row.caller.account.account,
      count: row.count,
      'error.type': (error as { code?: string }).code ?? 'unknown',
    });
  }
}
