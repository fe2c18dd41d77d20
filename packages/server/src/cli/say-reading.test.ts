import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HuntProgress, HuntReading } from '../hunt/feed-hunt.ts';
import type { FileReading } from '../hunt/traffic-cursor.ts';
import type { LineReading } from '../hunt/traffic-lines.ts';
import type { Io } from './io.ts';
import { showHuntProgress } from './say-progress.ts';
import { sayReading } from './say-reading.ts';
import { createStyle } from './text.ts';

function file(
  given: string,
  changed: { readonly cutShort?: string; readonly lines?: Partial<LineReading> },
): FileReading {
  const lines = {
    lines: 100,
    exchanges: 100,
    blank: 0,
    broken: 0,
    reasons: new Map<string, number>(),
    firstBroken: [],
    outOfOrder: 0,
  };
  return {
    file: { given, path: given === '-' ? undefined : given, sizeBytes: 1 },
    bytes: 1,
    cutShort: undefined,
    ...(changed.cutShort === undefined ? {} : { cutShort: changed.cutShort }),
    lines: { ...lines, ...changed.lines },
  };
}

function said(traffic: readonly FileReading[], accounts: readonly string[] = ['a']): string {
  const lines: string[] = [];
  const io = { style: createStyle(false), width: 100, say: (line = '') => void lines.push(line) } as Io;
  const reading: HuntReading = {
    benign: { files: [file('good.jsonl', {})], accounts: new Set(['b', 'c']) },
    traffic: { files: traffic, accounts: new Set(accounts) },
  };
  sayReading(reading, io);
  return lines.join('\n');
}

test('of many broken lines the counts are whole and the first are named', () => {
  const firstBroken = Array.from({ length: 10 }, (_, i) => ({ line: i + 1, reason: 'it is not JSON' }));
  const reasons = new Map([
    ['time is missing', 3],
    ['it is not JSON', 4_997],
  ]);
  const broken = { lines: 6_000, exchanges: 1_000, broken: 5_000, reasons, firstBroken };
  const text = said([file('a.jsonl', { lines: broken }), file('-', { lines: broken })]);
  assert.match(
    text,
    /10000 broken lines of 12100 passed over, in 2 files:\n {4}9994 × it is not JSON\n {4}6 × time/,
  );
  assert.equal(text.match(/a\.jsonl:\d+: it is not JSON/g)?.length, 10);
  assert.match(text, /… and 9990 more/);
});

test('a file that was cut short, one out of order and an empty one are said, of hundreds a few', () => {
  const cut = file('a.gz', { cutShort: 'its gzip data ends too early' });
  assert.match(said([cut]), /a\.gz was not read to its end: its gzip data ends too early\. Its 100 lines/);
  const mixed = Array.from({ length: 300 }, (_, i) => file(`f${i}`, { lines: { outOfOrder: 2 } }));
  const text = said(mixed);
  assert.match(text, /f0 is not in the order of time: 2 exchanges of 100 lie before the one above/);
  assert.match(text, /… and the same of 290 more files\./);
  assert.match(said([file('-', { lines: { lines: 0 } })]), /standard input holds no line/);
});

test('accounts that stand on both sides are said', () => {
  assert.match(said([], ['a', 'b', 'c']), /2 accounts of the traffic stand in the benign files too/);
  assert.doesNotMatch(said([], ['a']), /benign files too/);
});

test('progress is shown some times a second, and to nobody where nobody watches', () => {
  let now = 1_000;
  const lines: string[] = [];
  const io = { watched: true, now: () => now, progress: (line: string) => void lines.push(line) } as Io;
  const at = (exchanges: number, side: HuntProgress['side'] = 'benign'): HuntProgress => ({
    side,
    exchanges,
    accounts: 3,
    bytes: 2_500_000,
    bytesTotal: side === 'benign' ? 10_000_000 : undefined,
  });
  const show = showHuntProgress(io);
  for (let i = 1; i <= 1_000; i++) {
    now += 1;
    show(at(i * 50));
  }
  assert.ok(lines.length >= 3 && lines.length <= 5, String(lines.length));
  assert.match(
    lines.at(-1) ?? '',
    /^benign: 2\.5 of 10\.0 MB, \d+ exchanges of 3 accounts, 50\d{3} exchanges\/s$/,
  );
  now += 500;
  show(at(1, 'traffic'));
  now += 500;
  show(at(1_000, 'traffic'));
  assert.equal(lines.at(-1), 'traffic: 2.5 MB, 1000 exchanges of 3 accounts, 2000 exchanges/s');
  showHuntProgress({ ...io, watched: false, progress: () => assert.fail('shown to nobody') })(at(1));
});
