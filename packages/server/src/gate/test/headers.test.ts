import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CHAT } from './ask.ts';
import { upstreamConfig } from './gate-config.ts';
import { rawRequest } from './raw-request.ts';
import { type RawUpstream, startRawUpstream } from './raw-upstream.ts';
import { KEY, startTestGate, type TestGate } from './test-gate.ts';

const BODY = JSON.stringify({ ...CHAT, max_tokens: 5 });
const ANSWER =
  'HTTP/1.1 200 OK\r\nconnection: close, x-hop\r\nx-hop: 1\r\nkeep-alive: timeout=9\r\nproxy-authenticate: Basic\r\n' +
  'set-cookie: session=secret\r\nx-request-id: req_1\r\nrequest-id: req_2\r\nopenai-version: 2020-10-01\r\n' +
  'openai-processing-ms: 12\r\nretry-after: 3\r\nx-ratelimit-remaining-tokens: 7\r\n' +
  'anthropic-ratelimit-requests-remaining: 8\r\nx-twice: a\r\nx-twice: b\r\nx-portcullis-entry: 999\r\n' +
  'content-type: application/json\r\ncontent-length: 2\r\n\r\n{}';

describe('headers', () => {
  let t: TestGate;
  let raw: RawUpstream;
  before(async () => {
    raw = await startRawUpstream((socket) => void socket.end(ANSWER));
    t = await startTestGate({
      gate: { allowPaths: ['/v1/files'] },
      upstreams: () => [
        upstreamConfig('openai', `${raw.url}/base/`),
        upstreamConfig('anthropic', raw.url, { shape: 'anthropic', apiKey: 'sk-ant-upstream' }),
      ],
    });
  });
  after(async () => {
    await t.close();
    await raw.close();
  });

  const ask = (path: string, lines: readonly string[]) =>
    rawRequest(
      t.port,
      (socket) => {
        const head = [
          `POST ${path} HTTP/1.1`,
          'host: gate.example',
          ...lines,
          'content-type: application/json',
        ];
        socket.write(`${head.join('\r\n')}\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`);
      },
      (text) => text.endsWith('{}') || text.endsWith('}}'),
    );

  it('to the upstream: its own key in its own way, and nothing that concerns only the gate', async () => {
    await ask('/v1/messages', [
      `authorization: Bearer ${KEY}`,
      'connection: keep-alive, x-mine',
      'x-mine: hop',
      'te: trailers',
      'cookie: a=b',
      'x-forwarded-for: 10.0.0.1',
      'openai-organization: org-other',
      'x-portcullis-anything: 1',
      'accept-encoding: gzip, br',
      'anthropic-beta: tools-2024',
      'anthropic-version: 2023-06-01',
      'x-request-id: mine',
      'x-stainless-lang: js',
    ]);
    const sent = raw.requests.at(-1) ?? '';
    for (const kept of [
      'anthropic-beta: tools-2024',
      'anthropic-version: 2023-06-01',
      'x-request-id: mine',
      'x-stainless-lang: js',
    ]) {
      assert.ok(sent.includes(`\r\n${kept}\r\n`), `${kept} is missing`);
    }
    assert.match(sent, /\r\nx-api-key: sk-ant-upstream\r\n/);
    assert.match(sent, /\r\naccept-encoding: identity\r\n/);
    for (const gone of [
      KEY,
      'authorization',
      'x-mine',
      'te:',
      'cookie',
      'forwarded',
      'org-other',
      'portcullis',
      'gate.example',
      'gzip',
    ]) {
      assert.ok(!sent.includes(gone), `${gone} was sent on`);
    }
    await ask('/v1/chat/completions', [`x-api-key: ${KEY}`, `api-key: ${KEY}`]);
    const second = raw.requests.at(-1) ?? '';
    assert.match(second, /^POST \/base\/v1\/chat\/completions HTTP/);
    assert.match(second, /\r\nauthorization: Bearer sk-upstream-secret\r\n/);
    assert.ok(!second.includes('api-key') && !second.includes(KEY));
  });

  it('a key in the address is refused, however it is spelt, as it would get to the upstream', async () => {
    const before = raw.requests.length;
    const escaped = KEY.replace('t', '%74');
    for (const address of [
      `/v1/chat/completions?api_key=${KEY}`,
      '/v1/chat/completions?Api-Key=another',
      `/v1/files?q=x${escaped}`,
      `/v1/files/${KEY}`,
      `/v1/files/${escaped}`,
    ]) {
      const { status, text } = await ask(address, [`authorization: Bearer ${KEY}`]);
      assert.equal(status, 400, address);
      assert.match(text, /"key_in_address"/);
      assert.ok(!text.includes(KEY));
    }
    assert.equal(raw.requests.length, before);
    const { status } = await ask('/v1/chat/completions?api-version=1%20', [`authorization: Bearer ${KEY}`]);
    assert.equal(status, 200);
  });

  it('to the caller: request ids, retry-after and rate limits kept, hop-by-hop and cookies not', async () => {
    const { text } = await ask('/v1/chat/completions', [`authorization: Bearer ${KEY}`]);
    for (const kept of [
      'x-request-id: req_1',
      'request-id: req_2',
      'openai-version: 2020-10-01',
      'openai-processing-ms: 12',
      'retry-after: 3',
      'x-ratelimit-remaining-tokens: 7',
      'anthropic-ratelimit-requests-remaining: 8',
      'x-twice: a\r\nx-twice: b',
      'content-length: 2',
    ]) {
      assert.ok(text.includes(`\r\n${kept}\r\n`), `${kept} is missing in ${text}`);
    }
    for (const gone of ['x-hop', 'timeout=9', 'proxy-authenticate', 'set-cookie', ': 999\r\n']) {
      assert.ok(!text.includes(gone), `${gone} was passed on`);
    }
    assert.match(
      text,
      /x-portcullis-entry: \d+\r\nx-portcullis-leaf: [0-9a-f]{64}\r\nx-portcullis-exchange: [0-9a-f]{32}\r\n/,
    );
  });
});
