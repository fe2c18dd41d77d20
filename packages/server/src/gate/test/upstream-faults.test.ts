import assert from 'node:assert/strict';
import { type IncomingMessage, request } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { CHAT, chat, completionOf, eventually, problem, wait } from './ask.ts';
import { upstreamConfig } from './gate-config.ts';
import { rawRequest } from './raw-request.ts';
import { startRawUpstream } from './raw-upstream.ts';
import { KEY, startTestGate, type TestGate } from './test-gate.ts';

const fault = (name: string): Record<string, string> => ({ 'x-practice-fault': name });

describe('an upstream that fails', () => {
  let t: TestGate;
  before(async () => {
    t = await startTestGate({
      upstreams: (url) => [upstreamConfig('practice', url, { headersTimeoutMs: 400, idleTimeoutMs: 600 })],
    });
  });
  after(() => t.close());

  const seen = (): number => t.upstream.seen.totals.requests;

  it('is tried again before the first byte: 500, 502, 503, 529 and a broken connection', async () => {
    for (const [i, name] of [
      'status=500',
      'status=502',
      'status=503,retry-after=0',
      'status=529,retry-after=0',
      'close-before-headers',
    ].entries()) {
      const before = seen();
      const answer = await chat(t, fault(`${name},times=1,id=${i}`));
      assert.equal(answer.status, 200, name);
      await answer.text();
      assert.equal(seen() - before, 2, name);
    }
    const completed = (await t.entries('exchange.completed', 5)).at(-1);
    assert.equal(completed?.attempts, 2);
  });

  it('keeps its last word when all tries are used, and 4xx at once', async () => {
    const answer = await chat(t, fault('status=500,id=20'));
    assert.equal(answer.status, 500);
    assert.match((await problem(answer)).error.message, /Practice error/);
    assert.equal((await completionOf(t, answer)).outcome, 'upstream_refused');
    const before = seen();
    const bad = await chat(t, fault('status=400'));
    assert.equal(bad.status, 400);
    assert.equal(seen() - before, 1);
  });

  it('passes 429 and its retry-after on, as there is no other upstream', async () => {
    const before = seen();
    // At once would be soon enough to try again, and yet is not.
    await (await chat(t, fault('status=429,retry-after=0'))).text();
    assert.equal(seen() - before, 1);
    const answer = await chat(t, fault('status=429,retry-after=7'));
    assert.deepEqual([answer.status, answer.headers.get('retry-after')], [429, '7']);
    assert.equal(answer.headers.get('x-ratelimit-remaining-requests'), '0');
    assert.equal(seen() - before, 2);
    await answer.text();
  });

  it('that never answers is 504', async () => {
    const answer = await chat(t, fault('never-answer'));
    assert.equal(answer.status, 504);
    assert.equal((await problem(answer)).error.code, 'upstream_timeout');
    const completed = await completionOf(t, answer);
    assert.deepEqual(
      [completed.outcome, completed.status, completed.usage.source],
      ['upstream_error', 504, 'none'],
    );
  });

  it('that can not be reached is 502, without its address', async () => {
    const closed = await startRawUpstream(() => {});
    await closed.close();
    const gate = await startTestGate({ upstreams: () => [upstreamConfig('gone', closed.url)] });
    const answer = await chat(gate);
    const { error } = await problem(answer);
    assert.deepEqual([answer.status, error.code], [502, 'upstream_unreachable']);
    assert.ok(!error.message.includes('127.0.0.1'));
    await gate.close();
  });

  it('that refuses the operator’s key is 502, in other words than its own', async () => {
    const answer = await chat(t, fault('status=401'));
    assert.equal(answer.status, 502);
    assert.equal((await problem(answer)).error.code, 'upstream_credentials');
  });

  it('that lies about its length, or dies mid-stream, never looks finished', async () => {
    for (const name of [
      'lie-content-length=50',
      'close-after-bytes=300',
      'reset-after-bytes=300',
      'truncate-chunked',
    ]) {
      for (const stream of [false, true]) {
        const answer = await chat(t, fault(name), { stream });
        // Where it died before the admission was durable, nothing was released yet and a proper error can be given.
        if (answer.status === 502) assert.equal((await problem(answer)).error.code, 'upstream_unreachable');
        else await assert.rejects(answer.text(), `${name} stream=${stream}`);
        assert.equal((await completionOf(t, answer)).outcome, 'upstream_error', name);
      }
    }
  });

  it('that sends more than it announced is cut at what it announced', async () => {
    const answer = await chat(t, fault('lie-content-length=-20'));
    const text = await answer.text().catch(() => '');
    assert.ok(!text.endsWith('}'));
  });

  it('an HTTP/1.0 caller is reset, as for it a close would be an end', async () => {
    const body = JSON.stringify({ ...CHAT, stream: true });
    const reset = await new Promise<string>((resolve) => {
      void rawRequest(t.port, (socket) => {
        socket.on('error', (error: Error & { code?: string }) => resolve(error.code ?? ''));
        socket.on('end', () => resolve('a clean end'));
        socket.write(
          `POST /v1/chat/completions HTTP/1.0\r\nauthorization: Bearer ${KEY}\r\nx-practice-fault: close-after-bytes=300\r\n` +
            `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
        );
      });
    });
    assert.equal(reset, 'ECONNRESET');
  });

  it('an error inside a 200 stream stays one, and no [DONE] is made up', async () => {
    const answer = await chat(t, fault('error-mid-stream=2'), { stream: true });
    assert.equal(answer.status, 200);
    const text = await answer.text();
    assert.match(text, /"error"/);
    assert.ok(!text.includes('[DONE]'));
  });

  it('is given up after silence, not after a total time', async () => {
    const slow = await chat(t, fault('delay-token-ms=150,long-stream-tokens=8'), { stream: true });
    assert.match(await slow.text(), /\[DONE\]/, 'longer in all than any time-out');
    const silent = await chat(t, fault('delay-token-ms=5000'), { stream: true });
    await assert.rejects(silent.text());
  });

  it('with 1xx before its answer, and with headers beyond measure', async () => {
    assert.equal((await chat(t, fault('informational-103'))).status, 200);
    const large = await chat(t, fault('headers-big=200000'));
    assert.equal(large.status, 502);
    assert.equal((await problem(large)).error.code, 'upstream_broken');
  });
});

describe('an upstream that does not speak HTTP well', () => {
  for (const [name, answer] of [
    [
      'a length beside chunks',
      'content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
    ],
    ['two lengths', 'content-length: 3\r\ncontent-length: 5\r\n\r\nhello'],
    ['signs that no header may hold', 'x-odd: a\u0001b\r\ncontent-length: 5\r\n\r\nhello'],
    ['a header of DEL', 'x-odd: a\u007fb\r\ncontent-length: 5\r\n\r\nhello'],
    ['no HTTP at all', null],
  ] as const) {
    it(`${name}: 502, and the caller’s connection stays in step`, async () => {
      const raw = await startRawUpstream((socket) =>
        socket.write(answer === null ? 'SSH-2.0-what\r\n' : `HTTP/1.1 200 OK\r\n${answer}`),
      );
      const t = await startTestGate({ upstreams: () => [upstreamConfig('raw', raw.url, { attempts: 1 })] });
      const response = await chat(t);
      assert.equal(response.status, 502, name);
      assert.match((await problem(response)).error.code, /^upstream_/);
      assert.equal((await fetch(`${t.url}/health/liveness`)).status, 200);
      assert.equal((await completionOf(t, response)).outcome, 'upstream_error');
      await Promise.all([t.close(), raw.close()]);
    });
  }
});

describe('several upstreams', () => {
  it('fall back before the first byte, in order, by model; 429 too; back-off is bounded', async () => {
    const limited = await startRawUpstream((socket) =>
      socket.end('HTTP/1.1 429 Too Many\r\nretry-after: 3600\r\ncontent-length: 2\r\n\r\n{}'),
    );
    const gone = await startRawUpstream((socket) => socket.destroy());
    const t = await startTestGate({
      upstreams: (url) => [
        upstreamConfig('other-model', limited.url, { models: ['else-*'] }),
        upstreamConfig('limited', limited.url),
        upstreamConfig('gone', gone.url),
        upstreamConfig('other-shape', limited.url, { shape: 'anthropic' }),
        upstreamConfig('good', url),
      ],
    });
    const at = performance.now();
    const answer = await chat(t);
    assert.equal(answer.status, 200);
    assert.ok(performance.now() - at < 2_000);
    assert.deepEqual([limited.requests.length, gone.requests.length], [1, 2]);
    const [completed] = await t.entries('exchange.completed');
    assert.deepEqual([completed?.upstream, completed?.attempts], ['good', 4]);
    const attempts = [...t.gate.metrics().matchAll(/upstream_attempts_total\{upstream="(.*)"\} (\d+)/g)];
    assert.deepEqual(
      attempts.map((match) => [match[1], match[2]]),
      [
        ['limited', '1'],
        ['gone', '2'],
        ['good', '1'],
      ],
    );
    await Promise.all([t.close(), limited.close(), gone.close()]);
  });

  it('are never tried again after the first byte', async () => {
    const dying = await startRawUpstream((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"id"');
      setTimeout(() => socket.destroy(), 20);
    });
    const t = await startTestGate({
      upstreams: (url) => [upstreamConfig('dying', dying.url), upstreamConfig('good', url)],
    });
    const answer = await chat(t);
    assert.equal(answer.status, 200);
    await assert.rejects(answer.text());
    assert.equal(t.upstream.seen.totals.requests, 0);
    await Promise.all([t.close(), dying.close()]);
  });
});

describe('a caller', () => {
  let t: TestGate;
  before(async () => {
    t = await startTestGate();
  });
  after(() => t.close());

  for (const [phase, name] of [
    ['before-headers', 'never-answer'],
    ['before-first-token', 'delay-first-token-ms=60000'],
    ['mid-stream', 'delay-token-ms=20,long-stream-tokens=5000'],
  ] as const) {
    it(`who leaves ${phase} is seen to leave by the upstream within 100 ms, and is recorded as aborted`, async () => {
      const count = t.appender.entries().filter((entry) => entry.type === 'exchange.completed').length;
      const requests = t.upstream.seen.totals.requests;
      const body = JSON.stringify({ ...CHAT, stream: true });
      const controller = new AbortController();
      const asking = fetch(`${t.url}/v1/chat/completions`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${KEY}`,
          'content-type': 'application/json',
          'x-practice-fault': name,
        },
        body,
        signal: controller.signal,
      })
        .then((answer) => answer.text())
        .catch(() => undefined);
      await eventually('the request arrived', () => t.upstream.seen.totals.requests > requests);
      await wait(phase === 'before-headers' ? 30 : 100);
      const aborts = t.upstream.seen.aborts.length;
      const left = performance.now();
      controller.abort();
      await eventually('the upstream saw it', () => t.upstream.seen.aborts.length > aborts);
      const abort = t.upstream.seen.aborts.at(-1);
      assert.equal(abort?.phase, phase);
      assert.ok((abort?.at ?? 0) - left < 100);
      await asking;
      const completed = (await t.entries('exchange.completed', count + 1)).at(-1);
      assert.equal(completed?.outcome, 'aborted');
      const { source, input_tokens } = completed?.usage ?? {};
      assert.deepEqual([source, input_tokens], ['estimated', Math.ceil(body.length / 4)]);
    });
  }

  it('who leaves while the ledger is slow is still recorded, once it can be', async () => {
    const count = t.appender.entries().filter((entry) => entry.type === 'exchange.completed').length;
    t.appender.hold();
    const controller = new AbortController();
    const asking = chat(t).catch(() => undefined);
    const leaving = fetch(`${t.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}` },
      body: JSON.stringify(CHAT),
      signal: controller.signal,
    }).catch(() => undefined);
    await wait(50);
    controller.abort();
    await leaving;
    await wait(20);
    t.appender.release();
    await (await asking)?.text();
    const completed = await t.entries('exchange.completed', count + 2);
    assert.deepEqual(
      completed
        .slice(count)
        .map((entry) => entry.outcome)
        .sort(),
      ['aborted', 'complete'],
    );
  });

  it('who reads slowly pauses the upstream, so that memory stays bounded', async () => {
    const tokens = 400_000;
    let received = 0;
    const asking = await new Promise<IncomingMessage>((resolve) => {
      const req = request(
        {
          port: t.port,
          path: '/v1/chat/completions',
          method: 'POST',
          headers: {
            authorization: `Bearer ${KEY}`,
            'content-type': 'application/json',
            'x-practice-fault': `long-stream-tokens=${tokens}`,
          },
        },
        resolve,
      );
      req.end(JSON.stringify({ ...CHAT, stream: true }));
    });
    asking.pause();
    let written = -1;
    for (let i = 0; i < 60 && written !== t.upstream.seen.totals.bytesWritten; i++) {
      written = t.upstream.seen.totals.bytesWritten;
      await wait(150);
    }
    assert.equal(
      t.upstream.seen.totals.bytesWritten,
      written,
      'nothing more is taken while the caller does not read',
    );
    assert.equal(t.upstream.seen.waitingForDrain, 1);
    assert.ok(written < 24 * 2 ** 20, `${written} bytes were taken`);
    const kept = Number(/portcullis_kept_responses_bytes (\d+)/.exec(t.gate.metrics())?.[1]);
    assert.ok(kept <= t.ports.config.vault.responseBytesMax);
    asking.on('data', (chunk: Buffer) => (received += chunk.length));
    asking.resume();
    await eventually('it flows again', () => received > written, 8_000);
    asking.destroy();
    await eventually('it ended', () => t.gate.inFlight === 0);
  });
});
