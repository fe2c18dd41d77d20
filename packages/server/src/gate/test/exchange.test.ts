import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { commit, deriveSalt, encodeEntry, hex, leafHash } from '@portcullis/record';
import { chat, eventually, wait } from './ask.ts';
import { upstreamConfig } from './gate-config.ts';
import { startRawUpstream } from './raw-upstream.ts';
import { KEY, startTestGate, type TestGate } from './test-gate.ts';

const CHAT = { model: 'practice-small', messages: [{ role: 'user', content: 'Say something, please.' }] };

const textOf = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString();

describe('an exchange', () => {
  let t: TestGate;
  before(async () => {
    t = await startTestGate();
  });
  after(() => t.close());

  const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${t.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  it('is recorded before its answer is released, with commitments that open', async () => {
    t.appender.hold();
    let answered = false;
    const asking = post('/v1/chat/completions', CHAT).finally(() => (answered = true));
    try {
      await eventually('the upstream call starts meanwhile', () => t.upstream.seen.requests.length === 1);
      await wait(30);
      assert.equal(answered, false, 'nothing is released before the admission is durable');
    } finally {
      t.appender.release();
    }
    const answer = await asking;
    const text = await answer.text();
    assert.equal(answer.status, 200);
    const [completed] = await t.entries('exchange.completed');
    const [admitted] = await t.entries('exchange.admitted');
    assert.ok(admitted && completed);
    const index = Number(answer.headers.get('x-portcullis-entry'));
    assert.equal(answer.headers.get('x-portcullis-leaf'), hex(leafHash(encodeEntry(admitted))));
    assert.equal(answer.headers.get('x-portcullis-exchange'), admitted.exchange);
    const content = t.content(index);
    assert.equal(textOf(content['request']), JSON.stringify(CHAT));
    const digest = hash('sha256', JSON.stringify(CHAT), 'buffer');
    const salt = deriveSalt(content['seed'] as Uint8Array, 'request_sha256');
    const expected = commit('exchange.admitted/request_sha256', salt, digest);
    assert.equal(admitted.commitments['request_sha256'], Buffer.from(expected).toString('base64'));
    assert.equal(completed.admitted, index);
    assert.equal(completed.outcome, 'complete');
    assert.equal(completed.usage.source, 'reported');
    const { usage } = JSON.parse(text) as { usage: { prompt_tokens: number; completion_tokens: number } };
    assert.equal(completed.usage.input_tokens, usage.prompt_tokens);
    assert.equal(completed.usage.output_tokens, usage.completion_tokens);
    assert.equal(completed.response_bytes, Buffer.byteLength(text));
    const kept = t.content(t.appender.entries().indexOf(completed));
    assert.equal(textOf(kept['response']), text);
  });

  it('streams the upstream’s bytes as they are', async () => {
    const body = { ...CHAT, stream: true, stream_options: { include_usage: true } };
    const answer = await post('/v1/chat/completions', body);
    const direct = await fetch(`${t.upstream.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer x', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    const strip = (stream: string): string => stream.replace(/"created":\d+/g, '"created":0');
    assert.equal(strip(text), strip(await direct.text()));
    const completed = (await t.entries('exchange.completed', 2)).at(-1);
    assert.equal(completed?.usage.source, 'reported');
  });

  it('streams a head before the first byte of a body', async () => {
    const raw = await startRawUpstream((socket) =>
      socket.write(
        'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n',
      ),
    );
    const gate = await startTestGate({ upstreams: () => [upstreamConfig('raw', raw.url)] });
    const leaving = new AbortController();
    const timer = setTimeout(() => leaving.abort(), 2_000);
    const answer = await chat(gate, {}, { stream: true }, leaving.signal);
    assert.equal(answer.status, 200);
    clearTimeout(timer);
    leaving.abort();
    await answer.text().catch(() => undefined);
    await Promise.all([gate.close(), raw.close()]);
  });

  it('answers 503 and releases nothing when the ledger refuses', async () => {
    t.appender.mode = 'refuse';
    const answer = await post('/v1/chat/completions', CHAT);
    t.appender.mode = 'take';
    assert.equal(answer.status, 503);
    const { error } = (await answer.json()) as { error: { code: string } };
    assert.equal(error.code, 'ledger_unavailable');
    assert.equal(answer.headers.get('x-portcullis-entry'), null);
  });
});
