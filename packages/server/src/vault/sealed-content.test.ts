import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openContent, sealContent } from './sealed-content.ts';

const key = { id: 'a@1', key: new Uint8Array(32).fill(1) };

test('content opens as it was sealed, whatever its parts', () => {
  const bytes = fc.uint8Array({ maxLength: 300 });
  const parts = fc.dictionary(fc.string({ minLength: 1, maxLength: 20 }), bytes, {
    maxKeys: 5,
    noNullPrototype: true,
  });
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), parts, (seed, given) => {
      const { vaultKey, sealed } = sealContent(key, 'exchange.admitted/x1', { seed, parts: given });
      assert.equal(vaultKey, 'a@1');
      const opened = openContent(key, sealed);
      assert.deepEqual(opened.seed, seed);
      assert.equal(opened.aad, 'exchange.admitted/x1');
      assert.deepEqual({ ...opened.parts }, { ...given });
    }),
    { numRuns: 50 },
  );
});

test('a changed byte, another key or the same key under another id is refused', () => {
  const content = { seed: new Uint8Array(32), parts: { request: new Uint8Array(10) } };
  const { sealed } = sealContent(key, 'x', content);
  const before = Buffer.from(sealed).toString('hex');
  for (let at = 0; at < sealed.length; at++) {
    const changed = sealed.slice();
    changed[at] = (changed[at] as number) ^ 0x10;
    assert.throws(() => openContent(key, changed), { code: 'vault-damaged' });
  }
  assert.equal(Buffer.from(sealed).toString('hex'), before, 'each byte was changed by itself, in a copy');
  assert.throws(() => openContent({ ...key, id: 'b@1' }, sealed), { code: 'vault-damaged' });
  assert.throws(() => openContent({ ...key, key: new Uint8Array(32) }, sealed), { code: 'vault-damaged' });
  const long = 'x'.repeat(256);
  assert.throws(() => sealContent(key, long, content), { code: 'bad-request' });
});

test('no two seals have one nonce; who unwraps a key draws the first half anew', () => {
  const vaultKey = { id: 'ann@1', key: new Uint8Array(32).fill(1) };
  const content = { seed: new Uint8Array(32), parts: {} };
  const sealed = Array.from({ length: 1000 }, () => sealContent(vaultKey, 'x', content).sealed);
  // Version, length of the associated data, "x"; then 24 bytes.
  const nonces = sealed.map((bytes) => Buffer.from(bytes.subarray(4, 28)).toString('hex'));
  assert.equal(new Set(nonces).size, sealed.length);
  const again = sealContent({ ...vaultKey, key: vaultKey.key.slice() }, 'a', content).sealed;
  const half = Buffer.from(again.subarray(4, 16)).toString('hex');
  assert.ok(!nonces.some((nonce) => nonce.startsWith(half)));
});
