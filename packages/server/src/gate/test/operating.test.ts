import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { ReceiptSource } from '../gate-ports.ts';
import { CHAT, chat, completionOf, eventually, post, problem, wait } from './ask.ts';
import { upstreamConfig } from './gate-config.ts';
import { startRawUpstream } from './raw-upstream.ts';
import { KEY, OTHER_KEY, startTestGate, type TestGate } from './test-gate.ts';

const receipts: ReceiptSource = {
  async receipt(account, index) {
    if (account !== 'alice' || index > 8) return { kind: 'absent' };
    return index === 8 ? { kind: 'pending' } : { kind: 'receipt', json: `{"index":${index}}` };
  },
};

describe('operating a gate', () => {
  let t: TestGate;
  before(async () => {
    t = await startTestGate({
      ports: { receipts },
      gate: { allowPaths: ['/v1/files'] },
      upstreams: (url) => [
        upstreamConfig('practice', url, { models: ['practice-*', 'extra-model'] }),
        upstreamConfig('gone', 'http://127.0.0.1:9', { models: ['*'], connectTimeoutMs: 300 }),
        upstreamConfig('claude', url, { shape: 'anthropic', models: ['practice-large'] }),
      ],
    });
  });
  after(() => t.close());
  const get = (path: string, headers: Record<string, string> = { authorization: `Bearer ${KEY}` }) =>
    fetch(`${t.url}${path}`, { headers });

  it('readiness follows the ledger, liveness does not', async () => {
    assert.equal((await get('/health/readiness', {})).status, 200);
    t.appender.accepting = false;
    const ready = await get('/health/readiness', {});
    assert.equal(ready.status, 503);
    assert.deepEqual(((await ready.json()) as { checks: unknown }).checks, {
      ledger: false,
      upstreams: true,
      serving: true,
    });
    assert.equal((await get('/health/liveness', {})).status, 200);
    const before = t.upstream.seen.totals.requests;
    const answer = await chat(t);
    assert.deepEqual([answer.status, (await problem(answer)).error.code], [503, 'ledger_unavailable']);
    assert.equal(t.upstream.seen.totals.requests, before, 'no upstream is asked for nothing');
    t.appender.accepting = true;
    const none = await startTestGate({ upstreams: () => [] });
    assert.equal((await fetch(`${none.url}/health/readiness`)).status, 503);
    await none.close();
  });

  it('push-back of the ledger: 503 for new exchanges, ends wait and are not lost', async () => {
    const running = await chat(
      t,
      { 'x-practice-fault': 'delay-token-ms=15,long-stream-tokens=5' },
      { stream: true },
    );
    t.appender.mode = 'push-back';
    await running.text();
    const answer = await chat(t);
    assert.equal(answer.status, 503);
    await wait(30);
    t.appender.mode = 'take';
    assert.equal((await completionOf(t, running)).outcome, 'complete');
  });

  it('/metrics has the GenAI names, and nothing of accounts', async () => {
    await (await chat(t)).text();
    const text = await (await get('/metrics', {})).text();
    for (const name of [
      'gen_ai_server_request_duration_seconds_bucket',
      'gen_ai_server_time_to_first_token_seconds_bucket',
      'gen_ai_client_token_usage_sum',
      'portcullis_exchanges_total{outcome="complete"}',
      'portcullis_upstream_attempts_total{upstream="practice"}',
    ]) {
      assert.ok(text.includes(name), `${name} is missing`);
    }
    assert.match(
      text,
      /gen_ai_operation_name="chat",gen_ai_provider_name="openai",gen_ai_request_model="practice-\*"/,
    );
    assert.match(text, /gen_ai_token_type="output"/);
    assert.ok(!/alice|pk-test|127\.0\.0\.1/.test(text));
    for (const line of text.trim().split('\n'))
      assert.match(line, /^(# (HELP|TYPE) \w+ .+|\w+(\{.+\})? -?[\d.e+-]+)$/);
  });

  it('a model is named as the configuration names it, so that no caller’s text stands in metrics or logs', async () => {
    const raw = await startRawUpstream(
      (socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'),
    );
    const any = await startTestGate({
      upstreams: () => [
        upstreamConfig('any', raw.url, { models: ['*', 'listed'] }),
        upstreamConfig('some', raw.url, { models: ['some-*', 'some-listed'] }),
      ],
    });
    const names = ['listed', 'some-listed', 'some-secret-plan', 'Ms. Marple, 12 High Street'];
    for (const model of names) await completionOf(any, await chat(any, {}, { model }));
    const shown = [
      ...any.gate.metrics().matchAll(/request_duration_seconds_count\{.*request_model="(.*?)"/g),
    ];
    assert.deepEqual(shown.map((match) => match[1]).sort(), ['*', 'listed', 'some-listed']);
    assert.ok(!/secret|Marple/.test(any.gate.metrics() + any.logs.join()));
    await Promise.all([any.close(), raw.close()]);
  });

  it('logs have the GenAI names, and neither content nor keys', async () => {
    await completionOf(t, await chat(t));
    const line = t.logs
      .map((text) => JSON.parse(text) as Record<string, unknown>)
      .findLast((log) => log['event'] === 'exchange.completed');
    assert.equal(line?.['gen_ai.operation.name'], 'chat');
    assert.equal(line?.['gen_ai.request.model'], 'practice-*');
    assert.equal(typeof line?.['gen_ai.usage.output_tokens'], 'number');
    assert.ok(
      !t.logs.some(
        (text) => text.includes('Say something') || text.includes('pk-test') || text.includes('sk-'),
      ),
    );
  });

  it('a receipt belongs to its caller; for others it does not exist', async () => {
    const own = await get('/receipts/7');
    assert.deepEqual([own.status, await own.json()], [200, { index: 7 }]);
    const pending = await get('/receipts/8');
    assert.deepEqual([pending.status, pending.headers.get('retry-after')], [202, '1']);
    for (const [path, key] of [
      ['/receipts/7', OTHER_KEY],
      ['/receipts/9', KEY],
      ['/receipts/-1', KEY],
      ['/receipts/07', KEY],
      ['/receipts/1e3', KEY],
      ['/receipts/99999999999999999999', KEY],
    ] as const) {
      const answer = await get(path, { 'x-api-key': key });
      assert.deepEqual([answer.status, (await problem(answer)).error.code], [404, 'receipt_not_found'], path);
    }
    assert.equal((await get('/receipts/7', {})).status, 401);
  });

  it('/v1/models is merged, in the asking API’s shape, and a failing upstream is passed over', async () => {
    const ids = async (headers: Record<string, string>): Promise<string[]> => {
      const answer = await get('/v1/models', { 'x-api-key': KEY, ...headers });
      assert.equal(answer.status, 200);
      return ((await answer.json()) as { data: { id: string }[] }).data.map(({ id }) => id).sort();
    };
    const expected = ['extra-model', 'practice-embed', 'practice-large', 'practice-small'];
    assert.deepEqual(await ids({}), expected);
    assert.deepEqual(await ids({ 'anthropic-version': '2023-06-01' }), expected);
    const one = (await (await get('/v1/models/extra-model')).json()) as { id: string; object: string };
    assert.deepEqual([one.id, one.object], ['extra-model', 'model']);
    assert.equal((await get('/v1/models/nothing')).status, 404);
    assert.equal((await get('/v1/models', {})).status, 401);
  });

  it('passes further paths through by the allow-list, recorded like every exchange', async () => {
    const raw = await startRawUpstream(
      (socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nfile'),
    );
    const files = await startTestGate({
      gate: { allowPaths: ['/v1/files'] },
      upstreams: () => [upstreamConfig('raw', raw.url)],
    });
    const answer = await fetch(`${files.url}/v1/files/abc/content?x=1`, {
      headers: { authorization: `Bearer ${KEY}` },
    });
    assert.equal(await answer.text(), 'file');
    assert.match(raw.requests[0] ?? '', /^GET \/v1\/files\/abc\/content\?x=1 HTTP/);
    const upload = await fetch(`${files.url}/v1/files`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'multipart/form-data; boundary=x' },
      body: '--x\r\n\r\n{"model":"a","model":"b"}\r\n--x--',
    });
    assert.equal(upload.status, 200, 'what is not JSON is not read');
    const admitted = await files.entries('exchange.admitted', 2);
    assert.deepEqual(
      admitted.map((entry) => [entry.endpoint, entry.model]),
      [
        ['/v1/files', null],
        ['/v1/files', null],
      ],
    );
    await Promise.all([files.close(), raw.close()]);
  });

  it('counts every endpoint’s usage, streamed and not', async () => {
    const cases = [
      ['/v1/responses', { model: 'practice-small', input: 'hi' }],
      ['/v1/completions', { model: 'practice-small', prompt: 'hi', max_tokens: 9 }],
      ['/v1/embeddings', { model: 'practice-embed', input: ['a b c', 'd'] }],
      ['/v1/messages', { model: 'practice-large', max_tokens: 9, messages: CHAT.messages }],
    ] as const;
    for (const [path, body] of cases) {
      for (const stream of path === '/v1/embeddings' ? [false] : [false, true]) {
        const more = {
          stream,
          ...(path === '/v1/completions'
            ? { stream_options: stream ? { include_usage: true } : undefined }
            : {}),
        };
        const answer = await post(t, path, { ...body, ...more });
        assert.equal(answer.status, 200, path);
        await answer.text();
        const { usage } = await completionOf(t, answer);
        assert.equal(usage.source, 'reported', `${path} stream=${stream}`);
        assert.ok(usage.input_tokens > 0);
      }
    }
    const silent = await chat(t, { 'x-practice-fault': 'no-usage' });
    await silent.text();
    assert.equal((await completionOf(t, silent)).usage.source, 'estimated');
  });

  it('keeps of an answer at most what is configured, and commits to all of it', async () => {
    const small = await startTestGate({
      config: { vault: { ...t.ports.config.vault, responseBytesMax: 1_000 } },
    });
    const answer = await chat(small, { 'x-practice-fault': 'big-body-bytes=300000' });
    const body = Buffer.from(await answer.arrayBuffer());
    const completed = await completionOf(small, answer);
    assert.deepEqual([completed.response_bytes, completed.response_kept_bytes], [body.length, 1_000]);
    const content = small.content(small.appender.entries().indexOf(completed));
    assert.deepEqual(Buffer.from(content['response'] ?? []), body.subarray(0, 1_000));
    const { commit, deriveSalt } = await import('@portcullis/record');
    const { hash } = await import('node:crypto');
    const salt = deriveSalt(content['seed'] as Uint8Array, 'response_sha256');
    const expected = commit('exchange.completed/response_sha256', salt, hash('sha256', body, 'buffer'));
    assert.equal(completed.commitments['response_sha256'], Buffer.from(expected).toString('base64'));
    await eventually('kept bytes are given back', () =>
      small.gate.metrics().includes('portcullis_kept_responses_bytes 0'),
    );
    await small.close();
  });
});
