import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEmbedder, DIMENSIONS } from '../src/signals/embed-prompt.ts';

const pointOf = (prompt: string, seed = 1): Float32Array => createEmbedder(seed).embed(prompt).slice();
const dot = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
const nearness = (a: string, b: string): number => dot(pointOf(a), pointOf(b));

const FENCE = 'How do I mend the wooden fence behind our house before the winter storms arrive?';
const FENCE_AGAIN = 'Before the winter storms arrive, how should I mend our wooden fence behind the house?';
const OTHERS = [
  'Write a SQL query that joins orders with customers and sums the revenue of every month.',
  'Explain what photosynthesis is to a class of ten-year-old pupils.',
  '请把下面的句子翻译成法语,并说明语法。',
  'Расскажи о том, как устроен двигатель внутреннего сгорания.',
];

test('the same seed gives the same point, another seed another', () => {
  assert.deepEqual(pointOf(FENCE, 5), pointOf(FENCE, 5));
  assert.notDeepEqual(pointOf(FENCE, 5), pointOf(FENCE, 6));
  const used = createEmbedder(5);
  used.embed(OTHERS[0] as string);
  assert.deepEqual(used.embed(FENCE).slice(), pointOf(FENCE, 5), 'nothing stays of an earlier prompt');
});

test('points have about unit length, whatever the prompt', () => {
  for (const prompt of [FENCE, ...OTHERS, '', 'a', 'word '.repeat(2000), '的'.repeat(900)]) {
    const length = Math.sqrt(dot(pointOf(prompt), pointOf(prompt)));
    assert.ok(length > 0.85 && length < 1.15, `${prompt.slice(0, 20)}: ${length}`);
  }
});

test('products of points estimate the Gaussian kernel: 1 for the same text, exp(−γ²) for texts without a common word', () => {
  const longer = (text: string): string => `${text} ${[...text].reverse().join('')}`;
  const mean = (a: string, b: string): number => {
    let sum = 0;
    for (let seed = 0; seed < 60; seed++) sum += dot(pointOf(a, seed), pointOf(b, seed)) / 60;
    return sum;
  };
  assert.ok(Math.abs(mean(FENCE, FENCE) - 1) < 0.02);
  // Hashed points stand at right angles then, at a distance of √2; they meet in some of the 256 places.
  for (const other of OTHERS) {
    const product = mean(longer(FENCE), longer(other));
    assert.ok(Math.abs(product - Math.exp(-(1.6 ** 2))) < 0.06, `${other}: ${product}`);
  }
});

test('a paraphrase is nearer than anything unrelated', () => {
  const near = nearness(FENCE, FENCE_AGAIN);
  for (const other of OTHERS) assert.ok(near > nearness(FENCE, other) + 0.2, other);
  assert.ok(
    nearness('请把这段话翻译成英语', '请把这段文字翻译成英语') >
      nearness('请把这段话翻译成英语', '今天天气怎么样呢') + 0.2,
  );
  // The same characters in another order: their pairs tell them apart.
  assert.ok(nearness('上海自来水', '上海自来水') > nearness('上海自来水', '水来自海上') + 0.2);
});

test('case, numbers and punctuation do not matter', () => {
  assert.deepEqual(pointOf('Order 4711, please!'), pointOf('order 9023 PLEASE'));
  assert.notDeepEqual(pointOf('order please'), pointOf('please order today'));
});

test('only the beginning and the end of a long prompt are read, and both are', () => {
  const long = (middle: string, end: string): string =>
    `${FENCE}${middle.repeat(100_000)} ${end.repeat(100)}`;
  assert.deepEqual(
    pointOf(long('ab cd ef ', 'end. ')),
    pointOf(long('ab cd ef ', 'end. ').replace(/(?<=^.{5000}).{5000}/s, '')),
  );
  assert.notDeepEqual(pointOf(long('ab cd ef ', 'end. ')), pointOf(long('ab cd ef ', 'over ')));
});

test('hostile text gives finite points of the same length', () => {
  const hostile = [
    '',
    '\ud800',
    '\udc00\ud800 lone',
    '\u0000\u0001',
    '\u200b'.repeat(1000),
    'x'.repeat(1 << 20),
    '🙂'.repeat(5000),
    'é'.normalize('NFD').repeat(3000),
  ];
  for (const prompt of hostile) {
    const point = pointOf(prompt);
    assert.equal(point.length, DIMENSIONS);
    assert.ok(point.every(Number.isFinite), JSON.stringify(prompt.slice(0, 10)));
  }
});

test('a cell is one of 4,096, paraphrases share more of its bits than unrelated prompts, and different prompts reach different ones', () => {
  const embedder = createEmbedder(1);
  const cellOf = (prompt: string): number => {
    embedder.embed(prompt);
    return embedder.cell();
  };
  const bitsApart = (a: number, b: number): number => (a ^ b).toString(2).replaceAll('0', '').length;
  const cells = [FENCE, FENCE_AGAIN, ...OTHERS].map(cellOf);
  for (const cell of cells) assert.ok(Number.isInteger(cell) && cell >= 0 && cell < 4096);
  assert.equal(new Set(cells.slice(1)).size, cells.length - 1);
  const near = bitsApart(cells[0] as number, cells[1] as number);
  for (const other of cells.slice(2)) assert.ok(bitsApart(cells[0] as number, other) > near);
});
