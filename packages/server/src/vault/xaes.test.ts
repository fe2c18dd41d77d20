import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hex, utf8 } from '@portcullis/record';
import { xaesOpen, xaesSeal } from './xaes.ts';

const nonce = utf8('ABCDEFGHIJKLMNOPQRSTUVWX');
const plaintext = utf8('XAES-256-GCM');

test('the test vectors of c2sp.org/XAES-256-GCM', () => {
  const first = xaesSeal(new Uint8Array(32).fill(1), nonce, plaintext, new Uint8Array(0));
  assert.equal(hex(first), 'ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271');
  const second = xaesSeal(new Uint8Array(32).fill(3), nonce, plaintext, utf8('c2sp.org/XAES-256-GCM'));
  assert.equal(hex(second), '986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d');
});

test('opens what it sealed; any changed byte, other key or other data is refused', () => {
  const key = new Uint8Array(32).fill(9);
  const aad = utf8('bound');
  const sealed = xaesSeal(key, nonce, plaintext, aad);
  assert.deepEqual(xaesOpen(key, nonce, sealed, aad), plaintext);
  assert.equal(xaesOpen(new Uint8Array(32), nonce, sealed, aad), undefined);
  assert.equal(xaesOpen(key, nonce, sealed, utf8('other')), undefined);
  assert.equal(xaesOpen(key, nonce, sealed.subarray(0, 8), aad), undefined);
  for (let at = 0; at < sealed.length; at++) {
    const changed = sealed.slice();
    changed[at] = (changed[at] as number) ^ 1;
    assert.equal(xaesOpen(key, nonce, changed, aad), undefined);
  }
});
