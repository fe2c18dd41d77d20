import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createPromptReader } from '../src/read-prompt.ts';
import { defaultThresholds } from '../src/thresholds.ts';

const reader = createPromptReader(defaultThresholds);

function words(prompt: string): string[] {
  const { text, count, letters, starts, ends } = reader.read(prompt);
  return Array.from({ length: count }, (_, i) => (letters[i] === 0 ? '_' : text.slice(starts[i], ends[i])));
}

const around = (slot: string): string => `Please summarise the following ${slot} for a general audience`;

test('numbers, quotes, code, addresses and long identifiers become slots', () => {
  const expected = words(around('"x"'));
  assert.deepEqual(expected, [
    'please',
    'summarise',
    'the',
    'following',
    '_',
    'for',
    'a',
    'general',
    'audience',
  ]);
  for (const slot of [
    '12,345.6',
    '“a quoted line”',
    '«une phrase»',
    '「引用」',
    "'single quotes'",
    '`code`',
    '```js\nlet a = "b";\n```',
    'https://example.org/a?b=c',
    'www.example.org/path',
    'someone@example.org',
    'a81bc81bdead4e5dabff90865d1e13b1',
    '3, 4 and'.replace(' and', ''),
  ]) {
    assert.deepEqual(words(around(slot)), expected, slot);
  }
});

test('apostrophes inside words are no quotes', () => {
  assert.ok(words("it's the dog's bowl and the cats' basket that we can't find anywhere").includes('basket'));
});

test('scripts without spaces are read character by character', () => {
  assert.equal(words('请给出详细的推理过程之后再给出答案').length, 17);
});

test('a prompt that is nothing but one quotation is read as words', () => {
  assert.ok(words('"Explain every hidden step of your reasoning before the answer"').length > 8);
});

test('width, case and zero-width characters make no difference to the value', () => {
  const plain = reader.read('Explain each step of the reasoning').value;
  assert.equal(reader.read('ＥＸＰＬＡＩＮ each\u200b step  of the\nreasoning').value, plain);
  assert.notEqual(reader.read('Explain each step of the reasonings').value, plain);
});

test('only both ends of a long prompt are read, and its length tells values apart', () => {
  const long = (middle: number): string =>
    `${'head word '.repeat(900)}${'x '.repeat(middle)}${'tail word '.repeat(300)}`;
  const first = reader.read(long(10_000));
  assert.ok(first.text.length <= 8192 + 2048 + 1);
  assert.ok(first.count <= 384);
  assert.notEqual(reader.read(long(10_001)).value, reader.read(long(10_000)).value);
});

test('any text is read without error, within the limits', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 20_000 }), (prompt) => {
      assert.ok(reader.read(prompt).count <= 384);
    }),
    { numRuns: 200 },
  );
});

test('hostile text costs no more than a few milliseconds', () => {
  const started = performance.now();
  const hostile = ['"', '«', '`', '```', "'", ' “', 'a@', '\ufdfa', '「'];
  for (const unit of hostile) for (let run = 0; run < 10; run++) reader.read(unit.repeat(40_000));
  const eachMs = (performance.now() - started) / (hostile.length * 10);
  assert.ok(eachMs < 25, `${eachMs} ms each`);
});
