import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { startCallers } from '../packages/server/src/start/test/callers.ts';
import { checkLedger } from '../packages/server/src/start/test/server-world.ts';
import { until } from '../packages/server/src/test/until.ts';
import { command, openScene } from './start-portcullis.ts';

const run = promisify(execFile);

/** A disk of its own; undefined where this user may not mount one. */
function mountSmallDisk(t: TestContext, sizeMiB: number): string | undefined {
  const disk = mkdtempSync(join(tmpdir(), 'portcullis-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMiB}m`, 'tmpfs', disk]);
  t.after(() => {
    if (mounted.status === 0) spawnSync('umount', [disk]);
    rmSync(disk, { recursive: true, force: true });
  });
  return mounted.status === 0 ? disk : undefined;
}

test('a disk that is really full: 503, and when there is room again all goes on by itself', {
  timeout: 120_000,
}, async (t) => {
  const scene = openScene(t);
  const disk = mountSmallDisk(t, 12);
  if (disk === undefined) {
    // The same with a disk whose calls fail, in this process: packages/server/src/start/test/outages.test.ts.
    return t.skip('no disk can be mounted here; outages.test.ts has a full disk all the same');
  }
  const dataDir = join(disk, 'data');
  mkdirSync(dataDir, { mode: 0o700 });
  symlinkSync(dataDir, join(scene.folder, 'portcullis-data'));
  const running = await scene.start(['--no-rehearsal']);
  const { secret } = await running.admin<{ secret: string }>('POST', '/v1/accounts', {
    account: 'caller',
    key: true,
  });
  const callers = startCallers(running.gateUrl, secret, 8);
  const released = () => callers.seen.filter((one) => one.status === 200).length;
  await until('exchanges are answered', () => released() > 50);
  const filler = join(disk, 'filler');
  // Rounds: the ledger may still find some room that was its own.
  await until('it is full', () => {
    fill(filler);
    return (['openai', 'anthropic'] as const).every((shape) =>
      callers.seen.some((one) => one.shape === shape && one.code === 'ledger_unavailable'),
    );
  });
  await until('readiness says why', async () => {
    const readiness = await fetch(`${running.gateUrl}/health/readiness`);
    return /disk_full/.test(await readiness.text()) && readiness.status === 503;
  });
  rmSync(filler);
  const had = released();
  await until('answers flow again', () => released() > had + 50);
  await callers.stop();
  assert.equal(await running.stop('SIGTERM'), 0, running.output());
  const entries = await checkLedger(dataDir, callers.seen);
  assert.ok(entries.some((entry) => entry.type === 'fault' && entry.kind === 'storage'));
});

/** Writes until the disk takes no byte more. */
function fill(path: string): void {
  for (let bytes = 2 ** 16; bytes >= 1; ) {
    try {
      writeFileSync(path, Buffer.alloc(bytes), { flag: 'a' });
    } catch (error) {
      assert.equal((error as { code?: string }).code, 'ENOSPC');
      bytes = Math.floor(bytes / 2);
    }
  }
}

test('SIGHUP and "portcullis reload" read the settings again; wrong ones change nothing', {
  timeout: 60_000,
}, async (t) => {
  const scene = openScene(t);
  const settings = join(scene.folder, 'portcullis.yaml');
  writeFileSync(settings, 'practice: true\n');
  const running = await scene.start(['--no-rehearsal']);
  writeFileSync(
    settings,
    'practice: true\ncontact: "write to appeals@example.org"\nledger: { publishIntervalMs: 100 }\n',
  );
  running.process.kill('SIGHUP');
  await until('it says what is new', () => /New from now on: contact\./.test(running.output()));
  assert.match(running.output(), /only after a restart: ledger\.publishIntervalMs\./);
  writeFileSync(settings, 'practice: true\ncontacts: "a wrong name"\n');
  running.process.kill('SIGHUP');
  await until('it says what is wrong', () => /stay as they were: .*contacts/.test(running.output()));
  writeFileSync(settings, 'practice: true\n');
  const [node, args] = command(
    'reload',
    '--as',
    'admin',
    '--json',
    '--data',
    join(scene.folder, 'portcullis-data'),
  );
  const { stdout } = await run(node, args, { cwd: scene.folder });
  assert.deepEqual(JSON.parse(stdout), { changed: ['contact'], needRestart: [] });
  assert.equal(await running.stop('SIGTERM'), 0, running.output());
});
