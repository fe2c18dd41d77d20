import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBackOff, pauseAfter } from './back-off.ts';

test('a pause doubles up to the longest, and begins anew', () => {
  const backOff = createBackOff({ firstMs: 100, maxMs: 500 });
  assert.deepEqual([backOff.next(), backOff.next(), backOff.next(), backOff.next()], [100, 200, 400, 500]);
  backOff.reset();
  assert.deepEqual([backOff.next(), backOff.next()], [100, 200]);
  assert.equal(pauseAfter(10_000, { firstMs: 50, maxMs: 300_000 }), 300_000, 'however often it failed');
});
