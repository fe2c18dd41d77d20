import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CHAT, chat, eventually, problem, wait } from './ask.ts';
import { rawRequest } from './raw-request.ts';
import { KEY, startTestGate, type TestGate } from './test-gate.ts';

const streaming = (t: TestGate, ms: number, tokens: number): Promise<Response> =>
  chat(t, { 'x-practice-fault': `delay-token-ms=${ms},long-stream-tokens=${tokens}` }, { stream: true });

describe('a drain', () => {
  it('finishes what runs, takes nothing new, says so, and is not ready meanwhile', async () => {
    const t = await startTestGate({
      config: { standing: { slow: { delayMs: 250, limitsFactor: 1 }, plain: 'strip' } },
    });
    const running = await streaming(t, 60, 15);
    const body = JSON.stringify(CHAT);
    const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${KEY}\r\ncontent-length: ${body.length}\r\n\r\n`;
    const receiving = rawRequest(t.port, (socket) => {
      socket.write(head + body.slice(0, 10));
      setTimeout(() => socket.write(body.slice(10)), 250);
    });
    t.account({ standing: 'slow' });
    const delayed = chat(t);
    await wait(100);
    const admitted = t.appender.entries().length;
    const done = t.gate.drain(5_000);
    const ready = await fetch(`${t.url}/health/readiness`);
    assert.deepEqual([ready.status, ready.headers.get('connection')], [503, 'close']);
    assert.equal(((await ready.json()) as { checks: { serving: boolean } }).checks.serving, false);
    for (const refused of [await chat(t), await delayed]) {
      assert.equal((await problem(refused)).error.code, 'gate_draining');
      assert.deepEqual(
        [refused.status, refused.headers.get('retry-after'), refused.headers.get('connection')],
        [503, '1', 'close'],
      );
    }
    const unasked = await rawRequest(t.port, (socket) =>
      socket.write(head.replace('content-length', 'expect: 100-continue\r\ncontent-length')),
    );
    assert.match(unasked.text, /^HTTP\/1\.1 503 .*gate_draining/s, 'no body is asked for');
    assert.match((await receiving).text, /gate_draining/);
    assert.ok((await receiving).closed);
    assert.match(await running.text(), /\[DONE\]/);
    await done;
    const types = t.appender
      .entries()
      .slice(admitted)
      .map(({ type }) => type);
    assert.ok(types.includes('exchange.completed'), 'the end is on the ledger before drain resolves');
    assert.ok(!types.includes('exchange.admitted'));
    await assert.rejects(fetch(`${t.url}/health/liveness`), 'it no longer listens');
    await t.close();
  });

  it('closes the connection of an answer that begins during it, and idle ones at once', async () => {
    const t = await startTestGate();
    const idle = rawRequest(t.port, (socket) =>
      socket.write('GET /health/liveness HTTP/1.1\r\nhost: a\r\n\r\n'),
    );
    t.appender.hold();
    const asking = chat(t);
    await eventually('it runs', () => t.upstream.seen.totals.requests === 1);
    const done = t.gate.drain(3_000);
    t.appender.release();
    const answer = await asking;
    assert.deepEqual([answer.status, answer.headers.get('connection')], [200, 'close']);
    await answer.text();
    await done;
    assert.deepEqual([(await idle).status, (await idle).closed], [200, true]);
    await t.close();
  });

  it('cuts what is not finished in its time, and records it', async () => {
    const t = await startTestGate();
    const running = await streaming(t, 100, 1_000);
    const cut = running.text().then(
      () => 'finished',
      () => 'cut',
    );
    await t.gate.drain(150);
    assert.equal(await cut, 'cut');
    const [completed] = await t.entries('exchange.completed');
    assert.equal(completed?.outcome, 'interrupted');
    await t.close();
  });

  it('of a gate whose ledger stands still ends all the same, and nothing of it runs on', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const t = await startTestGate({ gate: { admissionTimeoutMs: 200 } });
    const before = timers();
    t.appender.hold();
    const asking = chat(t).catch(() => 'cut');
    await eventually('it runs', () => t.gate.inFlight === 1);
    const at = performance.now();
    await t.gate.close();
    assert.ok(performance.now() - at < 1_500);
    assert.equal(await asking, 'cut');
    await wait(20);
    assert.ok(timers() <= before, 'a timer is left');
    t.appender.release();
    const [completed] = await t.entries('exchange.completed');
    assert.equal(completed?.outcome, 'interrupted');
    await t.close();
  });
});
