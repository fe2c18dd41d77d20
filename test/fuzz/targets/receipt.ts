import assert from 'node:assert/strict';
import { createVerifier } from '@portcullis/record/signing';
import { RecordError, verifyReceipt as verifyOurs } from '@portcullis/record';
import { trustOf } from '../../../packages/verify/test/trusts.ts';
import { verifyReceipt } from '../../../packages/verify/src/verify-receipt.ts';
import { outcomeOf } from '../oracles/outcome.ts';
import { readFirstWins } from '../oracles/read-members.ts';
import { vectors } from '../oracles/seeds.ts';
import type { FuzzTarget } from '../target.ts';

const VKEY = /^log (\S+)$/m.exec(vectors('record/v1/trust.policy')[0]?.toString() ?? '')?.[1] ?? '';
const VERIFIERS = [createVerifier(VKEY)];
// The Ed25519 key alone: the verifier's ML-DSA takes milliseconds.
const TRUST = trustOf(`log ${VKEY}\nquorum none\n`);

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return JSON.stringify(readFirstWins(text)) === JSON.stringify(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function fuzz(input: Buffer): void {
  const { checks } = verifyReceipt(input, TRUST);
  for (const { name, sentence } of checks)
    assert.ok(!sentence.startsWith('It could not be judged'), `${name} met an error that is not its own`);
  const value = parse(input.toString('utf8'));
  if (value === undefined) return;
  const ours = outcomeOf(RecordError, () => verifyOurs(value, VERIFIERS));
  // The verifier takes entries of later versions, too; what this version's library takes, it must take.
  if ('value' in ours && Buffer.from(input.toString('utf8')).equals(input))
    assert.equal(checks.find(({ result }) => result === 'FAIL')?.sentence, undefined);
}

export const target: FuzzTarget = {
  name: 'receipt',
  holds: 'The verifier judges any bytes as a receipt, and accepts what the library that writes accepts.',
  seeds: () => vectors('record/v1/receipt.json'),
  words: ['"format":"portcullis/receipt/v1"', '"salts":', '"leaf":', '"proof":', '\\n', '\\u000a'],
  fuzz,
};
