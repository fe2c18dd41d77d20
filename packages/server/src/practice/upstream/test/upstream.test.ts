import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { after, before, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { faultTable } from '../faults.ts';
import { createPracticeUpstream, type PracticeUpstream } from '../server.ts';
import { rawExchange, rawRequest, type RequestShape, splitHead } from './raw-exchange.ts';

let upstream: PracticeUpstream;
before(async () => {
  upstream = await createPracticeUpstream({
    bodySizeBytesMax: 100_000,
    clock: { nowMs: () => 1_800_000_000_000 },
  });
});
after(() => upstream.close());

async function ask(shape: RequestShape): Promise<{ status: string; body: string; head: string }> {
  const { head, body } = splitHead((await rawExchange(upstream.port, rawRequest(shape))).bytes);
  return { status: head.slice(9, 12), head, body: body.toString() };
}

it('says in every answer what it is, and gives the same bytes for the same request', async () => {
  const one = await ask({});
  assert.match(one.head, /x-portcullis-practice: true/);
  assert.equal((await ask({})).body, one.body);
  assert.match((await ask({ path: '/nowhere' })).head, /x-portcullis-practice: true/);
});

it('refuses bad requests each with its own error', async () => {
  const cases: readonly [RequestShape, string, RegExp][] = [
    [{ headers: { authorization: '' } }, '401', /invalid_api_key/],
    [{ headers: { authorization: 'Bearer ' }, path: '/v1/messages' }, '401', /authentication_error/],
    [{ body: '{"model": ' }, '400', /could not parse the JSON/],
    [{ body: '[]' }, '400', /must be a JSON object/],
    [{ body: Buffer.from([0x7b, 0xff, 0x7d]) }, '400', /not UTF-8/],
    [{ body: '{"model":"practice-small"}' }, '400', /'messages'/],
    [{ body: '{"model":"practice-small","messages":[{"role":"king"}]}' }, '400', /messages\[0\]\.role/],
    [
      { body: '{"model":"practice-small","messages":7}', path: '/v1/messages' },
      '400',
      /"invalid_request_error"/,
    ],
    [{ body: '{"model":"nope"}', path: '/v1/messages' }, '404', /not_found_error/],
    [{ body: '{"model":"practice-embed","messages":[]}' }, '404', /only embeds/],
    [{ body: '{"model":"practice-small","input":"x"}', path: '/v1/embeddings' }, '404', /does not embed/],
    [{ path: '/v1/nothing' }, '404', /Unknown path/],
    [{ path: '/v1/models' }, '405', /takes GET/],
    [{ headers: { 'content-encoding': 'gzip' } }, '415', /content-encoding/],
    [{ fault: 'explode' }, '400', /never-answer/],
    [{ fault: 'status=700' }, '400', /from 400 to 599/],
    [{ body: 'x'.repeat(100_001) }, '413', /100000 bytes/],
    [{ body: 'x'.repeat(100_001), path: '/v1/messages' }, '413', /request_too_large/],
  ];
  for (const [shape, status, text] of cases) {
    const answer = await ask(shape);
    assert.equal(answer.status, status, answer.body);
    assert.match(answer.body, text);
  }
});

it('records what it saw', async () => {
  const body = '{"model":"practice-small","messages":[{"role":"user","content":"Zürich"}]}';
  await ask({ body, headers: { 'x-trace': 'abc' } });
  const seen = upstream.seen.requests.at(-1);
  assert.ok(seen);
  assert.deepEqual(
    [seen.method, seen.path, seen.headers['x-trace']],
    ['POST', '/v1/chat/completions', 'abc'],
  );
  assert.equal(seen.bodyBytes, Buffer.byteLength(body));
  assert.equal(seen.bodySha256, createHash('sha256').update(body).digest('hex'));
  assert.equal(seen.progress.finished, true);
});

it('keeps a bounded ring of requests', async () => {
  const small = await createPracticeUpstream({ seenMax: 3 });
  for (let nth = 0; nth < 5; nth++) await rawExchange(small.port, rawRequest({ headers: { nth: `${nth}` } }));
  assert.deepEqual(
    small.seen.requests.map(({ headers }) => headers['nth']),
    ['2', '3', '4'],
  );
  assert.equal(small.seen.totals.requests, 5);
  await small.close();
});

it('is paused by a slow reader and goes on when it reads', async () => {
  const socket = await openAndStall(rawRequest({ stream: true, fault: 'long-stream-tokens=300000' }));
  const progress = upstream.seen.requests.at(-1)?.progress;
  assert.ok(progress);
  await settle(() => progress.waitingForDrain);
  const stalledAt = progress.bytesWritten;
  await wait(100);
  assert.equal(progress.bytesWritten, stalledAt);
  assert.equal(upstream.seen.waitingForDrain, 1);
  assert.ok(progress.drainWaits >= 1 && progress.tokensWritten < 300_000);
  socket.resume();
  await settle(() => progress.finished);
  assert.equal(progress.tokensWritten, 300_000);
  assert.equal(upstream.seen.waitingForDrain, 0);
  socket.destroy();
});

it('notices a peer that leaves while it is stalled, and one that leaves amid its own body', async () => {
  const before = upstream.seen.aborts.length;
  const stalled = await openAndStall(rawRequest({ stream: true, fault: 'long-stream-tokens=300000' }));
  await settle(() => upstream.seen.waitingForDrain === 1);
  stalled.destroy();
  await settle(() => upstream.seen.aborts.length > before);
  assert.equal(upstream.seen.aborts.at(-1)?.phase, 'mid-stream');
  const half = await openAndStall(rawRequest({ headers: { 'content-length': '5000' } }));
  half.destroy();
  await settle(() => upstream.seen.aborts.length > before + 1);
  assert.equal(upstream.seen.aborts.at(-1)?.phase, 'before-headers');
});

async function openAndStall(request: Buffer): Promise<Socket> {
  const socket = connect({ port: upstream.port, host: '127.0.0.1' });
  socket.pause();
  socket.write(request);
  await wait(50);
  return socket;
}

async function settle(condition: () => boolean): Promise<void> {
  for (let waited = 0; waited < 5_000 && !condition(); waited += 5) await wait(5);
  assert.ok(condition(), 'did not come to pass within 5 s');
}

it('documents every fault, with the words of the code', async () => {
  const page = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const documented = [...page.matchAll(/^\| `([a-z0-9-]+)(?:=N)?` \| (.+) \|$/gm)].map(([, name, does]) => [
    name,
    does,
  ]);
  assert.deepEqual(
    documented,
    Object.entries(faultTable).map(([name, { does }]) => [name, does]),
  );
});
