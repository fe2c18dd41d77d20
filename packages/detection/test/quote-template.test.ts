import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { quoteTemplate } from '../src/index.ts';

test('what all prompts share is quoted, and what differs is left out', () => {
  const prompts = [
    'Solve the following algebra problem. Think step by step: 3x = 9',
    'Solve the following problem. Think step by step: a train leaves Leeds',
    'Please solve the following geometry problem! Think step by step.',
  ];
  assert.equal(quoteTemplate(prompts), '… solve the following … problem think step by step …');
});

test('one prompt is quoted whole, none and unrelated ones not at all', () => {
  assert.equal(quoteTemplate(['Why is the sky blue?']), 'why is the sky blue');
  assert.equal(quoteTemplate([]), '');
  assert.equal(quoteTemplate(['one', 'two']), '');
});

test('scripts without spaces are quoted sign by sign', () => {
  assert.equal(quoteTemplate(['请逐步解释 为什么 天空', '请逐步解释 怎么 做饭']), '请逐步解释 … 么 …');
});

test('a quotation is short and holds only words that every prompt has', () => {
  const words = fc.array(fc.constantFrom('a', 'b', 'c', 'dd', '説', '…'), { maxLength: 60 });
  fc.assert(
    fc.property(fc.array(words, { minLength: 1, maxLength: 5 }), (lists) => {
      const quoted = quoteTemplate(lists.map((list) => list.join(' ')));
      assert.ok(quoted.length <= 170);
      const said = quoted
        .replaceAll('…', ' ')
        .replaceAll('説', ' 説 ')
        .split(' ')
        .filter((each) => each !== '');
      for (const list of lists) {
        const texts: readonly string[] = list;
        let at = 0;
        for (const each of said) {
          at = texts.indexOf(each, at) + 1;
          assert.ok(at > 0, `${each} of "${quoted}" is not in "${list.join(' ')}" at its place`);
        }
      }
    }),
    { numRuns: 300, seed: 7 },
  );
});
