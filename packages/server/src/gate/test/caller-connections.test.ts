import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '../../seams/clock.ts';
import { UNREAD_TIMEOUT_MS } from '../sweep.ts';
import { CHAT, chat, completionOf, eventually, problem, wait } from './ask.ts';
import { upstreamConfig } from './gate-config.ts';
import { rawRequest } from './raw-request.ts';
import { type RawUpstream, startRawUpstream } from './raw-upstream.ts';
import { KEY, startTestGate, type TestGate } from './test-gate.ts';

const HEAD = `host: a\r\nauthorization: Bearer ${KEY}\r\n`;
const connections = (t: TestGate): number =>
  Number(/caller_connections (\d+)/.exec(t.gate.metrics())?.[1] ?? NaN);

/** A caller who asks and then reads nothing. */
function askDeaf(t: TestGate, text: string): Socket {
  const socket = connect(t.port, '127.0.0.1')
    .pause()
    .on('error', () => {});
  socket.write(text);
  return socket;
}

async function eventuallyEach(everyMs: number, isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 15 && !isSo(); i++) await wait(everyMs);
}

describe('a caller who takes nothing of what waits for it', () => {
  let t: TestGate;
  let raw: RawUpstream;
  let skewMs = 0;
  before(async () => {
    const models = JSON.stringify({ data: [{ id: 'a', pad: 'p'.repeat(4_000_000) }] });
    raw = await startRawUpstream((socket) =>
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${models.length}\r\n\r\n${models}`),
    );
    const clock = { now: systemClock.now, monotonic: () => systemClock.monotonic() + skewMs };
    t = await startTestGate({
      ports: { clock },
      upstreams: (url) => [upstreamConfig('practice', url), upstreamConfig('models', raw.url)],
    });
  });
  after(async () => {
    await t.close();
    await raw.close();
  });
  const step = async (ms: number): Promise<void> => {
    await wait(300);
    skewMs += ms;
    await wait(300);
  };

  it('of a running answer is cut after five minutes, not before, and recorded as aborted', async () => {
    const body = JSON.stringify({ ...CHAT, stream: true });
    const socket = askDeaf(
      t,
      `POST /v1/chat/completions HTTP/1.1\r\n${HEAD}x-practice-fault: long-stream-tokens=1000000\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    let written = -1;
    await eventuallyEach(400, () => {
      const still = written > 0 && written === t.upstream.seen.totals.bytesWritten;
      written = t.upstream.seen.totals.bytesWritten;
      return still;
    });
    await step(UNREAD_TIMEOUT_MS - 10_000);
    assert.deepEqual([t.gate.inFlight, connections(t)], [1, 1]);
    await step(UNREAD_TIMEOUT_MS + 1_000);
    await eventually('its connection is gone', () => connections(t) === 0);
    assert.equal((await t.entries('exchange.completed')).at(-1)?.outcome, 'aborted');
    socket.destroy();
  });

  it('of a finished answer is cut, too', async () => {
    const socket = askDeaf(t, `GET /v1/models HTTP/1.1\r\n${HEAD}\r\n`.repeat(3));
    await eventually('they were asked for', () => raw.requests.length > 0 && connections(t) === 1);
    await wait(300);
    await step(UNREAD_TIMEOUT_MS + 1_000);
    await eventually('its connection is gone', () => connections(t) === 0);
    socket.destroy();
  });
});

describe('the connection of a caller', () => {
  let t: TestGate;
  before(async () => {
    t = await startTestGate({ gate: { bodyIdleTimeoutMs: 300, connectionsMax: 3, exchangesMax: 2 } });
  });
  after(() => t.close());
  const quiet = (): Promise<void> => eventually('no connection is left', () => connections(t) === 0);

  it('is not held by a body that trickles', async () => {
    const { status, text, closed } = await rawRequest(t.port, (socket) => {
      socket.write(
        `POST /v1/chat/completions HTTP/1.1\r\n${HEAD}content-length: 100000\r\n\r\n${'x'.repeat(5_000)}`,
      );
      const drip = setInterval(() => socket.write('x'), 30);
      socket.on('close', () => clearInterval(drip));
    });
    assert.deepEqual([status, closed], [408, true], text);
    assert.match(text, /500 bytes a second/);
  });

  it('is not held by a body that never comes, whatever the gate answers itself', async () => {
    await quiet();
    const paths = ['/health/liveness', '/metrics', '/v1/models'];
    const answers = await Promise.all(
      paths.map((path) =>
        rawRequest(t.port, (socket) =>
          socket.write(`GET ${path} HTTP/1.1\r\n${HEAD}content-length: 100\r\n\r\n`),
        ),
      ),
    );
    assert.deepEqual(
      answers.map(({ status, closed }) => [status, closed]),
      paths.map(() => [200, true]),
    );
    const kept = await rawRequest(
      t.port,
      (socket) => {
        socket.write(`GET /health/liveness HTTP/1.1\r\n${HEAD}content-length: 2\r\n\r\nab`.repeat(2));
      },
      (text) => text.split('"alive"').length === 3,
    );
    assert.equal(kept.closed, false, 'a body that comes is dropped');
  });

  it('is one of a bounded number, and so is an exchange', async () => {
    await quiet();
    const hold = (): Socket => connect(t.port, '127.0.0.1').on('error', () => {});
    const held = [hold(), hold(), hold()];
    await eventually('all are there', () => connections(t) === 3);
    const beyond = await rawRequest(t.port, (socket) => socket.write(`GET /metrics HTTP/1.1\r\n${HEAD}\r\n`));
    assert.deepEqual([beyond.closed, beyond.text], [true, '']);
    for (const socket of held) socket.destroy();
    await quiet();
    const stopping = new AbortController();
    const running = [1, 2].map(() =>
      chat(t, { 'x-practice-fault': 'never-answer' }, {}, stopping.signal).catch(() => undefined),
    );
    await eventually('both run', () => t.gate.inFlight === 2);
    const third = await chat(t);
    assert.deepEqual([third.status, third.headers.get('retry-after')], [503, '1']);
    const { error } = await problem(third);
    assert.equal(error.code, 'gate_overloaded');
    assert.match(error.message, /runs 2 exchanges/);
    stopping.abort();
    await Promise.all(running);
    await eventually('both are over', () => t.gate.inFlight === 0);
    const last = await chat(t);
    assert.equal(last.status, 200);
    await completionOf(t, last);
  });

  it('that is half-closed is taken for one whose caller left', async () => {
    const before = (await t.entries('exchange.completed')).length;
    const body = JSON.stringify(CHAT);
    const answer = await rawRequest(t.port, (socket) =>
      socket.end(
        `POST /v1/chat/completions HTTP/1.1\r\n${HEAD}x-practice-fault: never-answer\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      ),
    );
    assert.deepEqual([answer.text, answer.closed], ['', true]);
    const [left] = (await t.entries('exchange.completed', before + 1)).slice(before);
    assert.equal(left?.outcome, 'aborted');
  });

  it('needs a host, which HTTP/1.0 does not', async () => {
    const without = await rawRequest(t.port, (socket) =>
      socket.write('GET /health/liveness HTTP/1.1\r\nconnection: close\r\n\r\n'),
    );
    assert.equal(without.status, 400);
    assert.match(without.text, /"code":"malformed_http"/);
    const old = await rawRequest(t.port, (socket) => socket.write('GET /health/liveness HTTP/1.0\r\n\r\n'));
    assert.equal(old.status, 200);
  });
});
