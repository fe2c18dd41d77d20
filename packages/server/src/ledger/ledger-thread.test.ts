import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { leafHash } from '@portcullis/record';
import { nodeFileSystem } from '../seams/file-system-node.ts';
import type { Appended } from './appender.ts';
import { fsckDataDir } from '../start/fsck-data-dir.ts';
import { createLedgerReader } from './ledger-reader.ts';
import { createAppender } from './port-appender.ts';
import { type LedgerThread, startLedgerThread } from './start-ledger-thread.ts';
import { numberedEntry } from './test-ledger.ts';

const limits = { pendingEntriesMax: 100, pendingBytesMax: 1_000_000 };
const ledger = {
  origin: 'ledger.example/test',
  publishIntervalMs: 20,
  archiveIntervalMs: 3_600_000,
  ...limits,
};

async function start(
  t: TestContext,
  interval = 20,
): Promise<{ dataDir: string; thread: LedgerThread; again: () => Promise<LedgerThread> }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'portcullis-thread-'));
  const config = { dataDir, ledger: { ...ledger, publishIntervalMs: interval } };
  const open = () => startLedgerThread({ config, software: 'portcullis test' });
  const thread = await open();
  t.after(async () => {
    await thread.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return { dataDir, thread, again: open };
}

test('many appenders at once: each index once, and the entry that it names', async (t) => {
  const { dataDir, thread } = await start(t);
  const appenders = [1, 2, 3].map(() => createAppender(thread.connect(), limits));
  const appended: Appended[] = [];
  const work = appenders.flatMap((appender, a) =>
    Array.from({ length: 20 }, async (_, i) => {
      for (let n = 0; n < 10; n++)
        appended.push(await appender.append({ entry: numberedEntry(a * 10_000 + i * 100 + n) }));
    }),
  );
  await Promise.all(work);
  assert.equal(await thread.flush(), 601);
  const reader = createLedgerReader(dataDir, nodeFileSystem);
  for (const { index, leafHash: hash } of appended)
    assert.deepEqual(leafHash(reader.entry(index) as Uint8Array), hash);
  assert.equal(new Set(appended.map((each) => each.index)).size, 600);
  const stats = await thread.stats();
  assert.ok(stats.commits < 300, `${stats.commits} commits: entries were not taken together`);
  assert.ok((await fsckDataDir(dataDir)).ok);
});

test('what is committed is published within the interval, and followers hear of it', async (t) => {
  const { thread } = await start(t);
  const appender = createAppender(thread.connect(), limits);
  const published = new Promise<number>((resolve) => thread.onPublished(resolve));
  assert.equal(thread.durableSize, 1);
  await appender.append({ entry: numberedEntry(1) });
  assert.equal(thread.durableSize, 2);
  assert.equal(await published, 2);
});

test('a checkpoint can be kept on request', async (t) => {
  const { dataDir, thread } = await start(t, 60_000);
  const appender = createAppender(thread.connect(), limits);
  await appender.append({ entry: numberedEntry(1) });
  const { size, note } = await thread.archiveCheckpoint();
  assert.equal(size, 2);
  const reader = createLedgerReader(dataDir, nodeFileSystem);
  assert.deepEqual(reader.archived(), [1, 2]);
  assert.equal(reader.archivedNote(2), note);
  assert.equal(reader.published()?.note, note);
});

test('too much waiting is pushed back at once; a bad entry is refused alone', async (t) => {
  const { thread } = await start(t);
  const appender = createAppender(thread.connect(), { pendingEntriesMax: 2, pendingBytesMax: 1000 });
  const first = appender.append({ entry: numberedEntry(1) });
  await assert.rejects(appender.append({ entry: { ...numberedEntry(1), type: 'no.such' } as never }), {
    code: 'bad-entry',
  });
  const big = { vaultKey: 'a@1', sealed: new Uint8Array(1000) };
  await assert.rejects(appender.append({ entry: numberedEntry(1), content: big }), {
    code: 'ledger-overloaded',
  });
  const second = appender.append({ entry: numberedEntry(2) });
  await assert.rejects(appender.append({ entry: numberedEntry(3) }), { code: 'ledger-overloaded' });
  assert.equal(appender.pendingEntries, 2);
  assert.deepEqual([(await first).index, (await second).index], [1, 2]);
  assert.equal(appender.pendingEntries, 0);
});

test('after stop, appends are refused and another may open the directory', async (t) => {
  const { thread, again } = await start(t);
  const appender = createAppender(thread.connect(), limits);
  await appender.append({ entry: numberedEntry(1) });
  await assert.rejects(again(), { code: 'ledger-locked' });
  let told = false;
  thread.onStopped(() => {
    told = true;
  });
  await thread.stop();
  await assert.rejects(appender.append({ entry: numberedEntry(2) }), { code: 'ledger-refused' });
  assert.equal(appender.accepting, false);
  assert.equal(told, false, 'it was asked to stop');
  const next = await again();
  assert.equal((await next.stats()).size, 3);
  await next.stop();
});

test('a ledger that is damaged does not start, and one that breaks stops and says so', async (t) => {
  const { dataDir, thread, again } = await start(t, 60_000);
  const appender = createAppender(thread.connect(), limits);
  await appender.append({ entry: numberedEntry(1) });
  // A tile that is already there with other bytes: the publication must not overwrite it.
  const stopped = new Promise<Error>((resolve) => thread.onStopped(resolve));
  writeFileSync(join(dataDir, 'ledger/tile/0/000.p/2'), 'other');
  await assert.rejects(thread.flush(), { code: 'ledger-refused', message: /other bytes/ });
  assert.match((await stopped).message, /other bytes/);
  await assert.rejects(appender.append({ entry: numberedEntry(2) }), { code: 'ledger-refused' });
  await thread.stop();
  await assert.rejects(again(), { code: 'ledger-damaged', message: /tile\/0\/000\.p\/2/ });
  assert.match((await fsckDataDir(dataDir)).sentence, /tile\/0\/000.p\/2/);
  writeFileSync(join(dataDir, 'ledger/checkpoint'), 'nonsense');
  await assert.rejects(again(), { code: 'ledger-damaged' });
});

/** Files of a data directory that fsck judges byte by byte. */
function judgedFiles(dataDir: string): string[] {
  return ['ledger', 'checkpoints', 'vault/segments']
    .flatMap((folder) =>
      readdirSync(join(dataDir, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
        join(dataDir, folder, name),
      ),
    )
    .concat(join(dataDir, 'vault/positions'))
    .filter((path) => statSync(path).isFile());
}

test('a start refuses what fsck refuses, in every file, with the same sentence', async (t) => {
  const { dataDir, thread, again } = await start(t);
  const appender = createAppender(thread.connect(), limits);
  const content = { vaultKey: 'a@1', sealed: new Uint8Array(60).fill(7) };
  // Beyond one full tile, so that there are files which are not at the edge.
  for (let round = 0; round < 9; round++) {
    const appends = Array.from({ length: 40 }, (_, i) =>
      appender.append({ entry: numberedEntry(round * 40 + i), content }),
    );
    await Promise.all(appends);
    await thread.archiveCheckpoint();
  }
  await thread.stop();
  const files = judgedFiles(dataDir);
  assert.ok(files.length > 12, files.join(' '));
  for (const path of files) {
    const whole = readFileSync(path);
    const changed = Buffer.from(whole);
    const at = Math.floor(whole.length / 3);
    changed[at] = (changed[at] as number) ^ 1;
    writeFileSync(path, changed);
    const { ok, sentence } = await fsckDataDir(dataDir);
    assert.ok(!ok, `${path} was not noticed by fsck`);
    await assert.rejects(again(), { code: 'ledger-damaged', message: sentence }, path);
    writeFileSync(path, whole);
  }
  writeFileSync(join(dataDir, 'ledger/tile/0/stray'), 'x');
  await assert.rejects(again(), { code: 'ledger-damaged', message: /stray/ });
  rmSync(join(dataDir, 'ledger/tile/0/stray'));
  await (await again()).stop();
});

test('with another origin in the settings, the start says which one the ledger has', async (t) => {
  const { dataDir, thread } = await start(t);
  await thread.stop();
  const config = { dataDir, ledger: { ...ledger, origin: 'ledger.example/renamed' } };
  await assert.rejects(startLedgerThread({ config, software: 'portcullis test' }), {
    code: 'bad-config',
    message: /is ledger\.example\/test, and the settings say ledger\.origin: ledger\.example\/renamed/,
  });
});

test('startCheck edge looks only where the tree grows', async (t) => {
  const { dataDir, thread } = await start(t);
  const appender = createAppender(thread.connect(), limits);
  for (let round = 0; round < 6; round++)
    await Promise.all(
      Array.from({ length: 50 }, (_, i) => appender.append({ entry: numberedEntry(round * 50 + i) })),
    );
  await thread.stop();
  const old = join(dataDir, 'ledger/tile/0/000');
  const bytes = readFileSync(old);
  bytes[40] = (bytes[40] as number) ^ 1;
  writeFileSync(old, bytes);
  const open = (startCheck: 'all' | 'edge') =>
    startLedgerThread({
      config: { dataDir, ledger: { ...ledger, startCheck } },
      software: 'portcullis test',
    });
  await assert.rejects(open('all'), { code: 'ledger-damaged' });
  await (await open('edge')).stop();
});
