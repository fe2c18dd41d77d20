import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'node:test';
import { createEntry, utf8 } from '@portcullis/record';
import { openProjectionStore } from '../projections/projection-store.ts';
import { createMemoryLedger } from '../projections/test/memory-ledger.ts';
import { createMemoryFileSystem } from '../seams/file-system-memory.ts';
import { openMasterKey } from '../vault/master-key-local.ts';
import { sealContent } from '../vault/sealed-content.ts';
import { DAY_MS } from '../vault/segments.ts';
import { createVault } from '../vault/vault.ts';
import { openVaultWriter } from '../vault/vault-writer.ts';
import { startRetention } from './start-retention.ts';

const DAY = 20_000 * DAY_MS;
const dataDir = '/data';

/** A vault with content of two accounts on two days, and a ledger that tells of erasures. */
async function setUp() {
  const fs = createMemoryFileSystem();
  const masterKey = { file: 'keys/vault-master.key' };
  const master = openMasterKey({ source: masterKey, dataDir, fs, env: {}, create: true });
  const vault = createVault(fs, '/data/vault', master);
  const writer = openVaultWriter({ fs, dir: '/data/vault', size: 0, publishedSize: 0 });
  for (const [index, account] of ['ann', 'bob', 'ann', 'bob'].entries()) {
    const key = await vault.keys.keyOf(account);
    const content = sealContent(key, 'x', { seed: new Uint8Array(32), parts: { request: utf8('words') } });
    const nowMs = DAY + Math.floor(index / 2) * DAY_MS;
    writer.append([{ index, leafHash: new Uint8Array(32), content }], nowMs);
  }
  const ledger = createMemoryLedger();
  const store = openProjectionStore({ path: ':memory:' });
  ledger.follow(0, (batch) => store.project(batch));
  const errors: unknown[] = [];
  /** One run, as at a start on the given day. */
  const run = async (day: number, retentionDays = 3) => {
    const retention = startRetention({
      config: { dataDir, vault: { masterKey, retentionDays, responseBytesMax: 1024 } },
      storage: { vault, store, appender: ledger },
      fs,
      clock: { now: () => DAY + day * DAY_MS, monotonic: () => 0 },
      log: (...line) => errors.push(line),
    });
    for (let i = 0; i < 10; i++) await turn();
    retention.stop();
  };
  const told = () =>
    ledger.entries.flatMap(({ entry }) => (entry.type === 'content.erased' ? [entry.before] : []));
  return { ledger, store, vault, errors, run, told };
}

const day = (n: number) => new Date(DAY + n * DAY_MS).toISOString();

test('what is too old is erased once, and the ledger tells of it; what is on hold stays', async () => {
  const { ledger, store, vault, run, told } = await setUp();
  const hold = createEntry('hold.placed', DAY, { account: 'bob', by: 'ada', reason: 'A court order.' });
  await store.reached((await ledger.append({ entry: hold })).index);
  await run(3);
  assert.deepEqual(told(), []);
  await run(4);
  assert.equal(await vault.content(0), 'erased');
  assert.equal(typeof (await vault.content(1)), 'object');
  assert.equal(typeof (await vault.content(2)), 'object');
  for (let i = 0; i < 3; i++) await run(4);
  assert.deepEqual(told(), [day(1)]);
});

test('an erasure that stopped before the ledger had it is told by the next run, once', async () => {
  const { ledger, vault, errors, run, told } = await setUp();
  ledger.failAfter(0);
  await run(4);
  assert.equal(await vault.content(0), 'erased');
  assert.deepEqual([told(), errors.length], [[], 1]);
  ledger.failAfter(Number.POSITIVE_INFINITY);
  await run(4);
  assert.deepEqual(told(), [day(1)]);
  // Also where content is to be kept for longer from now on.
  for (const days of [3, 30]) await run(4, days);
  assert.deepEqual(told(), [day(1)]);
});
