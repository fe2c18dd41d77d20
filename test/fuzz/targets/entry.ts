import assert from 'node:assert/strict';
import canonicalize from 'canonicalize';
import { decodeEntry, encodeEntry, fromUtf8, RecordError } from '@portcullis/record';
import { readLeaf } from '../../../packages/verify/src/leaf.ts';
import { VerifyError } from '../../../packages/verify/src/verify-error.ts';
import { outcomeOf } from '../oracles/outcome.ts';
import { vectors } from '../oracles/seeds.ts';
import type { FuzzTarget } from '../target.ts';

function fuzz(input: Buffer): void {
  const ours = outcomeOf(RecordError, () => decodeEntry(input));
  const theirs = outcomeOf(VerifyError, () => readLeaf(input, 7));
  // The verifier takes types of later versions, too; what this version writes, it must take.
  if ('refused' in ours) return;
  if ('refused' in theirs) assert.fail(`verify refuses what record reads: ${theirs.refused}`);
  assert.deepEqual(Buffer.from(encodeEntry(ours.value)), input, 'an entry has two spellings');
  assert.equal(
    canonicalize(JSON.parse(fromUtf8(input))),
    fromUtf8(input),
    'another opinion on RFC 8785 differs',
  );
  assert.equal(theirs.value.type, ours.value.type);
  assert.equal(theirs.value.time, ours.value.time);
}

export const target: FuzzTarget = {
  name: 'entry',
  holds: 'An entry that is read has one spelling, the canonical one, and the verifier reads it too.',
  seeds: () => vectors('entries/*.json'),
  words: [
    '"type":',
    '"version":1',
    '"time":"2026-01-02T03:04:05.678Z"',
    '"commitments":{',
    'null',
    '\\u',
    '1e21',
    '-0',
  ],
  fuzz,
};
