import assert from 'node:assert/strict';
import {
  base64,
  encodeEntry,
  fromUtf8,
  formatTlogProof,
  inclusionProof,
  leafHash,
  nodeHash,
  type NodeReader,
  parseTlogProof,
  RECEIPT_FORMAT,
  RecordError,
  rootAt,
  formatCheckpoint,
  utf8,
  verifyTlogProof,
} from '@portcullis/record';
import { verifyReceipt } from '../../../packages/verify/src/verify-receipt.ts';
import { numberedEntry } from '../../../packages/server/src/ledger/test-ledger.ts';
import { LOG_TRUST, LOG_VERIFIERS, ORIGIN, signBytes } from '../oracles/fixed-log.ts';
import { type Outcome, outcomeOf, sameVerdict } from '../oracles/outcome.ts';
import { choosing, vectors } from '../oracles/seeds.ts';
import type { FuzzTarget } from '../target.ts';

const SIZE = 21;
const LEAVES = Array.from({ length: SIZE }, (_, index) => encodeEntry(numberedEntry(index)));
const node: NodeReader = (level, index) =>
  level === 0
    ? leafHash(LEAVES[index] as Uint8Array)
    : nodeHash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1));
const noteOf = (size: number): string =>
  fromUtf8(signBytes(utf8(formatCheckpoint({ origin: ORIGIN, size, root: rootAt(size, node) })), true));
const NOTES = [1, 2, 7, 16, SIZE].map((size) => ({ size, note: noteOf(size) }));

function judge(proof: string, leaf: Uint8Array): Outcome<number> {
  const receipt = { format: RECEIPT_FORMAT, leaf: base64(leaf), proof, salts: {} };
  const { checks } = verifyReceipt(utf8(JSON.stringify(receipt)), LOG_TRUST);
  const unjudged = checks.find(({ sentence }) => sentence.startsWith('It could not be judged'));
  assert.equal(unjudged, undefined, 'the verifier met an error that is not its own');
  const failed = checks.find(({ result }) => result === 'FAIL');
  if (failed !== undefined) return { refused: failed.sentence };
  const index = /at index (\d+)\.$/.exec(
    checks.find(({ name }) => name === 'inclusion')?.sentence ?? '',
  )?.[1];
  return { value: Number(index) };
}

/** The first byte chooses the leaf; a proof that ends in its empty line gets one of our signed checkpoints. */
function fuzz(input: Buffer): void {
  const choice = input[0] ?? 0;
  const leaf = LEAVES[choice % SIZE] as Uint8Array;
  const given = input.toString('utf8', 1);
  const note = NOTES[choice % NOTES.length]?.note ?? '';
  const proof = given.endsWith('\n\n') ? given + note : given;
  const ours = outcomeOf(RecordError, () => verifyTlogProof(proof, leafHash(leaf), LOG_VERIFIERS));
  const both = sameVerdict(ours, judge(proof, leaf), 'record and verify');
  if (both === undefined) return;
  const [{ index, checkpoint }, theirIndex] = both;
  assert.equal(theirIndex, index);
  assert.equal(index, LEAVES.indexOf(leaf), 'a proof holds for another index than the leaf’s');
  const genuine = inclusionProof(index, checkpoint.size, node);
  assert.deepEqual(
    parseTlogProof(proof).hashes.map(base64),
    genuine.map(base64),
    'a second proof of one leaf',
  );
}

export const target: FuzzTarget = {
  name: 'tlog-proof',
  holds:
    'The library that writes and the verifier accept the same proofs, and a leaf has one proof in a tree.',
  seeds: () => [
    ...choosing(3, vectors('record/v1/entry.tlog-proof')),
    ...LEAVES.map((_, index) => {
      const { size, note } = NOTES[index % NOTES.length] as (typeof NOTES)[number];
      const hashes = index < size ? inclusionProof(index, size, node) : [];
      const text = formatTlogProof({ index, hashes, checkpoint: index % 2 === 0 ? note : '' });
      return Buffer.concat([Uint8Array.of(index), Buffer.from(text)]);
    }),
    Buffer.from(`\u0000c2sp.org/tlog-proof@v1\nextra AAAA\nindex 0\n\n`),
  ],
  words: ['c2sp.org/tlog-proof@v1\n', 'index ', 'extra ', '\n\n', '— '],
  fuzz,
};
