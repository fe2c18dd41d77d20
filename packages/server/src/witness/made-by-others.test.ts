import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { leafHash, openNote, parseCheckpoint, utf8, verifyTlogProof } from '@portcullis/record';
import { createVerifier } from '@portcullis/record/signing';

// Cosignatures and proofs that torchwood and transparency-dev/formats made: vectors/c2sp/README.md says how.

type Kept = {
  notes: { by: string; note: string; vkeys: string[] }[];
  proofs: { by: string; leaf: string; proof: string; vkeys: string[] }[];
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
