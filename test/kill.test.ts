import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { decodeEntry, fromBase64, hex, leafHash, opensCommitment, verifyReceipt } from '@portcullis/record';
import { createVerifier } from '@portcullis/record/signing';
import { command, openScene, type Scene } from './start-portcullis.ts';

const run = promisify(execFile);
const CALLERS = 16;

/** What a client saw: the bytes it sent and where the gate said they were recorded. */
type Seen = { readonly index: number; readonly leaf: string; readonly body: string };

/** Callers that ask until the gate is gone; each answer whose first byte arrived counts as released. */
async function callUntilDead(gateUrl: string, key: string, seen: Seen[]): Promise<void> {
  let n = 0;
  for (;;) {
    const stream = n % 2 === 0;
    const body = JSON.stringify({
      model: 'practice-small',
      stream,
      messages: [{ role: 'user', content: `Question ${n++} of ${Math.random()}` }],
    });
    try {
      const answer = await fetch(`${gateUrl}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body,
      });
      const index = answer.headers.get('x-portcullis-entry');
      if (answer.status === 200) {
        assert.ok(index !== null, 'an answer was released without its entry');
        seen.push({ index: Number(index), leaf: answer.headers.get('x-portcullis-leaf') ?? '', body });
      }
      await answer.arrayBuffer();
    } catch {
      return; // The gate was killed.
    }
  }
}

test('kill -9 under load: every released exchange is on the ledger with the bytes that were sent', {
  timeout: 120_000,
}, async (t) => {
  const scene = openScene(t);
  const seen: Seen[] = [];
  let key = '';
  for (const killAfter of [60, 150]) {
    const running = await scene.start(['--no-rehearsal']);
    if (key === '') {
      await running.admin('POST', '/v1/accounts', { account: 'caller' });
      key = (await running.admin<{ secret: string }>('POST', '/v1/accounts/caller/keys')).secret;
      await sleep(300); // A new key reaches the gate within a second.
    }
    const callers = Array.from({ length: CALLERS }, () => callUntilDead(running.gateUrl, key, seen));
    // However slow the machine: in the middle of the traffic.
    while (seen.length < killAfter) await sleep(5);
    await running.stop('SIGKILL');
    await Promise.all(callers);
    const { stdout } = await run(...command('fsck', join(scene.folder, 'portcullis-data')));
    assert.match(stdout, /sound/i);
  }
  await compare(scene, key, seen);
});

/** Restarts, and asks for the receipt of every exchange a client saw. */
async function compare(scene: Scene, key: string, seen: readonly Seen[]): Promise<void> {
  const running = await scene.start(['--no-rehearsal']);
  const { vkeys } = await running.admin<{ vkeys: string[] }>('GET', '/v1/ledger');
  const verifiers = vkeys.map(createVerifier);
  assert.equal(new Set(seen.map((one) => one.index)).size, seen.length, 'two exchanges were given one index');
  for (const one of seen) {
    const answer = await fetch(`${running.gateUrl}/receipts/${one.index}`, {
      headers: { authorization: `Bearer ${key}` },
    });
    assert.equal(answer.status, 200, `entry ${one.index}`);
    const { entry, receipt } = verifyReceipt(await answer.json(), verifiers);
    const leaf = fromBase64(receipt.leaf);
    assert.equal(hex(leafHash(leaf)), one.leaf);
    assert.deepEqual(decodeEntry(leaf), entry);
    assert.ok(entry.type === 'exchange.admitted' && entry.request_bytes === Buffer.byteLength(one.body));
    assert.ok(
      opensCommitment(entry, receipt, 'request_sha256', createHash('sha256').update(one.body).digest()),
    );
  }
  assert.equal(await running.stop('SIGTERM'), 0);
}
