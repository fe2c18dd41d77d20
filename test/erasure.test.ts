import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { command, openScene, type Running } from './start-portcullis.ts';

const run = promisify(execFile);
const WORDS = 'the heron at the weir waits for nobody';

async function ask(running: Running, key: string): Promise<number> {
  const answer = await fetch(`${running.gateUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'practice-small', messages: [{ role: 'user', content: WORDS }] }),
  });
  assert.equal(answer.status, 200);
  await answer.arrayBuffer();
  return Number(answer.headers.get('x-portcullis-entry'));
}

async function receipt(running: Running, key: string, index: number) {
  const headers = { authorization: `Bearer ${key}` };
  for (;;) {
    const answer = await fetch(`${running.gateUrl}/receipts/${index}`, { headers });
    const body = (await answer.json()) as { salts?: object };
    if (answer.status !== 202) return { status: answer.status, salts: body.salts !== undefined };
    await sleep(50);
  }
}

async function detectorHasAll(running: Running): Promise<void> {
  for (;;) {
    const { lag } = await running.admin<{ lag: Record<string, number> }>('GET', '/v1/ledger');
    if (lag['detector'] === 0) return;
    await sleep(50);
  }
}

/** Every file below a folder. */
function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

test('after an erasure nothing that the account wrote is left, even where the program stops at once', {
  timeout: 120_000,
}, async (t) => {
  const scene = openScene(t);
  const cwd = scene.folder;
  const dataDir = join(cwd, 'portcullis-data');
  const begin = async () => {
    const running = await scene.start(['--no-rehearsal']);
    t.after(() => running.stop('SIGKILL'));
    return running;
  };
  let running = await begin();
  const keys: Record<string, string> = {};
  for (const account of ['ann', 'ben']) {
    await running.admin('POST', '/v1/accounts', { account });
    keys[account] = (await running.admin<{ secret: string }>('POST', `/v1/accounts/${account}/keys`)).secret;
  }
  const [ann, ben] = [keys['ann'] as string, keys['ben'] as string];
  await sleep(300); // A new key reaches the gate within a second.
  const entries = [await ask(running, ann), await ask(running, ann)];
  const other = await ask(running, ben);
  assert.deepEqual(await receipt(running, ann, entries[0] as number), { status: 200, salts: true });
  assert.equal((await receipt(running, ben, entries[0] as number)).status, 404);
  await detectorHasAll(running);
  assert.equal(await running.stop('SIGTERM'), 0, running.output());
  const state = join(dataDir, 'detector.state');
  assert.ok(filesOf(dataDir).includes(state), 'what the detector keeps of prompts is on disk');

  running = await begin();
  await detectorHasAll(running);
  const why = { reason: 'Asked for by the account.', legalBasis: 'GDPR, article 17' };
  const erased = await running.admin<{ keysDestroyed: number }>('POST', '/v1/accounts/ann/erase', why);
  assert.equal(erased.keysDestroyed, 1);
  await running.stop('SIGKILL');
  const left = filesOf(dataDir);
  for (const path of left) assert.equal(statSync(path).mode & 0o077, 0, `${path} is for others to read`);
  assert.ok(!left.some((path) => path.startsWith(state)), 'the detector keeps nothing of it');
  assert.ok(!left.some((path) => path.endsWith('ann@1.key')));
  for (const path of left) assert.ok(!readFileSync(path).includes('heron'), `${path} has it in the clear`);
  assert.ok(!running.output().includes('heron'));

  running = await begin();
  for (const index of entries)
    assert.deepEqual(await receipt(running, ann, index), { status: 200, salts: false });
  assert.deepEqual(await receipt(running, ben, other), { status: 200, salts: true });
  await receipt(running, ann, await ask(running, ann)).then((fresh) => assert.ok(fresh.salts));
  assert.equal(await running.stop('SIGTERM'), 0);
  const { stdout } = await run(...command('fsck', dataDir));
  assert.match(stdout, /sound/i);
});
