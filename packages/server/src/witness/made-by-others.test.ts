import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  leafHash,
  openNote,
  parseCheckpoint,
  RECEIPT_FORMAT,
  utf8,
  verifyTlogProof,
} from '@portcullis/record';
import { createVerifier } from '@portcullis/record/signing';
import { readTrust, verifyReceipt } from '@portcullis/verify';
import { writeTlogPolicy } from '../evidence/tlog-policy.ts';

// Cosignatures and proofs that torchwood and transparency-dev/formats made: vectors/c2sp/README.md says how.

type Kept = {
  notes: { by: string; note: string; vkeys: string[] }[];
  proofs: { by: string; leaf: string; proof: string; vkeys: string[] }[];
  collected: {
    by: string;
    note: string;
    vkeys: [string, string, string, string, string];
    receipt: { leaf: string; proof: string };
  };
};
const file = join(import.meta.dirname, '../../../../vectors/c2sp/made-by-others.json');
const kept = JSON.parse(readFileSync(file, 'utf8')) as Kept;

for (const { by, note, vkeys } of kept.notes) {
  test(`a checkpoint that was cosigned by ${by}`, () => {
    const opened = openNote(note, vkeys.map(createVerifier));
    assert.equal(opened.verified.length, vkeys.length);
    assert.equal(parseCheckpoint(opened.text).size, 13);
    for (const vkey of vkeys)
      assert.throws(() => openNote(note.replace('\n13\n', '\n14\n'), [createVerifier(vkey)]), {
        code: 'bad-signature',
      });
  });
}

for (const { by, leaf, proof, vkeys } of kept.proofs) {
  test(`a proof by ${by}`, () => {
    const verifiers = vkeys.map(createVerifier);
    const verified = verifyTlogProof(proof, leafHash(utf8(leaf)), verifiers);
    assert.equal(`leaf ${verified.index}`, leaf);
    assert.equal(verified.verified.length, vkeys.length);
    assert.throws(() => verifyTlogProof(proof, leafHash(utf8('leaf 3')), verifiers), { code: 'bad-proof' });
  });
}

test(`what a running server got from ${kept.collected.by}`, () => {
  const { note, vkeys, receipt } = kept.collected;
  const opened = openNote(note, vkeys.map(createVerifier));
  assert.equal(opened.verified.length, 5);
  const { size } = parseCheckpoint(opened.text);
  for (const vkey of vkeys)
    assert.throws(() => openNote(note.replace(`\n${size}\n`, `\n${size + 1}\n`), [createVerifier(vkey)]), {
      code: 'bad-signature',
    });
  const [ed25519, mlDsa44, lite, theirs04, theirs06] = vkeys;
  const witnesses = [
    { name: 'lite', url: 'https://lite.example', vkeys: [lite] },
    { name: 'theirs', url: 'https://theirs.example', vkeys: [theirs04, theirs06] },
  ];
  const policy = writeTlogPolicy([ed25519, mlDsa44], { witnesses, witnessing: { quorum: 'all' } });
  const judge = (text: string) =>
    verifyReceipt(
      Buffer.from(JSON.stringify({ format: RECEIPT_FORMAT, ...receipt })),
      readTrust(Buffer.from(text)),
    );
  const judged = judge(policy);
  assert.equal(judged.verdict, 'verified', JSON.stringify(judged.checks));
  assert.match(judged.sentence, /2 of 2 trusted witnesses/);
  const stranger = kept.notes[0]?.vkeys[1] as string;
  assert.equal(judge(policy.replace(lite, stranger)).verdict, 'verified, unwitnessed');
});
