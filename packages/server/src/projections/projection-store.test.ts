import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createEntry, type Entry } from '@portcullis/record';
import fc from 'fast-check';
import { ALL_PROJECTIONS } from './all-projections.ts';
import { readExchanges, readFigures, readRefusals, readUsageOfDay } from './exchanges-projection.ts';
import type { LedgerEntry, ProjectionDefinition } from './projection.ts';
import { openProjectionStore } from './projection-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'projections-'));
after(() => rmSync(folder, { recursive: true }));

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 8, 1);

function admitted(account: string, exchange: string, timeMs: number): Entry {
  return createEntry('exchange.admitted', timeMs, {
    exchange,
    account,
    key: 'key-1',
    endpoint: '/v1/chat/completions',
    model: 'm',
    stream: false,
    standing: 'open',
    request_bytes: 10,
    commitments: {},
  });
}

function completed(account: string, exchange: string, at: number, timeMs: number, tokens: number): Entry {
  return createEntry('exchange.completed', timeMs, {
    exchange,
    account,
    admitted: at,
    outcome: 'complete',
    status: 200,
    upstream: 'practice',
    attempts: 1,
    usage: { input_tokens: 1, output_tokens: tokens - 1, source: 'reported' },
    response_bytes: 10,
    response_kept_bytes: 10,
    first_byte_ms: 1,
    duration_ms: 2,
    commitments: {},
  });
}

/** Exchanges of `accounts` accounts in turn, an admission and a completion each, a minute apart. */
function traffic(count: number, accounts: number): LedgerEntry[] {
  return Array.from({ length: count }, (_, index) => {
    const n = index >> 1;
    const account = `acct-${n % accounts}`;
    const timeMs = START_MS + n * 60_000;
    const entry =
      index % 2 === 0
        ? admitted(account, `ex-${n}`, timeMs)
        : completed(account, `ex-${n}`, index - 1, timeMs + 5, 10);
    return { index, entry };
  });
}

function dump(store: ReturnType<typeof openProjectionStore>) {
  const tables = ALL_PROJECTIONS.flatMap((each) => Object.keys(each.tables));
  return Object.fromEntries(
    tables.map((table) => [table, store.db.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all()]),
  );
}

test('usage, figures and selection by account and period', () => {
  const store = openProjectionStore({ path: ':memory:' });
  store.project(traffic(2 * 3000, 2));
  assert.deepEqual(
    [...readUsageOfDay(store.db, START_MS + DAY_MS)],
    [
      ['acct-0', 7200],
      ['acct-1', 7200],
    ],
  );
  const figures = readFigures(store.db, 'acct-1');
  assert.deepEqual([figures.exchanges, figures.completed, figures.tokens], [1500, 1500, 15_000]);
  const chosen = readExchanges(store.db, 'acct-0', START_MS, START_MS + 10 * 60_000);
  assert.deepEqual(
    chosen.map((each) => [each.admittedIndex, each.completedIndex]),
    [0, 4, 8, 12, 16].map((i) => [i, i + 1]),
  );
  const refused = createEntry('exchange.refused', START_MS, {
    account: 'acct-0',
    key: null,
    endpoint: '/v1/models',
    code: 'rate_limit',
    status: 429,
    count: 4,
    first_time: new Date(START_MS).toISOString(),
  });
  store.project([{ index: 6000, entry: refused }]);
  const refusals = readRefusals(store.db, 'acct-0', START_MS, START_MS + 1);
  assert.deepEqual(
    refusals.map((each) => ({ ...each })),
    [{ account: 'acct-0', index: 6000, code: 'rate_limit', count: 4 }],
  );
  // A completion that is told twice counts once.
  store.project([{ index: 6001, entry: completed('acct-0', 'ex-0', 0, START_MS, 10) }]);
  const after = readFigures(store.db, 'acct-0');
  assert.deepEqual([after.refusals, after.completed, after.tokens], [4, 1500, 15_000]);
  store.close();
});

test('any cutting into batches, with repeats, gives the same tables', () => {
  const entries = traffic(60, 3);
  const whole = openProjectionStore({ path: ':memory:' });
  whole.project(entries);
  const expected = dump(whole);
  whole.close();
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(60), fc.nat(5)), { maxLength: 12 }), (cuts) => {
      const store = openProjectionStore({ path: ':memory:' });
      for (const [end, back] of cuts.sort((a, b) => a[0] - b[0]))
        store.project(entries.slice(Math.max(0, store.position - back), end));
      store.project(entries);
      assert.deepEqual(dump(store), expected);
      store.close();
    }),
    { numRuns: 40 },
  );
});

test('a gap is refused and changes nothing', () => {
  const store = openProjectionStore({ path: ':memory:' });
  const entries = traffic(10, 1);
  store.project(entries.slice(0, 4));
  assert.throws(() => store.project(entries.slice(5)), { code: 'conflict', message: /need entry 4, not 5/ });
  assert.equal(store.position, 4);
  store.close();
});

test('a batch that fails half-way leaves nothing behind', () => {
  const failing: ProjectionDefinition = {
    name: 'failing',
    version: 1,
    tables: { seen: '(idx INTEGER)' },
    open(db) {
      const see = db.prepare('INSERT INTO seen VALUES (?)');
      return (_entry, index) => {
        if (index === 2) throw new Error('no');
        see.run(index);
      };
    },
  };
  const store = openProjectionStore({ path: ':memory:', projections: [failing] });
  assert.throws(() => store.project(traffic(4, 1)), /no/);
  assert.deepEqual([store.position, store.db.prepare('SELECT count(*) AS n FROM seen').get()?.n], [0, 0]);
  store.project(traffic(2, 1));
  assert.equal(store.position, 2);
  store.close();
});

test('it goes on after a restart; another version rebuilds that projection alone', () => {
  const path = join(folder, 'version.sqlite');
  const entries = traffic(20, 2);
  const first = openProjectionStore({ path });
  first.project(entries);
  const expected = dump(first);
  first.close();
  const second = openProjectionStore({ path });
  assert.equal(second.position, 20);
  second.close();
  // The others must not count again what they have counted.
  for (const name of ['accounts', 'exchanges']) {
    const raised = ALL_PROJECTIONS.map((each) => (each.name === name ? { ...each, version: 99 } : each));
    const third = openProjectionStore({ path, projections: raised });
    assert.equal(third.position, 0);
    third.project(entries);
    assert.deepEqual(dump(third), expected);
    third.close();
  }
});

test('a file of another ledger, or a damaged one, is rebuilt', () => {
  const path = join(folder, 'other.sqlite');
  const store = openProjectionStore({ path });
  store.project(traffic(20, 2));
  store.close();
  const shorter = openProjectionStore({ path, ledgerSize: 10 });
  assert.equal(shorter.position, 0);
  assert.equal(readFigures(shorter.db, 'acct-0').exchanges, 0);
  shorter.close();
  writeFileSync(path, 'not a database, but long enough to be looked at as one'.repeat(100));
  const rebuilt = openProjectionStore({ path });
  assert.equal(rebuilt.position, 0);
  rebuilt.close();
});

test('who waits for an entry is told when it is there, or that it is late', async () => {
  const store = openProjectionStore({ path: ':memory:', reachTimeoutMs: 20 });
  const reached = store.reached(3);
  store.project(traffic(4, 1));
  await reached;
  await assert.rejects(store.reached(4), { code: 'ledger-overloaded', message: /not projected after 20 ms/ });
  store.close();
});

test('10,000 entries are projected well within a second', () => {
  const store = openProjectionStore({ path: join(folder, 'fast.sqlite') });
  const entries = traffic(10_000, 500);
  const startMs = performance.now();
  store.project(entries);
  const tookMs = performance.now() - startMs;
  store.close();
  assert.ok(tookMs < 1000, `${tookMs} ms`);
});
