import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createPracticeUpstream, type PracticeUpstream } from '../../practice/upstream/server.ts';
import { ask, startCallers } from './callers.ts';
import { checkLedger, openWorld, type ServerWorld } from './server-world.ts';

describe('settings are reloaded while callers ask', () => {
  let world: ServerWorld;
  let second: PracticeUpstream;
  before(async () => {
    world = await openWorld();
    second = await createPracticeUpstream();
  });
  after(async () => {
    await world.close();
    await second.close();
  });
  const policies = () => world.entries().filter((entry) => entry.type === 'policy.loaded');

  test('an upstream is replaced: nobody is cut off, and what runs on the old one ends there', async () => {
    const callers = startCallers(world.server.gateUrl, world.key, 6);
    await world.until('exchanges are answered', () => callers.seen.length > 20);
    const faults = 'long-stream-tokens=80,delay-token-ms=10';
    const running = ask(world.server.gateUrl, world.key, { shape: 'openai', stream: true, faults });
    await world.until('it runs', () =>
      world.upstream.seen.requests.some((one) => String(one.headers['x-practice-fault']) === faults),
    );
    world.write('contact: "write to appeals@example.org"', second.url);
    const reloaded = await world.admin('POST', '/v1/reload');
    assert.deepEqual(reloaded, { changed: ['contact', 'upstreams'], needRestart: [] });
    const from = callers.seen.length;
    await world.until('the new one is asked', () => second.seen.requests.length > 10);
    await world.until('exchanges are answered', () => callers.seen.length > from + 20);
    assert.equal((await running).whole, true);
    await callers.stop();
    const bad = callers.seen.filter((one) => one.status !== 200 && !one.broken);
    assert.deepEqual(bad, []);
    const old = world.upstream.seen.requests.length;
    await ask(world.server.gateUrl, world.key, { shape: 'openai', stream: false });
    assert.equal(world.upstream.seen.requests.length, old);
    await checkEntries(2);
  });

  async function checkEntries(count: number): Promise<void> {
    await world.until('it is on the ledger', () => policies().length === count);
    const digests = policies().map((entry) => (entry.type === 'policy.loaded' ? entry.digest : ''));
    assert.equal(new Set(digests).size, count);
  }

  test('what is the same is no news; what takes a restart is named and stays', async () => {
    assert.deepEqual(await world.server.reload(), { changed: [], needRestart: [] });
    world.write(
      'contact: "write to appeals@example.org"\nvault: { retentionDays: 30 }\ndetection: { enabled: false }',
      second.url,
    );
    assert.deepEqual(await world.server.reload(), {
      changed: ['vault.retentionDays'],
      needRestart: ['detection.enabled'],
    });
    await checkEntries(3);
    // Still running: it follows what is new.
    await ask(world.server.gateUrl, world.key, { shape: 'openai', stream: false });
    await world.until('the detector follows', async () => {
      const { lag } = await world.admin<{ lag: Record<string, number> }>('GET', '/v1/ledger');
      return lag['detector'] === 0;
    });
  });

  test('wrong settings are refused by name and line, and those that ruled before still do', async () => {
    world.write('limits: { requestsPerMinute: -1 }', second.url);
    await assert.rejects(world.server.reload(), {
      code: 'bad-config',
      message: /portcullis\.yaml:\d+.*limits\.requestsPerMinute/,
    });
    await assert.rejects(world.admin('POST', '/v1/reload'), /422.*limits\.requestsPerMinute/);
    assert.equal(
      (await ask(world.server.gateUrl, world.key, { shape: 'openai', stream: false })).status,
      200,
    );
    await checkEntries(3);
  });

  test('limits rule from the next request on, in every thread', async () => {
    world.write('limits: { requestsPerMinute: 0 }', second.url);
    assert.deepEqual((await world.server.reload()).changed, [
      'contact',
      'limits.requestsPerMinute',
      'vault.retentionDays',
    ]);
    for (let n = 0; n < 6; n++) {
      const { status, code } = await ask(world.server.gateUrl, world.key, {
        shape: 'anthropic',
        stream: false,
      });
      assert.deepEqual([status, code], [429, 'rate_limit_exceeded']);
    }
    world.write('limits: { requestsPerMinute: null, tokensPerMinute: null }', second.url);
    await world.server.reload();
    assert.equal(
      (await ask(world.server.gateUrl, world.key, { shape: 'anthropic', stream: false })).status,
      200,
    );
    await world.server.stop();
    await checkLedger(world.dataDir, []);
  });
});
