import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { systemClock } from '../seams/clock.ts';
import { fsckDataDir } from '../start/fsck-data-dir.ts';
import { createFaults } from '../start/test/faults.ts';
import type { Outage } from './appender.ts';
import { createAppender, type PortAppender } from './port-appender.ts';
import { superviseLedger, type SupervisedLedger } from './supervise-ledger.ts';
import { numberedEntry } from './test-ledger.ts';

const limits = { pendingEntriesMax: 100, pendingBytesMax: 1_000_000 };
const origin = 'ledger.example/supervised';
const ledger = { origin, publishIntervalMs: 20, archiveIntervalMs: 3_600_000, ...limits };
const entry = new URL('../start/test/faulty-ledger-thread.ts', import.meta.url);

type World = {
  readonly dataDir: string;
  readonly thread: SupervisedLedger;
  readonly appender: PortAppender;
  readonly outages: (Outage | undefined)[];
  kill(): Promise<unknown>;
  /** Resolves at the next change of the outage. */
  change(): Promise<Outage | undefined>;
};

async function open(t: TestContext, delayMs: number): Promise<World> {
  const dataDir = mkdtempSync(join(tmpdir(), 'portcullis-supervised-'));
  const workers: Worker[] = [];
  const onWorker = (worker: Worker): void => void workers.push(worker);
  process.on('worker', onWorker);
  const config = { dataDir, ledger };
  const thread = await superviseLedger({
    config,
    software: 'portcullis test',
    clock: systemClock,
    entry,
    delayMs,
  });
  t.after(async () => {
    await thread.stop();
    process.off('worker', onWorker);
    rmSync(dataDir, { recursive: true, force: true });
  });
  const appender = createAppender(thread.connect(), limits);
  thread.serve({
    async disconnect(outage) {
      appender.disconnect(outage);
      return [];
    },
    connect: () => appender.connect(thread.connect()),
  });
  const outages: (Outage | undefined)[] = [];
  thread.onOutage((outage) => void outages.push(outage));
  const change = () =>
    new Promise<Outage | undefined>((resolve) => {
      const end = thread.onOutage((outage) => {
        end();
        // After those who write were told.
        setImmediate(() => resolve(outage));
      });
    });
  return { dataDir, thread, appender, outages, change, kill: async () => workers.at(-1)?.terminate() };
}

test('a thread that was killed is started anew, and what was acknowledged is there', async (t) => {
  createFaults();
  const { dataDir, thread, appender, outages, change, kill } = await open(t, 10);
  await appender.append({ entry: numberedEntry(1) });
  const published = new Promise<number>((resolve) =>
    thread.onPublished((size) => size === 4 && resolve(size)),
  );
  const out = change();
  await kill();
  assert.equal((await out)?.code, 'thread_ended');
  assert.equal(appender.accepting, false);
  await assert.rejects(thread.stats(), { code: 'ledger-refused' });
  await assert.rejects(appender.append({ entry: numberedEntry(2) }), { code: 'ledger-refused' });
  assert.equal(await change(), undefined);
  assert.equal((await appender.append({ entry: numberedEntry(3) })).index, 3);
  assert.equal(await published, 4, 'listeners outlive the thread');
  assert.deepEqual(
    outages.map((outage) => outage?.code),
    ['thread_ended', undefined],
  );
  assert.ok((await fsckDataDir(dataDir)).ok);
});

test('while the cause stays it tries again and again, slower and slower', async (t) => {
  const faults = createFaults();
  t.after(() => faults.set('none'));
  const { thread, appender, outages, change } = await open(t, 4);
  faults.set('ENOSPC');
  await assert.rejects(appender.append({ entry: numberedEntry(1) }), { code: 'ledger-refused' });
  while (outages.length < 6) await change();
  assert.deepEqual(new Set(outages.map((outage) => outage?.code)), new Set(['disk_full']));
  faults.set('none');
  while (thread.outage !== undefined) await change();
  assert.equal((await appender.append({ entry: numberedEntry(2) })).index, 2);
});

test('what breaks again and again without a known cause is over, with the reason', async (t) => {
  const faults = createFaults();
  t.after(() => faults.set('none'));
  const { thread, appender, outages } = await open(t, 1);
  const over = new Promise<Error>((resolve) => thread.onStopped(resolve));
  faults.set('broken');
  await assert.rejects(appender.append({ entry: numberedEntry(1) }), { code: 'ledger-refused' });
  assert.match((await over).message, /nobody foresaw this/);
  assert.equal(outages.at(-1)?.over, true);
  assert.equal(outages.length, 11);
  assert.equal(appender.accepting, false);
});

test('what a person must look at is never tried twice: a tile with other bytes, a key that others may read', async (t) => {
  createFaults();
  const { dataDir, thread, appender, outages } = await open(t, 1);
  const over = new Promise<Error & { code?: string }>((resolve) => thread.onStopped(resolve));
  await thread.flush();
  writeFileSync(join(dataDir, 'ledger/tile/0/000.p/2'), 'other');
  await appender.append({ entry: numberedEntry(1) });
  const error = await over;
  assert.deepEqual([error.code, outages.length], ['ledger-damaged', 1]);
  assert.match(error.message, /other bytes/);

  const second = await open(t, 1);
  const lost = new Promise<Error & { code?: string }>((resolve) => second.thread.onStopped(resolve));
  chmodSync(join(second.dataDir, 'keys/ledger-ed25519.pem'), 0o644);
  await second.kill();
  assert.equal((await lost).code, 'bad-config');
});
