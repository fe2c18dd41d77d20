import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { CHAT, chat, eventually, MESSAGES, post, problem } from './ask.ts';
import { rawRequest } from './raw-request.ts';
import { KEY, OTHER_KEY, startTestGate, type TestGate } from './test-gate.ts';

const BODY_BYTES_MAX = 200_000;

describe('bad input gets its own clear error, in the API’s shape, and nothing is lost', () => {
  let t: TestGate;
  before(async () => {
    t = await startTestGate({
      gate: {
        bodyBytesMax: BODY_BYTES_MAX,
        headersTimeoutMs: 300,
        bodyIdleTimeoutMs: 250,
        allowPaths: ['/v1/files'],
      },
    });
  });
  after(async () => {
    const ok = await chat(t);
    assert.equal(ok.status, 200, 'the gate still serves');
    assert.match(t.gate.metrics(), /portcullis_request_bodies_bytes 0/);
    await t.close();
  });

  const refused = async (answer: Response, status: number, code: string, words?: RegExp): Promise<void> => {
    const body = await problem(answer);
    assert.equal(answer.status, status, JSON.stringify(body));
    assert.equal(body.error.code, code);
    if (words !== undefined) assert.match(body.error.message, words);
  };

  it('broken JSON, no object, an empty body', async () => {
    await refused(await post(t, '/v1/chat/completions', '{"model": "a",'), 400, 'invalid_json');
    await refused(await post(t, '/v1/chat/completions', '[1]'), 400, 'invalid_json', /object/);
    await refused(await post(t, '/v1/chat/completions', ''), 400, 'invalid_json', /empty/);
    await refused(await post(t, '/v1/chat/completions', '{"a":NaN}'), 400, 'invalid_json');
  });

  it('wrong types, named by field, in both shapes', async () => {
    for (const [field, value] of [
      ['model', 7],
      ['stream', 'yes'],
      ['messages', 'hello'],
      ['max_tokens', -1],
      ['n', 0],
    ] as const) {
      const answer = await post(t, '/v1/chat/completions', { ...CHAT, [field]: value });
      const body = await problem(answer);
      assert.equal(answer.status, 400);
      assert.deepEqual([body.error.code, body.error.param], ['invalid_type', field]);
      assert.equal(body.error.type, 'invalid_request_error');
    }
    const answer = await post(t, '/v1/messages', { ...MESSAGES, messages: 3 });
    const body = await problem(answer);
    assert.deepEqual([body.type, body.error.type], ['error', 'invalid_request_error']);
    assert.equal(typeof body.request_id, 'string');
    await refused(
      await post(t, '/v1/embeddings', { model: 'practice-embed', input: 3 }),
      400,
      'invalid_type',
    );
  });

  it('an unknown model', async () => {
    const gate = await startTestGate({
      upstreams: (url) => [{ ...t.ports.config.upstreams[0]!, baseUrl: url, models: ['practice-*'] }],
    });
    await refused(
      await post(gate, '/v1/chat/completions', { ...CHAT, model: 'gpt-9' }),
      404,
      'model_not_found',
      /gpt-9/,
    );
    assert.equal(gate.upstream.seen.requests.length, 0);
    await gate.close();
  });

  it('a body over the limit, announced or found while receiving, and the caller gets to read it', async () => {
    const large = `{"model":"${'x'.repeat(BODY_BYTES_MAX)}"}`;
    await refused(await post(t, '/v1/chat/completions', large), 413, 'request_too_large', /200000/);
    const endless = await new Promise<number>((resolve, reject) => {
      const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
      const req = request({ port: t.port, path: '/v1/chat/completions', method: 'POST', headers }, (res) => {
        res.resume();
        resolve(res.statusCode ?? 0);
      });
      req.on('error', reject);
      for (let i = 0; i < 40; i++) req.write('y'.repeat(10_000));
      req.end();
    });
    assert.equal(endless, 413);
  });

  it('ten megabytes of headers', async () => {
    const answer = await rawRequest(t.port, (socket) => {
      socket.write(
        `POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nx-large: ${'h'.repeat(10_000_000)}\r\n\r\n`,
      );
    });
    assert.equal(answer.status, 431, answer.text.slice(0, 200));
    assert.match(answer.text, /headers_too_large/);
  });

  it('ten megabytes of headers, from a client that reads only once it has sent them all', async () => {
    const socket = connect(t.port, '127.0.0.1').pause();
    const sent = Promise.withResolvers<void>();
    socket.on('error', sent.reject);
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nx-large: ${'h'.repeat(10_000_000)}\r\n\r\n`,
      () => sent.resolve(),
    );
    await sent.promise;
    let text = '';
    for await (const chunk of socket.setEncoding('utf8')) text += chunk as string;
    assert.match(text, /^HTTP\/1\.1 431 .*headers_too_large/s);
  });

  it('slow-loris: headers that trickle, a body that stops', async () => {
    const headers = await rawRequest(t.port, (socket) => {
      socket.write('POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\n');
      const drip = setInterval(() => socket.write('x-a: b\r\n'), 50);
      socket.on('close', () => clearInterval(drip));
    });
    assert.equal(headers.status, 408, headers.text);
    assert.equal(headers.closed, true);
    const body = await rawRequest(t.port, (socket) => {
      socket.write(`POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${KEY}\r\n`);
      socket.write('content-type: application/json\r\ncontent-length: 100\r\n\r\n{"model"');
    });
    assert.equal(body.status, 408, body.text);
    assert.match(body.text, /request_timeout/);
    assert.equal(body.closed, true);
    const unsent = await rawRequest(t.port, (socket) => {
      socket.write('POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n');
    });
    assert.deepEqual(
      [unsent.status, unsent.closed],
      [401, true],
      'a refused body that never comes is not waited for',
    );
  });

  it('no key, a wrong key, a revoked key, two keys', async () => {
    const bare = await fetch(`${t.url}/v1/chat/completions`, { method: 'POST', body: '{}' });
    await refused(bare, 401, 'invalid_api_key', /No API key/);
    await refused(await chat(t, { authorization: 'Bearer wrong' }), 401, 'invalid_api_key');
    await refused(await chat(t, { authorization: `Basic ${KEY}` }), 401, 'invalid_api_key');
    await refused(await chat(t, { 'x-api-key': OTHER_KEY }), 401, 'conflicting_api_keys');
    const both = await chat(t, { 'x-api-key': KEY });
    assert.equal(both.status, 200, 'the same key twice is one key');
    const { createHash } = await import('node:crypto');
    const sha256 = createHash('sha256').update(OTHER_KEY).digest('hex');
    const key = { key: 'key-bob', account: 'bob', revoked: true };
    t.ports.snapshot.apply([{ kind: 'key', sha256, key }]);
    await refused(await chat(t, { authorization: `Bearer ${OTHER_KEY}` }), 401, 'invalid_api_key', /revoked/);
  });

  it('invalid UTF-8, absurd nesting', async () => {
    const bytes = Buffer.concat([Buffer.from('{"model":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]);
    await refused(await post(t, '/v1/chat/completions', bytes), 400, 'invalid_utf8');
    const deep = `{"model":"m","messages":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    await refused(await post(t, '/v1/chat/completions', deep), 400, 'nesting_too_deep', /128/);
  });

  it('duplicate keys, spelt in whatever way, at any depth', async () => {
    for (const body of [
      '{"model":"practice-small","messages":[],"model":"b"}',
      '{"model":"practice-small","messages":[],"a<":1,"a\\u003c":5}',
      '{"model":"practice-small","messages":[],"Model":"b"}',
      '{"model":"practice-small","messages":[{"content":"a","role":"user","content":"b"}]}',
      '{"model":"practice-small","messages":[],"N":5}',
      '{"model":"practice-small","messages":[],"\u017ftream":true}',
    ]) {
      await refused(await post(t, '/v1/chat/completions', body), 400, 'duplicate_field');
    }
    const fine = { ...CHAT, metadata: { a: '1', b: '{"a":1,"a":2}' } };
    assert.equal(
      (await post(t, '/v1/chat/completions', fine)).status,
      200,
      'text that looks like JSON is text',
    );
  });

  it('letters hidden in escapes, as JSON.parse misreads a field after one that looks like it', async () => {
    for (const [decoy, hidden] of [
      ['"\\\\":1', '"\\u006e":5'],
      ['"l\\\\u006fg":1', '"l\\u006fgprobs":true'],
      ['"m\\\\u00":1', '"m\\u006fdel":"b"'],
      ['"\\\\u017f":1', '"\\u017ftream":true'],
      ['"x":1', '"metadata":{"\\u0061":1}'],
    ] as const) {
      const body = (field: string): string =>
        `{"model":"practice-small","messages":[{"role":"user","content":"a"}],${field}}`;
      for (let times = 0; times < 3; times++)
        await (await post(t, '/v1/chat/completions', body(decoy))).arrayBuffer();
      await refused(
        await post(t, '/v1/chat/completions', body(hidden)),
        400,
        'escaped_field',
        /write them as they are/,
      );
    }
    const names = { é: 1, '<': 2, 'a"b': 3, '\\u0061': 4, '\u2028': 5 };
    const escaped = JSON.stringify({ ...CHAT, metadata: names }).replace(
      /[^\x20-\x7e]|</g,
      (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    assert.equal(
      (await post(t, '/v1/chat/completions', escaped)).status,
      200,
      'what writers of JSON do escape',
    );
  });

  it('compressed bodies, so a gzip bomb is never opened', async () => {
    const bomb = gzipSync(Buffer.alloc(20_000_000));
    await refused(
      await post(t, '/v1/chat/completions', bomb, { 'content-encoding': 'gzip' }),
      415,
      'unsupported_encoding',
    );
  });

  it('lengths told in two ways, and other shapes of request smuggling', async () => {
    const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${KEY}\r\n`;
    const shapes = [
      'content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      'transfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n',
      'content-length: 5\r\ncontent-length: 6\r\n\r\n{"a":}',
      'transfer-encoding: xchunked\r\n\r\n0\r\n\r\n',
      'transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n',
      'content-length: +5\r\n\r\n{"a":}',
      'content-length : 5\r\n\r\nhello',
      'transfer-encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n',
    ];
    const before = t.upstream.seen.totals.requests;
    for (const shape of shapes) {
      const answer = await rawRequest(t.port, (socket) => socket.write(head + shape));
      assert.equal(answer.status, 400, `${JSON.stringify(shape)}: ${answer.text}`);
      assert.equal(answer.closed, true);
    }
    assert.equal(t.upstream.seen.totals.requests, before);
  });

  it('paths and methods that are not there, and paths that two readers would read differently', async () => {
    await refused(await post(t, '/v1/nothing', CHAT), 404, 'not_found');
    const get = await fetch(`${t.url}/v1/chat/completions`);
    assert.equal(get.headers.get('allow'), 'POST');
    await refused(get, 405, 'method_not_allowed');
    for (const path of [
      '/v1/files/../chat/completions',
      '/v1/files/%2e%2e/x',
      '/v1//chat/completions',
      '/v1/files//x',
      '/v1/files/..;/admin',
      '/v1/files/%252e%252e/x',
      '/v1/files/..%3b/x',
      '/v1/files/..%00/x',
      '/v1/files/a#/../x',
    ]) {
      const answer = await rawRequest(t.port, (socket) =>
        socket.write(
          `GET ${path} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${KEY}\r\nconnection: close\r\n\r\n`,
        ),
      );
      assert.equal(answer.status, 404, path);
    }
    const other = await rawRequest(t.port, (socket) =>
      socket.write(
        `POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${KEY}\r\nexpect: a-miracle\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`,
      ),
    );
    assert.equal(other.status, 417);
  });

  it('TRACE, which would show the upstream’s key, and signs that are no part of a request target', async () => {
    for (const [line, status] of [
      ['TRACE /v1/files/x', 405],
      ['DELETE /v1/messages', 405],
      ['GET /v1/files/\xe9', 400],
      ['GET http://127.0.0.1/v1/files', 404],
    ] as const) {
      const answer = await rawRequest(t.port, (socket) =>
        socket.write(
          `${line} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${KEY}\r\nconnection: close\r\n\r\n`,
          'latin1',
        ),
      );
      assert.equal(answer.status, status, line);
    }
  });

  it('a mistake of the gate’s own is one 500, and the thread goes on', async () => {
    t.account({ slot: 1_000_000 });
    const answer = await chat(t);
    t.account({ slot: 0 });
    assert.deepEqual([answer.status, (await problem(answer)).error.code], [500, 'internal_error']);
    assert.equal((await chat(t)).status, 200);
  });

  it('answers pipelined requests in order, and Expect: 100-continue', async () => {
    const body = JSON.stringify(CHAT);
    const one = (n: number): string =>
      `POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${KEY}\r\ncontent-type: application/json\r\n` +
      `x-practice-fault: delay-headers-ms=${n === 1 ? 80 : 1}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    const both = await rawRequest(
      t.port,
      (socket) => socket.write(one(1) + one(2)),
      (text) => text.split('chat.completion').length === 3,
    );
    const entries = [...both.text.matchAll(/x-portcullis-entry: (\d+)/g)].map((match) => Number(match[1]));
    assert.equal(entries.length, 2);
    const expecting = await rawRequest(
      t.port,
      (socket) => {
        socket.write(
          one(2).replace('content-length', 'expect: 100-continue\r\ncontent-length').slice(0, -body.length),
        );
        socket.on('data', (chunk: Buffer) => {
          if (chunk.includes('100 Continue')) socket.write(body);
        });
      },
      (text) => text.includes('chat.completion'),
    );
    assert.match(expecting.text, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200/);
    const denied = await rawRequest(t.port, (socket) =>
      socket.write(
        'POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 9999999\r\n\r\n',
      ),
    );
    assert.equal(denied.status, 401, 'a final answer in place of 100 Continue');
  });

  it('bodies are bounded in memory over all requests', async () => {
    const small = await startTestGate({ gate: { bodyMemoryBytesMax: 60_000 } });
    const half = await rawRequest(small.port, (socket) => {
      socket.write(
        `POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${KEY}\r\ncontent-length: 50000\r\n\r\n`,
      );
      socket.write('x'.repeat(40_000));
      setTimeout(() => {
        void post(small, '/v1/chat/completions', { ...CHAT, pad: 'p'.repeat(30_000) }).then(
          async (answer) => {
            assert.equal(answer.status, 503);
            assert.equal((await problem(answer)).error.code, 'gate_overloaded');
            socket.destroy();
          },
        );
      }, 50);
    });
    assert.equal(half.status, 0);
    await eventually('memory is given back', () =>
      small.gate.metrics().includes('portcullis_request_bodies_bytes 0'),
    );
    assert.equal((await chat(small)).status, 200);
    await small.close();
  });

  it('never shows a key in an error, a log or the ledger', async () => {
    const secret = `sk-${randomBytes(12).toString('hex')}`;
    const wrong = await chat(t, { authorization: `Bearer ${secret}` });
    const fault = await chat(t, { 'x-practice-fault': 'status=401' });
    assert.equal(fault.status, 502);
    const seen = [
      await wrong.text(),
      await fault.text(),
      ...t.logs,
      JSON.stringify(t.appender.entries()),
    ].join('\n');
    for (const word of [secret, KEY, 'sk-upstream-secret', `:${t.upstream.port}`, 'Say something']) {
      assert.ok(!seen.includes(word), `${word} was shown`);
    }
  });

  it('records refusals of known accounts, in sum, and strangers only in metrics', async () => {
    const before = (await t.entries('exchange.refused', 0)).length;
    const asking = Array.from({ length: 10 }, () => post(t, '/v1/embeddings', { model: 3, input: 'a' }));
    await Promise.all([...asking, ...asking.map(() => chat(t, { authorization: 'Bearer nobody' }))]);
    await t.entries('exchange.refused', before + 1);
    const added = (await t.entries('exchange.refused', 0)).slice(before);
    const rows = added.filter(
      (entry) => entry.endpoint === '/v1/embeddings' && entry.code === 'invalid_type',
    );
    assert.equal(rows.reduce((sum, entry) => sum + entry.count, 0) % 10, 0);
    assert.ok(rows.length <= 2, 'one entry a second');
    assert.ok(added.every((entry) => entry.account !== null && entry.code !== 'invalid_api_key'));
    assert.match(t.gate.metrics(), /portcullis_refusals_total\{code="invalid_api_key",status="401"\} 1\d/);
  });
});
