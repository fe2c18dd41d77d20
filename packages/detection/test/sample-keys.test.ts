import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { floorOfSample, mergeSample, sampleKey } from '../src/signals/sample-keys.ts';

const AT = 2;
const SIZE = 5;
/** Around the sample lies what is none of it. */
const room = (): Uint32Array => new Uint32Array(AT + SIZE + 2).fill(7, 0, AT).fill(9, AT + SIZE);

function sampleOf(keys: readonly number[]): Uint32Array {
  const words = room();
  for (const key of keys) sampleKey(words, AT, SIZE, key);
  return words;
}
const largest = (keys: readonly number[]): number[] =>
  [...new Set(keys)].sort((a, b) => b - a).slice(0, SIZE);
const contents = (words: Uint32Array): number[] =>
  [...words.subarray(AT, AT + SIZE)].filter((key) => key > 0);
const keys = fc.array(fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 2 ** 32 - 1 })), {
  maxLength: 30,
});

test('a sample holds the largest of the different keys, and touches nothing beside it', () => {
  fc.assert(
    fc.property(keys, (sent) => {
      const words = sampleOf(sent);
      assert.deepEqual(contents(words), largest(sent));
      assert.deepEqual([words[0], words[1], words.at(-2), words.at(-1)], [7, 7, 9, 9]);
      assert.equal(floorOfSample(words, AT, SIZE), largest(sent)[SIZE - 1] ?? 0);
    }),
    { seed: 3, numRuns: 300 },
  );
});

test('samples of two parts merge to the sample of both', () => {
  fc.assert(
    fc.property(keys, keys, (some, others) => {
      const merged = sampleOf(some);
      mergeSample(merged, sampleOf(others), AT, SIZE);
      assert.deepEqual(merged, sampleOf([...some, ...others]));
    }),
    { seed: 4, numRuns: 300 },
  );
});
