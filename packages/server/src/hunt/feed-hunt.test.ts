import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Traffic } from '@portcullis/detection';
import fc from 'fast-check';
import { temporaryFolder } from '../cli/test/run-cli.ts';
import { feedHunt, type HuntProgress, type HuntReading } from './feed-hunt.ts';
import { findHuntFiles } from './hunt-files.ts';

type Fed = {
  readonly benign: readonly Traffic[];
  readonly traffic: readonly Traffic[];
  readonly order: readonly string[];
  readonly reading: HuntReading;
  readonly told: readonly HuntProgress[];
};

type Files = Readonly<Record<string, string | Buffer>>;

/** Reads files of this content; those that begin with `b` are benign. */
async function feed(t: { after(fn: () => void): void }, contents: Files, accountsMax?: number): Promise<Fed> {
  const cwd = temporaryFolder(t);
  for (const [name, content] of Object.entries(contents)) writeFileSync(join(cwd, name), content);
  const names = Object.keys(contents);
  const files = findHuntFiles(
    {
      benign: names.filter((name) => name.startsWith('b')),
      traffic: names.filter((name) => !name.startsWith('b')),
    },
    cwd,
  );
  const benign: Traffic[] = [];
  const traffic: Traffic[] = [];
  const order: string[] = [];
  const told: HuntProgress[] = [];
  const hunt = {
    observeBenign(one: Traffic): void {
      benign.push(one);
      order.push('benign');
    },
    observeTraffic(one: Traffic): void {
      traffic.push(one);
      order.push('traffic');
    },
  };
  const reading = await feedHunt(hunt, files, (progress) => void told.push(progress), accountsMax);
  return { benign, traffic, order, reading, told };
}

const line = (time: number, account = 'a', prompt = 'p'): string =>
  `${JSON.stringify({ time, account, prompt })}\n`;

test('benign exchanges come first, and each is known by its file and line', async (t) => {
  const fed = await feed(t, {
    one: line(1) + line(4),
    two: gzipSync(line(2) + line(3)),
    b: line(9, 'b-1'),
  });
  assert.deepEqual(fed.order, ['benign', 'traffic', 'traffic', 'traffic', 'traffic']);
  assert.deepEqual(
    fed.traffic.map(({ time, ref }) => [time, ref]),
    [
      [1, 1],
      [2, 10_000_000_001],
      [3, 10_000_000_002],
      [4, 2],
    ],
  );
  assert.deepEqual([...fed.reading.benign.accounts], ['b-1']);
  assert.deepEqual(
    fed.told.map(({ side, exchanges, accounts }) => [side, exchanges, accounts]),
    [
      ['benign', 1, 1],
      ['traffic', 4, 1],
    ],
  );
  assert.equal(fed.told[1]?.bytes, fed.told[1]?.bytesTotal);
});

test('sorted files are merged by time, equal times in the order of the files', async (t) => {
  const times = fc.array(fc.nat(6), { maxLength: 8 }).map((list) => list.toSorted((x, y) => x - y));
  const property = fc.asyncProperty(fc.array(times, { minLength: 1, maxLength: 5 }), async (lists) => {
    const contents = lists.map((list, file) => [
      `f${file}`,
      list.map((time) => line(time, `a${file}`)).join(''),
    ]);
    const { traffic, reading } = await feed(t, Object.fromEntries(contents) as Files);
    const expected = lists.flatMap((list, file) => list.map((time) => ({ time, account: `a${file}` })));
    assert.deepEqual(
      traffic.map(({ time, account }) => ({ time, account })),
      expected.toSorted((x, y) => x.time - y.time || (x.account < y.account ? -1 : 1)),
    );
    assert.deepEqual(
      reading.traffic.files.map(({ lines }) => lines.outOfOrder),
      lists.map(() => 0),
    );
  });
  await fc.assert(property, { numRuns: 40 });
});

test('a file that is not in order is read all the same, and its steps back are counted', async (t) => {
  const { traffic, reading } = await feed(t, { a: [3, 1, 2, 2, 0].map((time) => line(time)).join('') });
  assert.deepEqual(
    traffic.map(({ time }) => time),
    [3, 1, 2, 2, 0],
  );
  assert.equal(reading.traffic.files[0]?.lines.outOfOrder, 2);
});

test('broken lines are counted and named by number, and end nothing', async (t) => {
  const content = Buffer.concat([
    Buffer.from(`\ufeff${line(1)}\n  \r\nnot json\n${line(2).replace('\n', '\r\n')}{"time":3,"account":"`),
    Buffer.from([0xff]),
    Buffer.from(`","prompt":"p"}\n{"account":"a","prompt":"p"}\n[]\n`),
    Buffer.from(line(5).trim()),
  ]);
  const { traffic, reading } = await feed(t, { a: content });
  assert.deepEqual(
    traffic.map(({ time, ref }) => [time, ref]),
    [
      [1, 1],
      [2, 5],
      [5, 9],
    ],
  );
  const file = reading.traffic.files[0]?.lines;
  assert.deepEqual([file?.lines, file?.blank, file?.broken, file?.exchanges], [9, 2, 4, 3]);
  assert.deepEqual(file?.firstBroken, [
    { line: 4, reason: 'it is not JSON' },
    { line: 6, reason: 'it is not UTF-8' },
    { line: 7, reason: 'time is missing' },
    { line: 8, reason: 'it is JSON, but not an object' },
  ]);
  assert.equal(file?.reasons.get('time is missing'), 1);
});

test('of thousands of broken lines the first are named and all are counted', async (t) => {
  const { reading } = await feed(t, { a: 'x\n'.repeat(5_000) + line(1) });
  const file = reading.traffic.files[0]?.lines;
  assert.deepEqual([file?.broken, file?.exchanges, file?.firstBroken.length], [5_000, 1, 10]);
  assert.deepEqual([...(file?.reasons ?? [])], [['it is not JSON', 5_000]]);
});

test('a line of 16 MiB is read, a longer one is named, and what follows is read', async (t) => {
  const LINE_BYTES_MAX = 16_777_216;
  const rest = Buffer.byteLength(line(2, 'long', '').trim());
  const longest = line(2, 'long', 'x'.repeat(LINE_BYTES_MAX - rest));
  const longer = line(3, 'longer', 'x'.repeat(LINE_BYTES_MAX - rest));
  const { traffic, reading } = await feed(t, { a: gzipSync(longest + longer + line(4)) });
  assert.deepEqual(
    traffic.map(({ time }) => time),
    [2, 4],
  );
  assert.deepEqual(reading.traffic.files[0]?.lines.firstBroken, [
    { line: 2, reason: 'it is longer than 16777216 bytes' },
  ]);
});

test('of a gzip file that ends too early, the whole lines count and the half one is not called broken', async (t) => {
  const lines = Array.from({ length: 2_000 }, (_, i) => line(i, `a${i}`, String(Math.sin(i)))).join('');
  const packed = gzipSync(lines);
  const { traffic, reading } = await feed(t, { a: packed.subarray(0, packed.length >> 1) });
  const file = reading.traffic.files[0]?.lines;
  assert.ok(traffic.length > 500 && traffic.length < 2_000);
  assert.deepEqual([file?.broken, reading.traffic.files[0]?.cutShort], [0, 'its gzip data ends too early']);
});

test('accounts beyond the limit are passed over and named, those already met go on', async (t) => {
  const lines = [line(1, 'a'), line(2, 'b'), line(3, 'one-more'), line(4, 'a')];
  const { traffic, reading } = await feed(t, { a: lines.join('') }, 2);
  assert.deepEqual(
    traffic.map(({ account }) => account),
    ['a', 'b', 'a'],
  );
  assert.deepEqual([...reading.traffic.accounts], ['a', 'b']);
  assert.deepEqual(reading.traffic.files[0]?.lines.firstBroken, [
    { line: 3, reason: 'it is of one account more than the 2 that one run takes' },
  ]);
});
