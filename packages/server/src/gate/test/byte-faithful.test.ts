import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { chat, post } from './ask.ts';
import { upstreamConfig } from './gate-config.ts';
import { type RawUpstream, startRawUpstream, writePieces } from './raw-upstream.ts';
import { startTestGate, type TestGate } from './test-gate.ts';

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';
const chunked = (bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);

/** Pieces of streams: proper frames, odd ones, and bytes that are no text at all. */
const piece = fc.oneof(
  fc
    .constantFrom(
      'data: {"choices":[{"delta":{"content":"жизнь 🚪"}}]}\n\n',
      'data: {"choices":[]}\r\n\r\n',
      ': comment\n\n',
      'event: x\rid: 1\rdata: a\rdata: b\r\r',
      'data: {"error":{"message":"it broke"}}\n\n',
      'data: [DONE]\n\n',
      '\n\n\r\n',
    )
    .map((text) => Buffer.from(text)),
  fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
);

describe('bytes pass through as they came', () => {
  let t: TestGate;
  let raw: RawUpstream;
  let pieces: Buffer[] = [];
  before(async () => {
    raw = await startRawUpstream((socket) => {
      void writePieces(socket, [Buffer.from(HEAD), ...pieces.map(chunked), Buffer.from('0\r\n\r\n')]);
    });
    t = await startTestGate({ upstreams: () => [upstreamConfig('raw', raw.url)] });
  });
  after(async () => {
    await t.close();
    await raw.close();
  });

  it('whatever a stream holds, however it is split', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 10 }),
        fc.array(fc.nat(1_000), { maxLength: 8 }),
        async (parts, at) => {
          const whole = Buffer.concat(parts);
          const cuts = [...new Set(at.map((cut) => cut % (whole.length + 1)))].sort((a, b) => a - b);
          pieces = [...cuts, whole.length]
            .map((cut, i) => whole.subarray(cuts[i - 1] ?? 0, cut))
            .filter((p) => p.length > 0);
          const answer = await chat(t, {}, { stream: true });
          assert.equal(answer.headers.get('content-type'), 'text/event-stream');
          assert.deepEqual(Buffer.from(await answer.arrayBuffer()), whole);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('the request body, too: nothing is re-serialised, not even white space', async () => {
    pieces = [Buffer.from('data: [DONE]\n\n')];
    const body = '{ "messages" : [ ],\n\t"model":"m", "x": 1.0e2, "é":"\\u00e9" }';
    await (await post(t, '/v1/chat/completions?beta=true', body)).text();
    const request = raw.requests.at(-1) ?? '';
    assert.equal(Buffer.from(request, 'latin1').toString('utf8').split('\r\n\r\n')[1], body);
    assert.match(request, /^POST \/v1\/chat\/completions\?beta=true HTTP/);
  });

  it('the practice upstream’s odd streams, and a compressed one is not touched', async () => {
    const p = await startTestGate();
    for (const fault of [
      'split-bytes=3',
      'crlf',
      'comments',
      'multi-line-data',
      'invalid-utf8',
      'crlf,comments,split-bytes=7',
    ]) {
      const ask = (url: string): Promise<Buffer> =>
        fetch(`${url}/v1/messages`, {
          method: 'POST',
          headers: {
            'x-api-key': 'pk-test-alice',
            'content-type': 'application/json',
            'x-practice-fault': fault,
          },
          body: JSON.stringify({
            model: 'practice-small',
            max_tokens: 20,
            stream: true,
            messages: [{ role: 'user', content: 'hi' }],
          }),
        }).then(async (answer) => Buffer.from(await answer.arrayBuffer()));
      assert.deepEqual(await ask(p.url), await ask(p.upstream.url), fault);
      const completed = (await p.entries('exchange.completed', 0)).at(-1);
      if (fault !== 'invalid-utf8') assert.equal(completed?.usage.source, 'reported', fault);
    }
    const zipped = await chat(p, { 'x-practice-fault': 'gzip' }, { stream: true });
    assert.equal(zipped.headers.get('content-encoding'), 'gzip');
    assert.match(await zipped.text(), /\[DONE\]/);
    const last = (await p.entries('exchange.completed', 7)).at(-1);
    assert.equal(last?.usage.source, 'estimated');
    assert.equal(p.upstream.seen.requests.at(-1)?.headers['accept-encoding'], 'identity');
    const bomb = await chat(p, { 'x-practice-fault': 'gzip-bomb=64' });
    await bomb.body?.cancel();
    const { response_bytes: bytes } = (await p.entries('exchange.completed', 8)).at(-1) ?? {};
    assert.ok(Number(bytes) < 1_000_000, 'it is never opened here');
    await p.close();
  });
});
