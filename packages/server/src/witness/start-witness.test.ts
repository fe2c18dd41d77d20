import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createEd25519Cosigner, generateSigningKey } from '@portcullis/record/signing';
import { createTestLog, type TestLog } from './test/test-log.ts';
import { runWitness, submit, temporaryFolder } from './test/witness-world.ts';

const log = createTestLog();

async function startChild(dataDir: string): Promise<{ child: ChildProcess; url: string }> {
  const program = fileURLToPath(new URL('./test/witness-child.ts', import.meta.url));
  const args = ['--conditions=portcullis-source', '--no-warnings', program, dataDir, ...log.vkeys];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  return { child, url: line.toString().trim() };
}

test('kill -9 right after an answer: what was cosigned is still known', async (t) => {
  const dataDir = temporaryFolder(t);
  let size = 0;
  for (const steps of [1, 4, 2]) {
    const { child, url } = await startChild(dataDir);
    t.after(() => child.kill('SIGKILL'));
    for (let step = 0; step < steps; step++) {
      const answer = await submit(url, log, size, size + 3);
      if (step === steps - 1) child.kill('SIGKILL');
      assert.equal(answer.status, 200, answer.text);
      size += 3;
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  const witness = await runWitness(t, log, { dataDir });
  assert.equal((await submit(witness.url, log, 0, size)).text, `${size}\n`);
  assert.equal((await submit(witness.url, log.fork(size - 1), size, size)).status, 409);
  assert.equal(witness.splitViews(log.origin).length, 1);
  assert.equal((await submit(witness.url, log, size, size + 1)).status, 200);
});

test('kill -9 under load by two histories: one is cosigned, and nothing that was answered is forgotten', async (t) => {
  const dataDir = temporaryFolder(t);
  const long = createTestLog(log.origin, 160, log.keys);
  const histories = [long, long.fork(0)];
  const answered: { history: number; size: number }[] = [];
  for (const killAfter of [4, 12, 24]) {
    const { child, url } = await startChild(dataDir);
    t.after(() => child.kill('SIGKILL'));
    const dead = once(child, 'exit');
    // Each goes on from what the witness last told it, with its own history.
    const client = async (history: number): Promise<void> => {
      const from = histories[history] as TestLog;
      for (let known = 0; ; ) {
        const size = Math.min(known + 1 + (history % 2), 160);
        const reply = await submit(url, from, known, size).catch(() => undefined);
        if (reply === undefined) return;
        if (reply.status === 200) answered.push({ history, size: (known = size) });
        else if (reply.type === 'text/x.tlog.size') known = Number(reply.text);
        else await sleep(5);
      }
    };
    const clients = [0, 1, 0, 1].map(client);
    // However slow the machine: in the middle of the work.
    while (answered.length < killAfter) await sleep(2);
    child.kill('SIGKILL');
    await Promise.all([dead, ...clients]);
  }
  assert.deepEqual(new Set(answered.map(({ history }) => history)).size, 1, 'two histories were cosigned');
  const { url } = await runWitness(t, log, { dataDir });
  const { text } = await submit(url, long, 0, 160);
  assert.ok(Number(text) >= Math.max(...answered.map(({ size }) => size)), `it remembers ${text}`);
});

test('two processes on one state race: what they cosign is one history that never goes back', async (t) => {
  const dataDir = temporaryFolder(t);
  const first = await startChild(dataDir);
  const second = await startChild(dataDir);
  for (const { child } of [first, second]) t.after(() => child.kill('SIGKILL'));
  const histories = [log, log.fork(0)];
  let size = 0;
  let history: TestLog | undefined;
  for (let round = 1; round <= 8; round++) {
    const asked = Array.from({ length: 8 }, (_, i) => {
      const from = histories[i % 3 === 0 ? 1 : 0] as TestLog;
      const to = size + 1 + (i % 5);
      const { url } = i % 2 === 0 ? first : second;
      return submit(url, from, size, to).then(({ status }) => ({ status, from, to }));
    });
    const cosigned = (await Promise.all(asked)).filter(({ status }) => status === 200);
    assert.equal(cosigned.length, 1, `round ${round}`);
    const { from, to } = cosigned[0]!;
    history ??= from;
    assert.equal(from, history);
    size = to;
  }
});

test('keys are made once, for their owner alone', async (t) => {
  const dataDir = temporaryFolder(t);
  const first = await runWitness(t, log, { dataDir });
  await first.close();
  const keys = join(dataDir, 'keys');
  assert.deepEqual(readdirSync(keys).sort(), ['witness-ed25519.pem', 'witness-ml-dsa-44.pem']);
  for (const name of readdirSync(keys)) assert.equal(statSync(join(keys, name)).mode & 0o777, 0o600);
  const again = await runWitness(t, log, { dataDir, mlDsa44: false });
  assert.deepEqual(again.vkeys, first.vkeys.slice(0, 1));
  await again.close();
  chmodSync(join(keys, 'witness-ed25519.pem'), 0o644);
  await assert.rejects(runWitness(t, log, { dataDir }), { code: 'bad-config' });
});

test('a witness that has cosigned does not go on with new keys', async (t) => {
  const dataDir = temporaryFolder(t);
  const witness = await runWitness(t, log, { dataDir });
  await submit(witness.url, log, 0, 1);
  await witness.close();
  rmSync(join(dataDir, 'keys/witness-ml-dsa-44.pem'));
  await assert.rejects(runWitness(t, log, { dataDir }), { code: 'bad-config' });
});

test('what it is started with is checked', async (t) => {
  for (const name of ['', 'two words', 'a+b', 'x'.repeat(256)])
    await assert.rejects(runWitness(t, log, { name }), { code: 'bad-config' }, name);
  await assert.rejects(runWitness(t, log, { logs: ['no key'] }), { code: 'bad-key' });
  const cosigner = createEd25519Cosigner('w', generateSigningKey('ed25519'), () => 0);
  await assert.rejects(runWitness(t, log, { logs: [cosigner.vkey] }), { code: 'bad-config' });
  const witness = await runWitness(t, log);
  const port = Number(new URL(witness.url).port);
  await assert.rejects(runWitness(t, log, { port }), { code: 'port-in-use' });
});
