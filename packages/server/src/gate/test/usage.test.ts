import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { after, before, beforeEach, describe, it } from 'node:test';
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { completionOf, eventually, MESSAGES, post, problem } from './ask.ts';
import { upstreamConfig } from './gate-config.ts';
import { type RawUpstream, startRawUpstream } from './raw-upstream.ts';
import { KEY, startTestGate, type TestGate } from './test-gate.ts';

const CHAT_BODY = { model: 'm', messages: [{ role: 'user', content: 'x'.repeat(40_000) }] };
const CHAT_BYTES = JSON.stringify(CHAT_BODY).length;
const REAL = { prompt_tokens: 1_000, completion_tokens: 5_000 };
const WHOLE = Buffer.from(
  JSON.stringify({ choices: [{ message: { content: 'z'.repeat(400) } }], usage: REAL }),
);
const STREAM = Buffer.from(
  `data: {"choices":[{"delta":{"content":"z"}}]}\n\ndata: {"choices":[],"usage":${JSON.stringify(REAL)}}\n\ndata: [DONE]\n\n`,
);

describe('usage that an upstream tells in its own way, or not at all', () => {
  let t: TestGate;
  let raw: RawUpstream;
  let answer: (socket: Socket) => void;
  before(async () => {
    raw = await startRawUpstream((socket) => answer(socket));
    t = await startTestGate({
      upstreams: () => [
        upstreamConfig('openai', raw.url),
        upstreamConfig('anthropic', raw.url, { shape: 'anthropic' }),
      ],
    });
  });
  beforeEach(() => t.account({ limits: {} }));
  after(async () => {
    await t.close();
    await raw.close();
  });

  const respond = (body: Buffer, ...headers: string[]): void => {
    const head = ['HTTP/1.1 200 OK', ...headers, `content-length: ${body.length}`];
    answer = (socket) => socket.write(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]));
  };
  const usageOf = async (path = '/v1/chat/completions', body: object = CHAT_BODY) => {
    const got = await post(t, path, body);
    assert.equal(got.status, 200);
    await got.arrayBuffer().catch(() => undefined);
    const { input_tokens, output_tokens, source } = (await completionOf(t, got)).usage;
    return [input_tokens, output_tokens, source];
  };

  it('is read from a compressed answer, whole or a stream', async () => {
    for (const [encoding, compress] of [
      ['gzip', gzipSync],
      ['GZip', gzipSync],
      ['br', brotliCompressSync],
      ['zstd', zstdCompressSync],
    ] as const) {
      respond(compress(WHOLE), 'content-type: application/json', `content-encoding: ${encoding}`);
      assert.deepEqual(await usageOf(), [1_000, 5_000, 'reported'], encoding);
      respond(compress(STREAM), 'content-type: text/event-stream', `content-encoding: ${encoding}`);
      assert.deepEqual(await usageOf(), [1_000, 5_000, 'reported'], encoding);
    }
  });

  it('is at least what was reserved where a compressed answer can not be read', async () => {
    const input = Math.ceil((CHAT_BYTES + ',"max_tokens":3000'.length) / 4);
    const bomb = gzipSync(Buffer.concat([WHOLE, Buffer.alloc(20_000_000, ' ')]));
    for (const [encoding, bytes] of [
      ['gzip', bomb],
      ['gzip', Buffer.from('no gzip at all')],
      ['compress', Buffer.from('an encoding of old')],
    ] as const) {
      respond(bytes, 'content-type: application/json', `content-encoding: ${encoding}`);
      const body = { ...CHAT_BODY, max_tokens: 3_000 };
      const [inputTokens, outputTokens, source] = await usageOf('/v1/chat/completions', body);
      assert.deepEqual([inputTokens, source], [input, 'estimated']);
      assert.ok(Number(outputTokens) >= 3_000, `${String(outputTokens)} for ${bytes.length} bytes`);
    }
  });

  it('is found whatever the case of the content type and of "identity"', async () => {
    respond(STREAM, 'content-type: Text/Event-Stream; charset=utf-8', 'content-encoding: Identity');
    assert.deepEqual(await usageOf(), [1_000, 5_000, 'reported']);
  });

  it('Anthropic: a stream that fails before its message_delta is estimated by its events', async () => {
    const events = [
      { type: 'message_start', message: { usage: { input_tokens: 10, output_tokens: 1 } } },
      ...Array.from({ length: 500 }, () => ({ type: 'content_block_delta', delta: { text: 'a' } })),
      { type: 'error', error: { type: 'overloaded_error' } },
    ];
    const body = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
    respond(Buffer.from(body), 'content-type: text/event-stream');
    assert.deepEqual(await usageOf('/v1/messages', MESSAGES), [10, 502, 'estimated']);
  });

  it('a caller who leaves before the first byte is charged for its request', async () => {
    answer = () => {};
    const limits = { tokensPerDay: 100_000 };
    t.account({ slot: 3, limits });
    const count = t.appender.entries().filter((entry) => entry.type === 'exchange.completed').length;
    const asked = raw.requests.length;
    const controller = new AbortController();
    const leaving = fetch(`${t.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}` },
      body: JSON.stringify(CHAT_BODY),
      signal: controller.signal,
    }).catch(() => undefined);
    await eventually('the upstream has the request', () => raw.requests.length > asked);
    controller.abort();
    await leaving;
    const completed = (await t.entries('exchange.completed', count + 1)).at(-1);
    const input = Math.ceil(CHAT_BYTES / 4);
    assert.deepEqual(completed?.usage, { input_tokens: input, output_tokens: 0, source: 'estimated' });
    const refused = await problem(
      await post(t, '/v1/chat/completions', { ...CHAT_BODY, max_tokens: 200_000 }),
    );
    assert.equal(refused.error['left'], limits.tokensPerDay - input);
  });

  it('a caller who leaves before its request was sent is charged for nothing', async () => {
    answer = () => {};
    const one = await startTestGate({
      upstreams: () => [upstreamConfig('one', raw.url, { connectionsMax: 1 })],
    });
    const ask = () => post(one, '/v1/chat/completions', CHAT_BODY).catch(() => undefined);
    const asked = raw.requests.length;
    const first = ask();
    await eventually('the connection is taken', () => raw.requests.length > asked);
    const controller = new AbortController();
    const waiting = fetch(`${one.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}` },
      body: JSON.stringify(CHAT_BODY),
      signal: controller.signal,
    }).catch(() => undefined);
    await one.entries('exchange.admitted', 2);
    controller.abort();
    await waiting;
    const [completed] = await one.entries('exchange.completed');
    assert.deepEqual([completed?.outcome, completed?.usage.source], ['aborted', 'none']);
    await one.close();
    await first;
  });

  it('an error of the upstream, and an upstream that never took the request, cost nothing', async () => {
    const gone = await startTestGate({ upstreams: () => [upstreamConfig('gone', 'http://127.0.0.1:9')] });
    const got = await post(gone, '/v1/chat/completions', CHAT_BODY);
    assert.equal(got.status, 502);
    assert.equal((await completionOf(gone, got)).usage.source, 'none');
    await gone.close();
    answer = (socket) => socket.write('HTTP/1.1 400 Bad\r\ncontent-length: 2\r\n\r\n{}');
    const bad = await post(t, '/v1/chat/completions', CHAT_BODY);
    assert.equal((await completionOf(t, bad)).usage.source, 'none');
  });
});
