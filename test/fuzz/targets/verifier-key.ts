import assert from 'node:assert/strict';
import {
  base64,
  concat,
  keyId,
  parseVerifierKey,
  RecordError,
  sha256,
  type SignatureType,
  utf8,
} from '@portcullis/record';
import { createVerifier } from '@portcullis/record/signing';
import { readPublicKey } from '../../../packages/verify/src/public-key.ts';
import { VerifyError } from '../../../packages/verify/src/verify-error.ts';
import { LOG_VKEY, WITNESS_VKEY } from '../oracles/fixed-log.ts';
import { outcomeOf, sameVerdict } from '../oracles/outcome.ts';
import { choosing, texts, vectors } from '../oracles/seeds.ts';
import type { FuzzTarget } from '../target.ts';

/** With choice 1, the input is `name \n type key` and the key ID is made to fit, so that what is judged after it is reached. */
function vkeyOf(input: Buffer): string {
  const bytes = input.subarray(1);
  // The library forgives white space around a key, as it comes from files; the verifier splits lines into words before.
  if ((input[0] ?? 0) % 2 === 0) return bytes.toString('utf8').trim();
  const at = Math.max(0, bytes.indexOf(0x0a));
  const name = bytes.toString('utf8', 0, at);
  const key = bytes.subarray(at + 1);
  const id = Buffer.from(sha256(concat(utf8(`${name}\n`), key))).toString('hex', 0, 4);
  return `${name}+${id}+${base64(key)}`;
}

function fuzz(input: Buffer): void {
  const vkey = vkeyOf(input);
  const ours = outcomeOf(RecordError, () => createVerifier(vkey));
  const theirs = outcomeOf(VerifyError, () => readPublicKey(vkey));
  const both = sameVerdict(ours, theirs, 'record and verify');
  if (both === undefined) return;
  const { name, type, publicKey, id } = parseVerifierKey(vkey);
  assert.deepEqual([both[1].name, both[1].type], [name, type]);
  assert.deepEqual(keyId(name, type as SignatureType, publicKey), id);
  assert.equal(both[1].idHex, Buffer.from(id).toString('hex'));
}

export const target: FuzzTarget = {
  name: 'verifier-key',
  holds: 'The library that writes and the verifier accept the same verifier keys, and read the same in them.',
  seeds: () => [
    ...choosing(0, [...texts(LOG_VKEY, WITNESS_VKEY), ...vectors('c2sp/mldsa-checkpoint.vkey')]),
    ...choosing(1, [Buffer.concat([Buffer.from('log.example/a\n\u0001'), Buffer.alloc(32, 7)])]),
    ...choosing(1, [Buffer.concat([Buffer.from('log.example/a\n\u0006'), Buffer.alloc(1312, 7)])]),
  ],
  words: ['+', '\n', '=', '\u00a0'],
  fuzz,
};
