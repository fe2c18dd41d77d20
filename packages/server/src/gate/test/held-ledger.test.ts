import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { chat, completionOfIndex, eventually, problem, wait } from './ask.ts';
import { upstreamConfig } from './gate-config.ts';
import { rawRequest } from './raw-request.ts';
import { type RawUpstream, startRawUpstream } from './raw-upstream.ts';
import { KEY, startTestGate, type TestGate } from './test-gate.ts';

const CHUNKED = 'transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n';

describe('while the ledger is held, nothing of an answer is released', () => {
  let t: TestGate;
  let raw: RawUpstream;
  let answer = '';
  let thenClose = false;
  before(async () => {
    raw = await startRawUpstream((socket) => {
      socket.write(`HTTP/1.1 ${answer}`);
      if (thenClose) socket.end();
    });
    t = await startTestGate({
      gate: { allowPaths: ['/v1/files'] },
      upstreams: () => [upstreamConfig('raw', raw.url, { attempts: 1 })],
    });
  });
  after(async () => {
    await t.close();
    await raw.close();
  });

  for (const [method, name, written, body] of [
    ['HEAD', '200', '200 OK\r\nx-mark: 1\r\ncontent-length: 500\r\n\r\n', ''],
    ['HEAD', '404', '404 Not Found\r\nx-mark: 1\r\ncontent-length: 9\r\n\r\n', ''],
    ['GET', '200 of no bytes', '200 OK\r\nx-mark: 1\r\ncontent-length: 0\r\n\r\n', ''],
    ['GET', '204', '204 No Content\r\nx-mark: 1\r\n\r\n', ''],
    ['GET', '304', '304 Not Modified\r\nx-mark: 1\r\n\r\n', ''],
    ['GET', '307', '307 Go\r\nx-mark: 1\r\nlocation: /x\r\ncontent-length: 0\r\n\r\n', ''],
    ['GET', '400 of no bytes', '400 Bad\r\nx-mark: 1\r\ncontent-length: 0\r\n\r\n', ''],
    ['GET', '200 of no chunks', '200 OK\r\nx-mark: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n', ''],
    ['GET', '200', '200 OK\r\nx-mark: 1\r\ncontent-length: 5\r\n\r\nhello', 'hello'],
    ['GET', '200 in chunks', `200 OK\r\nx-mark: 1\r\n${CHUNKED}`, 'hello'],
    ['GET', '200 up to the close', '200 OK\r\nx-mark: 1\r\n\r\nhello', 'hello'],
    ['GET', '200 of nothing up to the close', '200 OK\r\nx-mark: 1\r\n\r\n', ''],
    ['GET', '500', '500 Oh\r\nx-mark: 1\r\ncontent-length: 5\r\n\r\nhello', 'hello'],
  ] as const) {
    for (const closes of name.includes('close') ? [true] : [false, true]) {
      it(`${method}, ${name}${closes ? ', and the upstream closes' : ''}`, async () => {
        answer = written;
        thenClose = closes;
        const requests = raw.requests.length;
        t.appender.hold();
        let came = '';
        try {
          const asking = rawRequest(
            t.port,
            (socket) => {
              socket.on('data', (chunk: Buffer) => (came += chunk.toString('latin1')));
              socket.write(
                `${method} /v1/files/a HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${KEY}\r\nconnection: close\r\n\r\n`,
              );
            },
            () => false,
          );
          await eventually('the upstream was asked', () => raw.requests.length > requests);
          await wait(25);
          assert.equal(came, '', 'released before the admission was durable');
          assert.equal(t.gate.inFlight, 1);
          t.appender.release();
          const { text, status } = await asking;
          assert.equal(status, Number(written.slice(0, 3)), text);
          assert.match(text, /\r\nx-mark: 1\r\n/);
          const index = Number(/\r\nx-portcullis-entry: (\d+)\r\n/.exec(text)?.[1] ?? NaN);
          const completed = await completionOfIndex(t, index);
          assert.deepEqual(
            [completed.outcome, completed.status, completed.response_bytes],
            [status >= 400 ? 'upstream_refused' : 'complete', status, body.length],
          );
          if (method === 'GET') assert.equal(text.includes('hello'), body !== '');
        } finally {
          t.appender.release();
        }
      });
    }
  }
});

describe('a ledger that stands still', () => {
  let t: TestGate;
  before(async () => {
    t = await startTestGate({ gate: { admissionTimeoutMs: 250, exchangesMax: 30 } });
  });
  after(() => t.close());
  const fault = (name: string): Record<string, string> => ({ 'x-practice-fault': name });

  it('is 503 after a while, the upstream is let go, and what gets on the ledger later is interrupted', async () => {
    const aborts = t.upstream.seen.aborts.length;
    t.appender.hold();
    try {
      const within = AbortSignal.timeout(3_000);
      const asking = [
        chat(t, {}, {}, within),
        chat(t, fault('never-answer'), {}, within),
        chat(t, {}, { stream: true }, within),
      ];
      for (const answer of await Promise.all(asking)) {
        assert.deepEqual([answer.status, answer.headers.get('x-portcullis-entry')], [503, null]);
        assert.equal((await problem(answer)).error.code, 'ledger_unavailable');
      }
      await eventually('the upstream saw it', () => t.upstream.seen.aborts.length > aborts);
      assert.equal(t.gate.inFlight, 3);
    } finally {
      t.appender.release();
    }
    const completed = await t.entries('exchange.completed', 3);
    assert.deepEqual(
      completed.map(({ outcome, status, usage }) => [outcome, status, usage.source]),
      Array.from({ length: 3 }, () => ['interrupted', 503, 'none']),
    );
    assert.equal((await chat(t)).status, 200);
    assert.equal(t.gate.inFlight, 0);
  });

  it('and then refuses: one answer, 503, and the upstream sees the close', async () => {
    for (const late of [false, true]) {
      const { aborts, totals } = t.upstream.seen;
      const [abortsBefore, before] = [aborts.length, totals.requests];
      t.appender.hold();
      const asking = chat(t, fault('never-answer'));
      await eventually('the upstream is asked', () => t.upstream.seen.totals.requests > before);
      if (late) await asking;
      t.appender.refuseHeld();
      const answer = await asking;
      assert.deepEqual([answer.status, (await problem(answer)).error.code], [503, 'ledger_unavailable']);
      await eventually('the upstream saw it', () => t.upstream.seen.aborts.length > abortsBefore);
      await eventually('it is over', () => t.gate.inFlight === 0);
    }
  });

  it('for the ends of exchanges: nothing new is admitted while too many wait, and none is lost', async () => {
    const before = t.appender.entries().filter((entry) => entry.type === 'exchange.completed').length;
    t.appender.mode = 'push-back-ends';
    try {
      for (let i = 0; i < 3; i++) assert.equal(await (await chat(t)).text().then(() => 'whole'), 'whole');
      await eventually('it is not ready', () => t.gate.inFlight === 0);
      const answer = await chat(t);
      assert.deepEqual([answer.status, (await problem(answer)).error.code], [503, 'ledger_unavailable']);
      assert.equal((await fetch(`${t.url}/health/readiness`)).status, 503);
    } finally {
      t.appender.mode = 'take';
    }
    await t.entries('exchange.completed', before + 3);
    await eventually('it serves again', () => t.appender.pendingEntries === 0);
    assert.equal((await chat(t)).status, 200);
  });
});
