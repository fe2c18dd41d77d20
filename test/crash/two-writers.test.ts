import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startLedgerThread } from '../../packages/server/src/ledger/start-ledger-thread.ts';
import { fsckDataDir } from '../../packages/server/src/start/fsck-data-dir.ts';
import { judgeReal, REAL_LEDGER, runChild, startChild } from './real-ledger.ts';

// Real processes, a real disk and SQLite's lock: who comes second, and what a restored copy does.

let root = '';
before(() => {
  root = mkdtempSync(join(tmpdir(), 'portcullis-writers-'));
});
after(() => rmSync(root, { recursive: true, force: true }));

const start = (dataDir: string) =>
  startLedgerThread({ config: { dataDir, ledger: REAL_LEDGER }, software: 'portcullis test' });

test('a second writer is refused, in another process, in this one and by another path, until the first is gone, also by kill -9', async () => {
  const dataDir = join(root, 'data');
  const first = startChild(dataDir, 'forever');
  await first.lines(3);
  const second = await runChild(dataDir, '1');
  assert.equal(second.acknowledged.length, 0);
  assert.match(second.complaint, /Another writer has this ledger/);
  symlinkSync(dataDir, join(root, 'link'));
  await assert.rejects(start(join(root, 'link')), { code: 'ledger-locked' });
  await assert.rejects(start(dataDir), { code: 'ledger-locked' });
  first.kill();
  const { acknowledged } = await first.result();
  assert.equal(acknowledged.length, 2);
  const next = await start(dataDir);
  await assert.rejects(start(dataDir), { code: 'ledger-locked' }, 'a second thread of one process');
  await next.stop();
  assert.equal(await judgeReal(dataDir, acknowledged), undefined);
});

test('an older copy is refused: of the lock, of the disk, and of both under a newer archive', async () => {
  const dataDir = join(root, 'restored');
  await runChild(dataDir, '2');
  const copy = (from: string, to: string, names: readonly string[]): void => {
    for (const name of names) {
      rmSync(join(to, name), { recursive: true, force: true });
      cpSync(join(from, name), join(to, name), { recursive: true });
    }
  };
  const older = join(root, 'older');
  cpSync(dataDir, older, { recursive: true });
  // Killed with commits that only staging and the lock have.
  await runChild(dataDir, '2');
  await runChild(dataDir, 'forever');
  const disk = ['ledger', 'staging', 'vault'];
  for (const [what, names, says] of [
    ['the lock', ['lock.sqlite'], /older copy/],
    ['the disk', disk, /older copy/],
    ['both, the archive newer', ['lock.sqlite', ...disk], /archived checkpoint .* older copy/],
  ] as const) {
    const restored = join(root, 'try');
    rmSync(restored, { recursive: true, force: true });
    cpSync(dataDir, restored, { recursive: true });
    copy(older, restored, names);
    // As a restore must: the log belongs to the database it was written for.
    if (names.some((name) => name === 'lock.sqlite'))
      for (const end of ['-wal', '-shm']) rmSync(join(restored, `lock.sqlite${end}`), { force: true });
    await assert.rejects(start(restored), { code: 'ledger-damaged', message: says }, what);
    assert.equal((await fsckDataDir(restored)).ok, false, what);
  }
});
