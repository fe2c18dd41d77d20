import { approximateLoss, delta, epsilon } from '@portcullis/privacy';
import { createCaseWorld } from '../../cases/test/case-world.ts';
import { createEntry, type EntryBody } from '@portcullis/record';
import { createReports } from '../reports.ts';
import type { ReportBounds } from '../report-tables.ts';

export const REPORT_BOUNDS: ReportBounds = {
  exchanges: 1000,
  findings: 2,
  decisions: 4,
  overturned: 2,
  heldHours: 744,
  erasures: 1,
};

/** Reports on a ledger in memory, with cases and accounts, at a time of the test's choosing. */
export async function createReportWorld(options: { readonly now?: string } = {}) {
  const world = await createCaseWorld();
  let nowMs = Date.parse(options.now ?? '2026-12-10T00:00:00.000Z');
  const ports = {
    appender: world.ledger,
    store: world.store,
    clock: { now: () => nowMs, monotonic: () => 0 },
    limit: () => approximateLoss(epsilon(3), delta('1e-5')),
    bounds: () => REPORT_BOUNDS,
    ledgerSize: () => world.ledger.entries.length,
    software: 'portcullis test',
    origin: 'example.com/log',
  };
  return {
    ...world,
    ports,
    reports: createReports(ports),
    setNow(time: string) {
      nowMs = Date.parse(time);
    },
    /** Exchanges of one account that ended at a time. */
    async exchange(
      account: string,
      time: string,
      count: number,
      outcome: EntryBody<'exchange.completed'>['outcome'] = 'complete',
    ) {
      for (let i = 0; i < count; i += 1) {
        const { index } = await world.ledger.append({ entry: admitted(account, time) });
        const { index: last } = await world.ledger.append({
          entry: completed(account, time, index, outcome),
        });
        await world.store.reached(last);
      }
    },
  };
}

const NO_COMMITMENTS = {};

function admitted(account: string, time: string) {
  return createEntry('exchange.admitted', Date.parse(time), {
    exchange: 'x-1',
    account,
    key: 'k-1',
    endpoint: '/v1/chat/completions',
    model: 'practice-small',
    stream: false,
    standing: 'open',
    request_bytes: 10,
    commitments: NO_COMMITMENTS,
  });
}

function completed(
  account: string,
  time: string,
  index: number,
  outcome: EntryBody<'exchange.completed'>['outcome'],
) {
  return createEntry('exchange.completed', Date.parse(time), {
    exchange: 'x-1',
    account,
    admitted: index,
    outcome,
    status: 200,
    upstream: null,
    attempts: 1,
    usage: { input_tokens: 1, output_tokens: 1, source: 'reported' },
    response_bytes: 10,
    response_kept_bytes: 10,
    first_byte_ms: 1,
    duration_ms: 2,
    commitments: NO_COMMITMENTS,
  });
}
