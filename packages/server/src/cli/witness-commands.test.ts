import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createTestLog } from '../witness/test/test-log.ts';
import { submit } from '../witness/test/witness-world.ts';
import { runCli, spawnCli, temporaryFolder } from './test/run-cli.ts';

test('a witness from init to SIGTERM: keys, settings for the log, health, and clear refusals', {
  timeout: 60_000,
}, async (t) => {
  const cwd = temporaryFolder(t);
  const made = await runCli(['witness', 'init', '--name', 'witness.example/one'], cwd);
  assert.equal(made.code, 0, made.err);
  assert.match(
    made.out,
    /witnesses:\n {2}- name: one\n {4}url: http:\/\/127\.0\.0\.1:8480\n {4}vkeys:\n {6}- witness\.example\/one\+/,
  );
  assert.equal((await runCli(['witness', 'init', '--name', 'x'], cwd)).code, 1, 'nothing is overwritten');

  const log = createTestLog('ledger.example/log');
  writeFileSync(
    join(cwd, 'ledger.policy'),
    `${log.vkeys.map((vkey) => `log ${vkey}\n`).join('')}quorum none\n`,
  );
  const args = ['witness', '--port', '0', '--policy', 'ledger.policy', '--json'];
  const witness = spawnCli(args, cwd);
  t.after(() => witness.kill('SIGKILL'));
  let logged = '';
  witness.stderr.setEncoding('utf8').on('data', (text: string) => {
    logged += text;
  });
  let printed = '';
  for await (const text of witness.stdout.setEncoding('utf8')) {
    printed += String(text);
    if (printed.endsWith('}\n')) break;
  }
  const started = JSON.parse(printed) as { url: string; vkeys: string[]; logs: string[] };
  assert.deepEqual(started.logs, ['ledger.example/log']);
  for (const vkey of started.vkeys) assert.ok(made.out.includes(vkey), 'the keys that init printed');

  assert.equal((await submit(started.url, log, 0, 5)).status, 200);
  assert.equal((await submit(started.url, log.fork(0), 5, 5)).status, 409);
  const health = (await (await fetch(`${started.url}/health`)).json()) as { logs: object[] };
  assert.deepEqual(
    health.logs.map((one) => ({ ...one, time: '' })),
    [{ origin: 'ledger.example/log', size: 5, time: '', splitViews: 1, retired: false }],
  );
  await refuseASecond(cwd, args, started.url);
  const ended = once(witness, 'exit');
  witness.kill('SIGTERM');
  assert.deepEqual(await ended, [0, null]);
  const events = logged
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { event: string }).event);
  assert.deepEqual(events, ['witness.started', 'witness.cosigned', 'witness.split_view', 'witness.stopped']);
  await refuseWhatIsWrong(cwd);
});

/** While one runs: a second on its folder, another on its port; its evidence can be read. */
async function refuseASecond(cwd: string, args: readonly string[], url: string): Promise<void> {
  const taken = ['witness', '--data', 'other', '--name', 'w', '--port', new URL(url).port];
  const [second, port, views] = await Promise.all([
    runCli(args, cwd),
    runCli(taken, cwd),
    runCli(['witness', 'split-views', '--json'], cwd),
  ]);
  assert.equal(second.code, 1);
  assert.match(second.err, /Another witness runs on .*portcullis-witness-data/);
  assert.equal(port.code, 1);
  assert.match(port.err, /Port \d+ is taken/);
  assert.equal(views.code, 1);
  assert.equal((JSON.parse(views.out) as object[]).length, 1);
}

/** Each says what to do, and none starts. */
async function refuseWhatIsWrong(cwd: string): Promise<void> {
  const data = join(cwd, 'portcullis-witness-data');
  const key = join(data, 'keys/witness-ed25519.pem');
  const vkey = readFileSync(join(cwd, 'ledger.policy'), 'utf8').split(/\s/)[1] as string;
  const wrong = vkey.replace(/\+[0-9a-f]{8}\+/, '+00000000+');
  const [badKey, name] = await Promise.all([
    runCli(['witness', '--log', wrong], cwd),
    runCli(['witness', '--name', 'witness.example/two'], cwd),
  ]);
  assert.match(badKey.err, /does not match its own key ID/);
  assert.equal(badKey.code, 2);
  assert.match(name.err, /folder of the witness witness\.example\/one/);
  chmodSync(key, 0o644);
  const readable = await runCli(['witness'], cwd);
  assert.match(readable.err, /run chmod 600/);
  chmodSync(key, 0o600);
  for (const end of ['', '-wal', '-shm']) rmSync(join(data, `witness.sqlite${end}`), { force: true });
  const lost = await runCli(['witness'], cwd);
  assert.equal(lost.code, 1);
  assert.match(lost.err, /memory of this witness .* is missing.*second history/);
  assert.ok(existsSync(join(data, 'home.json')));
}
