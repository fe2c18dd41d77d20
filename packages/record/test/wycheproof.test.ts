import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { test } from 'node:test';
import { formatVerifierKey, SIGNATURE_TYPE } from '@portcullis/record';
import { createVerifier } from '@portcullis/record/signing';
import { needsOracle, readGzipJson } from './oracles.ts';

// C2SP/wycheproof testvectors_v1.

type Vector = {
  tcId: number;
  msg: string;
  sig: string;
  result: 'valid' | 'invalid';
  ctx?: string;
  comment: string;
};
type Group = { publicKey: string | { pk: string }; tests: Vector[] };

function unhex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'hex'));
}

function groups(file: string): Group[] {
  return (readGzipJson(file) as { testGroups: Group[] }).testGroups;
}

test('Ed25519: 151 published signatures through createVerifier', needsOracle('wycheproof'), () => {
  let count = 0;
  for (const { publicKey, tests } of groups('wycheproof/ed25519_test.json.gz')) {
    const key = unhex((publicKey as { pk: string }).pk);
    const verifier = createVerifier(formatVerifierKey('wycheproof', SIGNATURE_TYPE.ed25519, key));
    for (const { tcId, msg, sig, result, comment } of tests) {
      assert.equal(verifier.verify(unhex(msg), unhex(sig)), result === 'valid', `${tcId} ${comment}`);
      count += 1;
    }
  }
  assert.equal(count, 151);
});

test(
  'ML-DSA-44: 180 published signatures through node:crypto as signing.ts uses it',
  needsOracle('wycheproof'),
  () => {
    let count = 0;
    for (const { publicKey, tests } of groups('wycheproof/mldsa_44_verify_test.json.gz')) {
      for (const { tcId, msg, sig, result, ctx, comment } of tests) {
        const verdict = verifyMlDsa44(unhex(publicKey as string), unhex(msg), unhex(sig), unhex(ctx ?? ''));
        assert.equal(verdict, result === 'valid', `${tcId} ${comment}`);
        count += 1;
      }
    }
    assert.equal(count, 180);
  },
);

test('a key of a wrong length is no verifier', () => {
  for (const [type, length] of [
    [SIGNATURE_TYPE.ed25519, 31],
    [SIGNATURE_TYPE.ed25519Cosignature, 33],
    [SIGNATURE_TYPE.mlDsa44Cosignature, 1311],
  ] as const) {
    assert.throws(() => createVerifier(formatVerifierKey('n', type, new Uint8Array(length))), {
      code: 'bad-key',
    });
  }
});

/** Import by JWK as signing.ts does. Contexts are not used by Portcullis; Node takes one of at most 255 bytes. */
function verifyMlDsa44(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
  context: Uint8Array,
): boolean {
  const pub = Buffer.from(publicKey).toString('base64url');
  try {
    const key = createPublicKey({ key: { kty: 'AKP', alg: 'ML-DSA-44', pub }, format: 'jwk' });
    return verify(null, message, { key, context }, signature);
  } catch {
    return false;
  }
}
