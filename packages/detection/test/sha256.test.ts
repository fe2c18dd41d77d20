import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { sha256 } from '../src/sha256.ts';

const reference = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

test('agrees with the platform at every length around the block edges', () => {
  for (let length = 0; length < 200; length++) {
    const text = 'é'.repeat(length % 3) + 'a'.repeat(length);
    assert.equal(sha256(text), reference(text), `length ${length}`);
  }
});

test('agrees with the platform on any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
      assert.equal(sha256(text), reference(text));
    }),
  );
});
