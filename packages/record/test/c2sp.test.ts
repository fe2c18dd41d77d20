import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  base64,
  cosignatureMessage,
  formatCheckpoint,
  fromBase64,
  fromUtf8,
  hex,
  openNote,
  parseCheckpoint,
  parseNote,
  parseTlogProof,
  parseVerifierKey,
  subtreeMessage,
  utf8,
} from '@portcullis/record';
import { createEd25519Signer, createVerifier, readSigningKey } from '@portcullis/record/signing';
import { ed25519Pem } from './fixed-keys.ts';

// Examples that the specifications and other programs publish: signed-note, tlog-cosignature, tlog-proof at c2sp.org, golang.org/x/mod/sumdb/note.

const SUMDB = {
  vkey: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  seed: 'AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz',
  text: "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n",
  line: '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n',
};

test('the Go checksum database note opens, and its key signs to the same bytes', () => {
  const note = `${SUMDB.text}\n${SUMDB.line}`;
  assert.equal(openNote(note, [createVerifier(SUMDB.vkey)]).text, SUMDB.text);
  const signer = createEd25519Signer(
    'PeterNeumann',
    readSigningKey(ed25519Pem(fromBase64(SUMDB.seed).slice(1))),
  );
  assert.equal(signer.vkey, SUMDB.vkey);
  assert.equal(
    base64(signer.sign(utf8(SUMDB.text))),
    base64(fromBase64(SUMDB.line.split(' ')[2]!.trim()).slice(4)),
  );
  assert.throws(() => openNote(note.replace('answer', 'question'), [createVerifier(SUMDB.vkey)]), {
    code: 'bad-signature',
  });
});

test('the note of the signed-note page: its text holds a blank line', () => {
  const text = 'Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n';
  const line =
    '— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n';
  const note = parseNote(`${text}\n${line}`);
  assert.equal(note.text, text);
  assert.equal(note.signatures[0]?.name, 'quasimodo.example/salvatore');
  assert.equal(hex(note.signatures[0]!.id), '367ba04b');
  assert.equal(note.signatures[0]?.signature.length, 64);
});

test('the checkpoint of the tlog-cosignature page: time and message', () => {
  const text = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
  const note = parseNote(
    `${text}\n— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n` +
      '— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n',
  );
  const checkpoint = parseCheckpoint(note.text);
  assert.equal(checkpoint.size, 20852163);
  assert.equal(formatCheckpoint(checkpoint), text);
  const witness = note.signatures[1]!;
  assert.equal(hex(witness.id), '8d66cf3f');
  assert.equal(witness.signature.length, 72);
  const time = new DataView(witness.signature.buffer, witness.signature.byteOffset).getBigUint64(0);
  assert.equal(fromUtf8(cosignatureMessage(time, utf8(text))), `cosignature/v1\ntime 1679315147\n${text}`);
});

test('an ML-DSA-44 checkpoint by another program verifies', () => {
  const folder = join(import.meta.dirname, '../../../vectors/c2sp');
  const vkey = readFileSync(join(folder, 'mldsa-checkpoint.vkey'), 'utf8').trim();
  const note = readFileSync(join(folder, 'mldsa-checkpoint.txt'), 'utf8');
  assert.equal(hex(parseVerifierKey(vkey).id), 'b5df45c5');
  assert.equal(openNote(note, [createVerifier(vkey)]).verified.length, 1);
  assert.throws(() => openNote(note.replace('\n1\n', '\n2\n'), [createVerifier(vkey)]), {
    code: 'bad-signature',
  });
});

test('subtree/v1 laid out byte for byte', () => {
  const root = new Uint8Array(32).fill(7);
  const bytes = subtreeMessage('w', 1, { origin: 'log', size: 2, root });
  assert.equal(
    hex(bytes),
    `${hex(utf8('subtree/v1\n'))}00` +
      '0177' +
      '0000000000000001' +
      '036c6f67' +
      '0000000000000000' +
      '0000000000000002' +
      '07'.repeat(32),
  );
});

test('the proof of the tlog-proof page, with an extra line', () => {
  const hashes = [
    'gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=',
    'B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=',
  ];
  const checkpoint =
    'example.com/fancylog\n109482\nsFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=\n\n— example.com/fancylog AAAAAAAA\n';
  const text = `c2sp.org/tlog-proof@v1\nextra YWdl\nindex 73894\n${hashes.join('\n')}\n\n${checkpoint}`;
  const proof = parseTlogProof(text);
  assert.equal(proof.index, 73894);
  assert.deepEqual(proof.hashes.map(base64), hashes);
  assert.equal(proof.checkpoint, checkpoint);
});
