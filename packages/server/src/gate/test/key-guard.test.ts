import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { createKeySearch, guardKey } from '../key-search.ts';
import { chat, completionOf, problem } from './ask.ts';
import { upstreamConfig } from './gate-config.ts';
import { type RawUpstream, startRawUpstream, writePieces } from './raw-upstream.ts';
import { KEY, startTestGate, type TestGate } from './test-gate.ts';

const SECRET = 'sk-live-5f0c9d1e7a3b4862';
const json = (status: string, body: string, more = ''): string =>
  `HTTP/1.1 ${status}\r\n${more}content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
const STREAM = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n';

describe('an upstream that shows the operator’s key', () => {
  let t: TestGate;
  let raw: RawUpstream;
  let answer: (socket: Socket, request: string) => void = () => {};
  before(async () => {
    raw = await startRawUpstream((socket, request) => answer(socket, request));
    t = await startTestGate({
      upstreams: () => [upstreamConfig('echo', raw.url, { apiKey: SECRET, attempts: 1 })],
    });
  });
  after(async () => {
    assert.ok(!t.logs.join().includes(SECRET));
    assert.ok(
      !t.appender.items.some(({ content }) => content && Buffer.from(content.sealed).includes(SECRET)),
    );
    await t.close();
    await raw.close();
  });
  const whole = (text: string): void => {
    answer = (socket) => void socket.end(text);
  };

  it('in an error: 502 in the gate’s own words', async () => {
    const said = `{"error":{"message":"Incorrect API key provided: ${SECRET}."}}`;
    for (const text of [
      json('400 Bad Request', said),
      json('403 Forbidden', said),
      `HTTP/1.1 500 Oh\r\nconnection: close\r\n\r\n${'x'.repeat(60_000)}${SECRET}`,
    ]) {
      whole(text);
      const got = await chat(t);
      assert.equal(got.status, 502);
      assert.equal((await problem(got)).error.code, 'upstream_credentials');
      assert.equal((await completionOf(t, got)).outcome, 'upstream_error');
    }
    answer = (socket, request) =>
      void writePieces(
        socket,
        [...Buffer.from(json('422 No', `{"headers":${JSON.stringify(request)}}`))].map((byte) =>
          Buffer.from([byte]),
        ),
      );
    const echoed = await chat(t);
    assert.equal(echoed.status, 502, 'the request as it came, a byte at a time');
    await completionOf(t, echoed);
    assert.ok(t.logs.some((line) => line.includes('upstream.key_shown') && line.includes('"echo"')));
  });

  it('in a header: that header is dropped', async () => {
    whole(
      json(
        '200 OK',
        '{}',
        `x-echo: Bearer ${SECRET}\r\nx-two: a\r\nx-two: ${SECRET}\r\nx-kept: sk-live-\r\n`,
      ),
    );
    const got = await chat(t);
    assert.equal(await got.text(), '{}');
    assert.deepEqual(
      [...got.headers.keys()].filter((name) => /^x-(echo|two|kept)/.test(name)),
      ['x-kept'],
    );
    assert.equal(got.headers.get('x-kept'), 'sk-live-');
    await completionOf(t, got);
  });

  it('in an answer: it is cut before the key, however it is split', async () => {
    const bytes = Buffer.from(`${STREAM}data: one\n\ndata: ${SECRET}\n\ndata: [DONE]\n\n`);
    const at = bytes.indexOf(SECRET);
    const splits = [[], [at + 1], [at + SECRET.length - 1], [at + 4, at + 9], [...bytes.keys()].slice(1)];
    for (const cuts of splits) {
      const pieces = [...cuts, bytes.length].map((end, i) => bytes.subarray(cuts[i - 1] ?? 0, end));
      answer = (socket) => void writePieces(socket, pieces).then(() => socket.end());
      const completed = t.appender.entries().filter((entry) => entry.type === 'exchange.completed').length;
      let text = '';
      const read = async (): Promise<void> => {
        const got = await chat(t, {}, { stream: true });
        const decoder = new TextDecoder();
        for await (const chunk of got.body as unknown as AsyncIterable<Uint8Array>)
          text += decoder.decode(chunk);
      };
      await assert.rejects(read(), `${cuts.length} cuts: ${text}`);
      assert.ok(!text.includes(SECRET.slice(0, 2)), text);
      assert.equal((await t.entries('exchange.completed', completed + 1)).at(-1)?.outcome, 'upstream_error');
    }
  });

  it('in the list of models: that upstream is passed over', async () => {
    whole(json('200 OK', `{"data":[{"id":"a","owned_by":"${SECRET.replace('-', '\\u002d')}"}]}`));
    const got = await fetch(`${t.url}/v1/models`, { headers: { 'x-api-key': KEY } });
    assert.deepEqual(await got.json(), { object: 'list', data: [] });
  });

  it('not: errors pass as they came, large ones too, and so does what only begins like the key', async () => {
    for (const body of ['{"error":"no"}', '', `${'y'.repeat(200_000)}sk-live`]) {
      whole(json('403 Forbidden', body, 'x-mark: 1\r\n'));
      const got = await chat(t);
      assert.deepEqual([got.status, got.headers.get('x-mark'), await got.text()], [403, '1', body]);
      const { outcome, response_bytes: sizeBytes } = await completionOf(t, got);
      assert.deepEqual([outcome, sizeBytes], ['upstream_refused', body.length]);
    }
    whole('HTTP/1.1 400 Bad\r\ncontent-length: 10\r\n\r\nhalf');
    const half = await chat(t);
    assert.deepEqual([half.status, (await problem(half)).error.code], [502, 'upstream_unreachable']);
  });
});

describe('the search for a key', () => {
  it('passes every byte of what has no key, and none from the key on', () => {
    const key = guardKey('aab-aab-aab-aabc');
    assert.ok(key !== undefined);
    const letters = fc.array(fc.constantFrom('a', 'b', 'c', '-', '\n'), { maxLength: 60 });
    fc.assert(
      fc.property(letters, letters, fc.boolean(), fc.array(fc.nat(130)), (before, after, shown, at) => {
        const text = before.join('') + (shown ? key.text : '') + after.join('');
        const bytes = Buffer.from(text);
        const search = createKeySearch(key);
        const cuts = [...at.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
        let passed = '';
        let hit = false;
        for (const [i, cut] of cuts.entries()) {
          const part = search.push(bytes.subarray(cuts[i - 1] ?? 0, cut));
          hit = part === undefined;
          if (part === undefined) break;
          passed += part.toString();
        }
        if (!hit) passed += search.rest().toString();
        assert.equal(hit, text.includes(key.text));
        assert.ok(hit ? text.slice(0, text.indexOf(key.text)).startsWith(passed) : passed === text);
      }),
      { numRuns: 500 },
    );
  });

  it('is for secrets: none, EMPTY and the like are words', () => {
    for (const word of [null, 'none', 'EMPTY', 'sk-no-key']) assert.equal(guardKey(word), undefined);
  });
});
