import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { CHAT, chat, completionOf, eventually, post, problem } from './ask.ts';
import { upstreamConfig } from './gate-config.ts';
import { startTestGate, type TestGate } from './test-gate.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const fault = (name: string): Record<string, string> => ({ 'x-practice-fault': name });
const endless = fault('delay-token-ms=20,long-stream-tokens=5000');
const bodies = (t: TestGate): number => Number(/request_bodies_bytes (\d+)/.exec(t.gate.metrics())?.[1]);

describe('where all connections of an upstream are in use', () => {
  it('a call waits for its turn, and every kind of end gives the turn on', async () => {
    const t = await startTestGate({
      upstreams: (url) => [upstreamConfig('one', url, { connectionsMax: 1, attempts: 1 })],
    });
    const ends = await Promise.all(
      [
        fault('status=401'),
        fault('close-before-headers'),
        fault('status=500'),
        fault('lie-content-length=-20'),
        {},
      ].map((headers) => chat(t, headers).then((answer) => answer.status)),
    );
    assert.deepEqual(ends, [502, 502, 500, 200, 200]);
    const stopping = new AbortController();
    const streaming = await chat(t, endless, { stream: true }, stopping.signal);
    const leaving = new AbortController();
    const left = chat(t, fault('id=77'), {}, leaving.signal).catch(() => 'left');
    await eventually('both are in', () => t.gate.inFlight === 2);
    const last = chat(t);
    leaving.abort();
    await left;
    stopping.abort();
    await streaming.text().catch(() => undefined);
    assert.equal((await last).status, 200);
    const asked = t.upstream.seen.requests.map(({ headers }) => headers['x-practice-fault']);
    assert.ok(!asked.includes('id=77'), 'who left while waiting was never sent');
    assert.equal(asked.length, 7);
    await t.close();
  });

  it('is given up after the time to connect and answer, for the next upstream or a 504', async () => {
    const busy = { connectionsMax: 1, connectTimeoutMs: 60, headersTimeoutMs: 60, attempts: 30 };
    const t = await startTestGate({
      upstreams: (url) => [
        upstreamConfig('busy', url, { ...busy, models: ['practice-small'] }),
        upstreamConfig('busy-too', url, { ...busy, models: ['practice-large'] }),
        upstreamConfig('free', url, { models: ['practice-large'] }),
      ],
    });
    const stopping = new AbortController();
    const hold = (model: string): Promise<Response> =>
      chat(t, endless, { stream: true, model }, stopping.signal);
    const held = await Promise.all([hold('practice-small'), hold('practice-large')]);
    const askedMs = performance.now();
    const [none, other] = await Promise.all([chat(t), chat(t, {}, { model: 'practice-large' })]);
    assert.ok(performance.now() - askedMs < 2_000, 'not waited for again');
    assert.deepEqual([none.status, (await problem(none)).error.code], [504, 'upstream_timeout']);
    assert.equal((await completionOf(t, none)).attempts, 0, 'nothing was sent');
    const { upstream, attempts } = await completionOf(t, other);
    assert.deepEqual([other.status, upstream, attempts], [200, 'free', 1]);
    stopping.abort();
    await Promise.all(held.map((answer) => answer.text().catch(() => undefined)));
    await t.close();
  });

  it('the bodies of calls that were given up leave memory', async () => {
    const t = await startTestGate({
      upstreams: (url) => [upstreamConfig('one', url, { connectionsMax: 1 })],
    });
    const stopping = new AbortController();
    const hanging = chat(t, fault('never-answer'), {}, stopping.signal).catch(() => undefined);
    await eventually('it hangs', () => t.upstream.seen.totals.requests === 1);
    const body = Buffer.from(JSON.stringify({ ...CHAT, pad: 'p'.repeat(2 ** 21) }));
    collect();
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 6; i++) {
      const leaving = new AbortController();
      const asking = post(t, '/v1/chat/completions', body, {}, leaving.signal).catch(() => undefined);
      await eventually('it waits', () => t.gate.inFlight === 2);
      leaving.abort();
      await asking;
      await eventually('it is over', () => t.gate.inFlight === 1);
    }
    t.appender.items.length = 0;
    await eventually('nothing of them is held', () => {
      collect();
      return process.memoryUsage().arrayBuffers - before < 2 * body.length;
    });
    stopping.abort();
    await hanging;
    await t.close();
  });

  it('a body counts as memory until its exchange ends, and for as long as a connection attempt holds it', async () => {
    const silent = createServer((socket) => void socket.on('error', () => {}));
    await new Promise<void>((resolve) => {
      silent.listen(0, '127.0.0.1', resolve);
    });
    const { port } = silent.address() as { port: number };
    const t = await startTestGate({
      upstreams: (url) => [
        // A TLS handshake that never comes: the attempt to connect hangs.
        upstreamConfig('deaf', `https://127.0.0.1:${port}`, { models: ['deaf'], connectTimeoutMs: 500 }),
        upstreamConfig('practice', url),
      ],
    });
    const leaving = new AbortController();
    const asking = chat(t, {}, { model: 'deaf' }, leaving.signal).catch(() => undefined);
    await eventually('it connects', () => t.gate.inFlight === 1);
    const held = bodies(t);
    assert.ok(held > 0);
    leaving.abort();
    await asking;
    await eventually('it is over', () => t.gate.inFlight === 0);
    assert.equal(bodies(t), held, 'the pool still has it');
    const stopping = new AbortController();
    const streaming = await chat(t, endless, { stream: true }, stopping.signal);
    assert.ok(bodies(t) > held);
    stopping.abort();
    await streaming.text().catch(() => undefined);
    await eventually('all is given back', () => bodies(t) === 0);
    await t.close();
    silent.close();
  });
});
