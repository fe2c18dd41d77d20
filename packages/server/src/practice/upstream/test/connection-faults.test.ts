import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { createPracticeUpstream, type PracticeUpstream } from '../server.ts';
import { rawExchange, rawRequest, splitHead, unchunk } from './raw-exchange.ts';

let upstream: PracticeUpstream;
before(async () => {
  upstream = await createPracticeUpstream();
});
after(() => upstream.close());

const exchange = (fault: string, stream = false, patienceMs?: number) =>
  rawExchange(upstream.port, rawRequest({ fault, stream }), patienceMs);

const contentLength = (head: string) => Number(/content-length: (\d+)/.exec(head)?.[1]);

it('never-answer sends nothing and keeps the connection', async () => {
  const { bytes, end } = await exchange('never-answer', false, 250);
  assert.deepEqual([bytes.length, end], [0, 'patience']);
});

it('close-before-headers closes without a byte', async () => {
  const { bytes, end } = await exchange('close-before-headers');
  assert.deepEqual([bytes.length, end], [0, 'fin']);
  assert.equal(upstream.seen.aborts.length, 1, 'only the abort of the test before: this close was ours');
});

for (const stream of [false, true]) {
  const kind = stream ? 'a stream' : 'a whole answer';
  it(`close-after-bytes gives exactly N body bytes of ${kind}, then FIN`, async () => {
    const { bytes, end } = await exchange('close-after-bytes=100', stream);
    const { head, body } = splitHead(bytes);
    const data = stream ? unchunk(body) : { data: body, whole: body.length >= contentLength(head) };
    assert.deepEqual([data.data.length, data.whole, end], [100, false, 'fin']);
  });
  it(`reset-after-bytes resets ${kind}`, async () => {
    assert.equal((await exchange('reset-after-bytes=10', stream)).end, 'reset');
  });
  it(`truncate-chunked leaves the last chunk of ${kind} open`, async () => {
    const { bytes, end } = await exchange('truncate-chunked', stream);
    const { head, body } = splitHead(bytes);
    assert.match(head, /transfer-encoding: chunked/);
    assert.deepEqual([unchunk(body).whole, end], [false, 'fin']);
    assert.ok(body.length > 100);
  });
  for (const lie of [50, -50]) {
    it(`lie-content-length=${lie} makes the length of ${kind} wrong by it`, async () => {
      const { bytes, end } = await exchange(`lie-content-length=${lie > 0 ? '+' : ''}${lie}`, stream);
      const { head, body } = splitHead(bytes);
      assert.equal(contentLength(head) - body.length, lie);
      assert.equal(end, 'fin');
      const tail = body.toString().trimEnd();
      assert.ok(tail.endsWith(stream ? '[DONE]' : '}'), 'the whole body came');
    });
  }
}

it('delays the headers, the first token and the tokens', async () => {
  const late = await exchange('delay-headers-ms=80');
  assert.ok(late.firstByteMs >= 78, `first byte after ${late.firstByteMs} ms`);
  // Whatever else the machine does: the headers come in a read of their own, ahead of the token.
  const first = await exchange('delay-first-token-ms=150,long-stream-tokens=2', true);
  const opening = first.reads[0]?.toString() ?? '';
  assert.match(opening, /^HTTP\/1\.1 200 OK/);
  assert.ok(!opening.includes('"content":"This"') && first.bytes.includes('"content":"This"'));
  const slow = await exchange('delay-token-ms=20,long-stream-tokens=5', true);
  assert.ok(slow.reads.length >= 5, `${slow.reads.length} reads`);
});

it('informational-103 comes before the final status', async () => {
  const { bytes } = await exchange('informational-103');
  assert.match(bytes.toString(), /^HTTP\/1\.1 103 Early Hints\r\nLink: [^\r]+\r\n\r\nHTTP\/1\.1 200 OK\r\n/i);
});

it('headers-big sends that many more header bytes', async () => {
  const plain = splitHead((await exchange('comments')).bytes).head.length;
  const big = splitHead((await exchange('headers-big=10000')).bytes).head.length;
  assert.ok(big - plain >= 10_000 && big - plain < 10_200, `${big - plain} more`);
});

it('answers in each API’s shape with the status asked for, and retry-after', async () => {
  const openai = splitHead((await exchange('status=429,retry-after=9')).bytes);
  assert.match(openai.head, /^http\/1\.1 429 /);
  assert.match(openai.head, /\r\nretry-after: 9\r\n/);
  assert.equal(
    (JSON.parse(openai.body.toString()) as { error: { code: string } }).error.code,
    'rate_limit_exceeded',
  );
  const request = rawRequest({ path: '/v1/messages', fault: 'status=529' });
  const anthropic = splitHead((await rawExchange(upstream.port, request)).bytes);
  assert.match(anthropic.head, /^http\/1\.1 529 /);
  const { error } = JSON.parse(anthropic.body.toString()) as { error: { type: string } };
  assert.equal(error.type, 'overloaded_error');
});

it('times=N lets the request through after N faults; the standing fault needs no header', async () => {
  const statuses = [];
  for (let nth = 0; nth < 3; nth++) {
    statuses.push(splitHead((await exchange('status=503,times=2,id=7')).bytes).head.slice(9, 12));
  }
  assert.deepEqual(statuses, ['503', '503', '200']);
  upstream.setFaults('status=500');
  const refused = await rawExchange(upstream.port, rawRequest());
  upstream.setFaults(undefined);
  assert.match(refused.bytes.toString(), /^HTTP\/1\.1 500 /);
});

it('keeps the connection after an ordinary answer, and two requests in one packet get two answers', async () => {
  const headers = { connection: 'keep-alive' };
  const both = Buffer.concat([rawRequest({ headers }), rawRequest({ headers, stream: true })]);
  const { bytes, end } = await rawExchange(upstream.port, both, 1_000);
  assert.equal(bytes.toString().split('HTTP/1.1 200 OK').length, 3);
  assert.equal(end, 'patience');
});
