import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { test } from 'node:test';
import { parseVerifierKey, utf8 } from '@portcullis/record';
import { createMemoryFileSystem } from '../seams/file-system-memory.ts';
import { openLedgerKeys } from './keys.ts';

const options = { dir: '/data/keys', origin: 'ledger.example/test' };

test('keys are made once, private, and the same afterwards', () => {
  const fs = createMemoryFileSystem();
  assert.throws(() => openLedgerKeys({ ...options, fs, create: false }), { code: 'bad-config' });
  const made = openLedgerKeys({ ...options, fs, create: true });
  assert.deepEqual(openLedgerKeys({ ...options, fs, create: false }).vkeys, made.vkeys);
  assert.deepEqual(
    fs.readdir('/data/keys').map((name) => fs.stat(`/data/keys/${name}`)?.mode),
    [0o600, 0o600],
  );
});

test('a key that others may read, or of the wrong kind, is refused', () => {
  const fs = createMemoryFileSystem();
  openLedgerKeys({ ...options, fs, create: true });
  fs.rename('/data/keys/ledger-ed25519.pem', '/data/keys/x');
  fs.rename('/data/keys/ledger-ml-dsa-44.pem', '/data/keys/ledger-ed25519.pem');
  fs.rename('/data/keys/x', '/data/keys/ledger-ml-dsa-44.pem');
  assert.throws(() => openLedgerKeys({ ...options, fs, create: false }), /is ml-dsa-44, not ed25519/);
  fs.unlink('/data/keys/ledger-ed25519.pem');
  fs.close(fs.open('/data/keys/ledger-ed25519.pem', 'w', 0o640));
  assert.throws(() => openLedgerKeys({ ...options, fs, create: false }), /chmod 600/);
});

test('a DSSE encoding is signed by both keys, and nothing that could be a checkpoint', () => {
  const keys = openLedgerKeys({ ...options, fs: createMemoryFileSystem(), create: true });
  const pae = utf8('DSSEv1 1 a 1 b');
  const signatures = keys.signPae(pae);
  assert.deepEqual(
    signatures.map((each) => each.keyid),
    keys.vkeys.map((vkey) => vkey.split('+').slice(0, 2).join('+')),
  );
  for (const [i, { sig }] of signatures.entries()) {
    const pub = Buffer.from(parseVerifierKey(keys.vkeys[i] as string).publicKey).toString('base64url');
    const jwk = i === 0 ? { kty: 'OKP', crv: 'Ed25519', x: pub } : { kty: 'AKP', alg: 'ML-DSA-44', pub };
    assert.ok(verify(null, pae, createPublicKey({ key: jwk, format: 'jwk' }), sig));
  }
  assert.throws(() => keys.signPae(utf8('ledger.example/test\n1\n')), { code: 'bad-request' });
});
