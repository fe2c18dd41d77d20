import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { test } from 'node:test';
import { commit, deriveSalt, equalBytes, sha256 } from '@portcullis/record';
import fc from 'fast-check';
import { sha256 as sha256Browser } from '../src/sha256-browser.ts';
import { sha256 as sha256Node } from '../src/sha256-node.ts';

const bytes = (length?: number) =>
  length === undefined
    ? fc.uint8Array({ maxLength: 5000 })
    : fc.uint8Array({ minLength: length, maxLength: length });

test('SHA-256 of the browser, of Node and of createHash are one function', () => {
  fc.assert(
    fc.property(bytes(), (message) => {
      const expected = Uint8Array.from(createHash('sha256').update(message).digest());
      assert.deepEqual(sha256Node(message), expected);
      assert.deepEqual(sha256Browser(message), expected);
      assert.deepEqual(sha256(message), expected);
    }),
    { numRuns: 300 },
  );
});

test('SHA-256 of a view looks only at the view', () => {
  const whole = Uint8Array.of(1, 2, 3, 4, 5);
  assert.deepEqual(sha256(whole.subarray(1, 3)), sha256(Uint8Array.of(2, 3)));
});

test('a salt is HMAC-SHA-256 of its domain and field', () => {
  fc.assert(
    fc.property(bytes(32), fc.string({ maxLength: 32 }), (seed, field) => {
      const expected = createHmac('sha256', seed)
        .update('portcullis/salt/v1\0')
        .update(field, 'utf8')
        .digest();
      assert.deepEqual(deriveSalt(seed, field), Uint8Array.from(expected));
    }),
  );
});

test('a commitment is SHA-256 of domain, type, salt, length and value', () => {
  fc.assert(
    fc.property(bytes(32), bytes(), fc.string({ maxLength: 60 }), (salt, value, type) => {
      const length = Buffer.alloc(8);
      length.writeBigUInt64BE(BigInt(value.length));
      const expected = createHash('sha256')
        .update('portcullis/commitment/v1\0')
        .update(`${type}\0`, 'utf8')
        .update(salt)
        .update(length)
        .update(value)
        .digest();
      assert.deepEqual(commit(type, salt, value), Uint8Array.from(expected));
    }),
  );
});

test('another field, salt or value gives another commitment; salts and seeds have 32 bytes', () => {
  const salt = new Uint8Array(32);
  const base = commit('a/b', salt, Uint8Array.of(1));
  for (const other of [
    commit('a/c', salt, Uint8Array.of(1)),
    commit('a/b', new Uint8Array(32).fill(1), Uint8Array.of(1)),
    commit('a/b', salt, Uint8Array.of(1, 0)),
    commit('a/b', salt, new Uint8Array(0)),
  ])
    assert.ok(!equalBytes(base, other));
  for (const length of [0, 31, 33, 64]) {
    assert.throws(() => commit('a/b', new Uint8Array(length), salt), { code: 'bad-encoding' });
    assert.throws(() => deriveSalt(new Uint8Array(length), 'a'), { code: 'bad-encoding' });
  }
});
