import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { createPracticeUpstream, type PracticeUpstream } from '../server.ts';
import { rawExchange, rawRequest, splitHead, unchunk } from './raw-exchange.ts';

let upstream: PracticeUpstream;
before(async () => {
  upstream = await createPracticeUpstream({ clock: { nowMs: () => 1_800_000_000_000 } });
});
after(() => upstream.close());

async function streamed(fault?: string, path = '/v1/chat/completions'): Promise<Buffer> {
  const request = rawRequest({ stream: true, path, ...(fault === undefined ? {} : { fault }) });
  const { data, whole } = unchunk(splitHead((await rawExchange(upstream.port, request)).bytes).body);
  assert.ok(whole);
  return data;
}

async function whole(fault?: string): Promise<{ head: string; body: Buffer }> {
  return splitHead(
    (await rawExchange(upstream.port, rawRequest(fault === undefined ? {} : { fault }))).bytes,
  );
}

/** The text a stream's data lines carry, read by the rules of the SSE specification. */
function textOf(stream: string): string {
  const frames = stream
    .replaceAll('\r\n', '\n')
    .split('\n\n')
    .filter((frame) => frame !== '');
  const data = frames.map((frame) => {
    const lines = frame.split('\n').filter((line) => line.startsWith('data:'));
    return lines.map((line) => line.slice(line.startsWith('data: ') ? 6 : 5)).join('\n');
  });
  const chunks = data.filter((one) => one !== '' && one !== '[DONE]').map((one) => JSON.parse(one) as Chunk);
  return chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
}

interface Chunk {
  readonly choices: readonly { readonly delta: { readonly content?: string | null } }[];
}

it('crlf, comments, multi-line-data and split-bytes change the bytes, not the text', async () => {
  const plain = (await streamed()).toString();
  const text = textOf(plain);
  assert.match(text, /practice answer/);
  const crlf = (await streamed('crlf')).toString();
  assert.equal(crlf, plain.replaceAll('\n', '\r\n'));
  const comments = (await streamed('comments')).toString();
  assert.equal(comments.replaceAll(': practice comment\n\n', ''), plain);
  const spread = (await streamed('multi-line-data,crlf')).toString();
  assert.ok(spread.split('data:').length > 5 * plain.split('data:').length);
  assert.equal(textOf(spread), text);
});

it('split-bytes=N writes N bytes at a time', async () => {
  const request = rawRequest({ stream: true, fault: 'split-bytes=7,long-stream-tokens=5' });
  const { bytes, reads } = await rawExchange(upstream.port, request);
  assert.ok(reads.length > 20, `came in ${reads.length} reads`);
  const { body } = splitHead(bytes);
  const sizes = [...body.toString().matchAll(/(?:^|\r\n)([0-9a-f]+)\r\n(?=data|.{7})/gs)].map(
    ([, size]) => size,
  );
  assert.ok(sizes.length > 20);
  assert.equal(sizes[0], '7');
  const unsplit = await streamed('long-stream-tokens=5');
  assert.deepEqual(unchunk(body).data, unsplit);
});

it('invalid-utf8 is not UTF-8, whole and streamed', async () => {
  const strict = new TextDecoder('utf-8', { fatal: true });
  for (const bytes of [(await whole('invalid-utf8')).body, await streamed('invalid-utf8')]) {
    assert.throws(() => strict.decode(bytes));
    assert.ok(bytes.includes(Buffer.from([0xff, 0xc3, 0x28])));
  }
});

it('gzip decodes to the same bytes, whole and streamed, with a flush at every event', async () => {
  const zipped = await whole('gzip');
  assert.match(zipped.head, /content-encoding: gzip/);
  assert.deepEqual(gunzipSync(zipped.body), (await whole()).body);
  const stream = await streamed('gzip');
  assert.deepEqual(gunzipSync(stream), await streamed());
});

it('gzip-bomb is small on the wire and N MiB unpacked, and still JSON', async () => {
  const { body } = await whole('gzip-bomb=16');
  assert.ok(body.length < 64 * 1024, `${body.length} bytes on the wire`);
  const unpacked = gunzipSync(body);
  assert.ok(unpacked.length > 16 * 1024 * 1024);
  assert.ok(JSON.parse(unpacked.toString()));
});

it('big-body-bytes gives a JSON body of exactly N bytes', async () => {
  const { head, body } = await whole('big-body-bytes=3000000');
  assert.match(head, /content-length: 3000000/);
  assert.equal(body.length, 3_000_000);
  assert.ok(JSON.parse(body.toString()));
});

it('no-usage leaves no usage in any API’s answer', async () => {
  assert.match((await whole()).body.toString(), /"usage"/);
  assert.doesNotMatch((await whole('no-usage')).body.toString(), /"usage"/);
  for (const path of ['/v1/messages', '/v1/chat/completions']) {
    assert.doesNotMatch((await streamed('no-usage', path)).toString(), /"usage"/);
  }
});

it('error-mid-stream=N comes after N tokens, and nothing after it', async () => {
  const openai = (await streamed('error-mid-stream=2')).toString();
  assert.equal(textOf(openai.slice(0, openai.indexOf('data: {"error"'))), 'This is');
  assert.match(openai, /data: \{"error":[^\n]+\n\n$/);
  const anthropic = (await streamed('error-mid-stream=2', '/v1/messages')).toString();
  assert.match(anthropic, /event: ping\n/);
  assert.match(anthropic, /event: error\ndata: \{"type":"error"[^\n]+\n\n$/);
});

it('long-stream-tokens=N counts exactly, whatever max_tokens says', async () => {
  const tokens =
    (await streamed('long-stream-tokens=5000')).toString().split('"delta":{"content":').length - 1;
  assert.equal(tokens, 5_000);
});
