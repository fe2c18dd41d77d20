import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maximumOf, noteScore, watchAccount } from '../src/hunt/watched-account.ts';

test('what is kept is the running maximum, with the looks at which it rose', () => {
  const watched = watchAccount('a', 0);
  assert.equal(maximumOf(watched), Number.NEGATIVE_INFINITY, 'before any look');
  [0.2, 0.1, 0.5, 0.5, -3, 0.7, 0.6].forEach((score, look) => {
    watched.state.exchanges = 10 * look;
    noteScore(watched, score, look, Float64Array.of(look));
  });
  assert.equal(maximumOf(watched), 0.7);
  assert.deepEqual(watched.rises, [
    { time: 0, exchanges: 0, score: 0.2 },
    { time: 2, exchanges: 20, score: 0.5 },
    { time: 5, exchanges: 50, score: 0.7 },
  ]);
  assert.deepEqual(watched.signals, Float32Array.of(5), 'the words are those of the look of the maximum');
});
