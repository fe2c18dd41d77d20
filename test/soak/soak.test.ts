import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SeenAnswer } from '../../packages/server/src/start/test/callers.ts';
import { plotSvg } from './plot.ts';
import { quantile, type Sample } from './sample.ts';
import { judge, medianSlope } from './verdict.ts';

// What a soak says of its figures, and how it draws them.

const MIB_AN_HOUR = 1 / 3600;

const sample = (time: number, rss: number, more: Partial<Sample> = {}): Sample => ({
  time,
  rss,
  heap_main: 0,
  heap_gates: 0,
  heap_ledger: 0,
  heap_detector: 0,
  external: 0,
  lag_projections: 0,
  lag_detector: 0,
  loop_delay_main_p99: 0,
  loop_delay_gates_p99: 0,
  head_p50: 0,
  head_p99: 0,
  total_p50: 0,
  total_p99: 0,
  released: 1,
  refused: 0,
  cut: 0,
  taking_entries: 1,
  ...more,
});

/** An hour of samples, one every ten seconds. */
const hour = (rssAt: (time: number) => number): Sample[] =>
  Array.from({ length: 360 }, (_, i) => sample(i * 10, rssAt(i * 10)));

const answer = (more: Partial<SeenAnswer> = {}): SeenAnswer => ({
  shape: 'openai',
  status: 200,
  code: null,
  retryAfter: null,
  exchange: 'x',
  index: 1,
  leaf: '',
  whole: true,
  broken: false,
  headMs: 1,
  totalMs: 2,
  ...more,
});

const verdict = (
  samples: readonly Sample[],
  answers: readonly SeenAnswer[],
  end: { lag?: number; faults?: boolean } = {},
): Record<string, boolean> =>
  Object.fromEntries(
    judge(samples, answers, { lag: 0, faults: false, ...end }).map(({ name, passed }) => [name, passed]),
  );

test('memory that grows and does not stop is told, peaks and a warm first half are not', () => {
  const of = (rssAt: (time: number) => number): boolean | undefined =>
    verdict(hour(rssAt), [answer()])['memory'];
  assert.equal(
    of(() => 300),
    true,
  );
  assert.equal(
    of((time) => 300 + Math.min(time, 1200) * 0.5),
    true,
    'it was warm before the second half',
  );
  assert.equal(
    of((time) => (time % 100 === 0 ? 900 : 300)),
    true,
    'single peaks',
  );
  assert.equal(
    of((time) => 300 + time * 90 * MIB_AN_HOUR),
    true,
    'within what is allowed: 45 MiB over the half',
  );
  assert.equal(
    of((time) => 300 + time * 110 * MIB_AN_HOUR),
    false,
    '55 MiB over the half',
  );
  assert.equal(
    of((time) => 2000 + time * 110 * MIB_AN_HOUR),
    true,
    'a tenth of a large process',
  );
  assert.equal(verdict([sample(0, 300), sample(1, 300)], [answer()])['memory'], false, 'too few to say');
});

test('answers: what faults explain is expected with faults only, and something must be answered', () => {
  const samples = hour(() => 300);
  const out = answer({ status: 503, code: 'ledger_unavailable' });
  const other = answer({ status: 503, code: 'gate_overloaded' });
  const cut = answer({ whole: false });
  const gone = answer({ status: 0, whole: false });
  const expected: [SeenAnswer, boolean, boolean][] = [
    [answer(), true, true],
    [out, false, true],
    [other, false, false],
    [cut, false, true],
    [gone, false, true],
    [answer({ status: 502 }), false, true],
    [answer({ status: 500 }), false, false],
    [answer({ whole: false, broken: true }), true, true],
    [answer({ status: 500, broken: true }), false, false],
  ];
  for (const [one, without, withFaults] of expected) {
    const told = JSON.stringify(one);
    assert.equal(verdict(samples, [answer(), one])['answers'], without, told);
    assert.equal(verdict(samples, [answer(), one], { faults: true })['answers'], withFaults, told);
  }
  assert.equal(verdict(samples, [])['answers'], false);
  assert.equal(verdict(samples, [out], { faults: true })['answers'], false, 'nothing was released');
});

test('followers that are behind at the end are told', () => {
  const samples = [...hour(() => 300), sample(3600, 300, { lag_detector: 70 })];
  assert.equal(verdict(samples, [answer()])['followers'], true);
  assert.equal(verdict(samples, [answer()], { lag: 1 })['followers'], false);
  const sentence = judge(samples, [answer()], { lag: 0, faults: false }).map(({ told }) => told);
  assert.match(sentence.join(), /at most 70 in between/);
});

test('quantiles and slopes of few values, and of none', () => {
  assert.equal(quantile([], 0.5), 0);
  assert.equal(quantile([5], 0.99), 5);
  assert.equal(quantile([4, 1, 3, 2], 0.5), 3);
  assert.equal(
    quantile(
      Array.from({ length: 100 }, (_, i) => i),
      0.99,
    ),
    99,
  );
  assert.equal(medianSlope([]), 0);
  assert.equal(medianSlope([[0, 1]]), 0);
  const line = Array.from({ length: 1000 }, (_, i): [number, number] => [i, 3 * i]);
  assert.equal(medianSlope(line), 3);
  assert.equal(medianSlope([...line.slice(0, 20), [20, 9999]]), 3, 'a peak does not move it');
});

test('a plot has each line within its panel, its marks, and names that can not break it', () => {
  const svg = plotSvg(
    'A <run> & "more"',
    [0, 60, 120],
    [
      { title: 'Memory', lines: [{ name: 'a', values: [0, 50, 100] }] },
      { title: 'Nothing', lines: [{ name: 'b', values: [0, 0, 0] }] },
    ],
    [{ timeSeconds: 60, name: 'disk <full>' }],
  );
  assert.match(svg, /^<svg [^>]*height="414"/);
  assert.match(svg, /A &lt;run> &amp; &quot;more&quot;/);
  assert.equal(svg.match(/<title>disk &lt;full><\/title>/g)?.length, 2, 'in each panel');
  const [memory, nothing] = [...svg.matchAll(/<polyline points="([^"]*)"/g)].map(([, points = '']) =>
    points.split(' ').map((point) => point.split(',').map(Number)),
  );
  // Left to right, and from the panel's foot to its top: 34 for the title, then 190 each, of which 28 above and 24 below.
  assert.deepEqual(memory, [
    [64, 200],
    [437, 131],
    [810, 62],
  ]);
  assert.deepEqual(
    nothing?.map(([, y]) => y),
    [390, 390, 390],
    'no value is drawn as no number',
  );
  assert.match(svg, />100</, 'the largest value of the scale');
  assert.match(svg, />2:00</);
  assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
  assert.doesNotMatch(plotSvg('', [], [{ title: '', lines: [] }], []), /NaN|undefined|Infinity/);
});
