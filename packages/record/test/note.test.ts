import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  base64,
  concat,
  formatCheckpoint,
  openNote,
  parseCheckpoint,
  parseNote,
  parseTlogProof,
  parseVerifierKey,
  signatureLine,
  signNote,
  utf8,
} from '@portcullis/record';
import {
  createEd25519Cosigner,
  createEd25519Signer,
  createMlDsa44Signer,
  createVerifier,
  generateSigningKey,
  readSigningKey,
  writeSigningKey,
} from '@portcullis/record/signing';
import fc from 'fast-check';
import { ed25519Pem, mlDsa44Pem } from './fixed-keys.ts';

const now = () => 1_800_000_000.9;
const origin = 'log.example/test';
const checkpoint = formatCheckpoint({ origin, size: 3, root: new Uint8Array(32).fill(5) });
const ed = createEd25519Signer(origin, readSigningKey(ed25519Pem(new Uint8Array(32).fill(1))));
const ml = createMlDsa44Signer(origin, readSigningKey(mlDsa44Pem(new Uint8Array(32).fill(2))), now);
const witness = createEd25519Cosigner(
  'witness.example/w',
  readSigningKey(ed25519Pem(new Uint8Array(32).fill(3))),
  now,
);
const known = [ed, ml, witness].map((signer) => createVerifier(signer.vkey));
const note = signNote(checkpoint, [ed, ml, witness]);

test('a note signed three ways opens with three keys, or any one of them', () => {
  assert.deepEqual(openNote(note, known).verified, known);
  for (const one of known) assert.deepEqual(openNote(utf8(note), [one]).verified, [one]);
});

test('the text is split off at the last blank line', () => {
  const text = 'one\n\ntwo\n';
  const signed = signNote(text, [ed]);
  assert.equal(openNote(signed, known).text, text);
});

test('unknown keys are ignored: same name with other ID, same ID with other name', () => {
  const line = (name: string, id: Uint8Array) => signatureLine({ name, id }, new Uint8Array(64));
  const other =
    signNote(checkpoint, [ed]) + line(origin, Uint8Array.of(1, 2, 3, 4)) + line('other.example', ed.id);
  assert.equal(openNote(other, known).verified.length, 1);
  assert.throws(() => openNote(`${checkpoint}\n${line('other.example', ed.id)}`, known), {
    code: 'unsigned',
  });
  assert.throws(() => openNote(note, []), { code: 'unsigned' });
});

test("a known key's bad signature rejects the note, whatever else signed", () => {
  for (const signer of [ed, ml, witness]) {
    const good = signer.sign(utf8(checkpoint));
    const flipped = good.slice();
    flipped[flipped.length - 1] = (flipped[flipped.length - 1] as number) ^ 1;
    for (const bad of [
      flipped,
      good.slice(1),
      concat(good, Uint8Array.of(0)),
      new Uint8Array(8),
      new Uint8Array(1),
    ]) {
      assert.throws(() => openNote(note + signatureLine(signer, bad), known), { code: 'bad-signature' });
    }
  }
});

test('a signature line that stands twice counts once', () => {
  const twice = note + signatureLine(ed, ed.sign(utf8(checkpoint)));
  assert.equal(openNote(twice, known).verified.length, 3);
});

test('the signed time is bound', () => {
  for (const signer of [ml, witness]) {
    const signature = signer.sign(utf8(checkpoint));
    assert.equal(new DataView(signature.buffer, signature.byteOffset).getBigUint64(0), 1_800_000_000n);
    signature[7] = (signature[7] as number) ^ 1;
    assert.throws(() => openNote(`${checkpoint}\n${signatureLine(signer, signature)}`, known), {
      code: 'bad-signature',
    });
  }
});

test('malformed notes are refused by name', () => {
  const line = signatureLine(ed, ed.sign(utf8(checkpoint)));
  const malformed = [
    '',
    'text\n',
    checkpoint,
    `${checkpoint}\n`,
    `${checkpoint}\n${line.trimEnd()}`,
    `${checkpoint}\n${line}\n`,
    `${checkpoint}\n${line.replace('—', '-')}`,
    `${checkpoint}\n${line.replace('— ', '—')}`,
    `${checkpoint}\n${line.replace(origin, 'a b')}`,
    `${checkpoint}\n${line.replace(origin, 'a+b')}`,
    `${checkpoint}\n${line.replace(origin, '')}`,
    `${checkpoint}\n— ${origin} AAAA\n`,
    `${checkpoint}\n${line.replace('\n', ' \n')}`,
    `${checkpoint.replace('log', 'l\tog')}\n${line}`,
    `${checkpoint.replace('log', 'l\rog')}\n${line}`,
    `${checkpoint.replace('log', 'l\0og')}\n${line}`,
    `${checkpoint}\n${line}hello\n`,
    `${checkpoint}\n${line.repeat(101)}`,
    'x'.repeat((1 << 20) + 1),
  ];
  for (const bad of malformed)
    assert.throws(() => parseNote(bad), { code: 'bad-note' }, JSON.stringify(bad.slice(0, 120)));
  assert.throws(() => parseNote(`${checkpoint}\n— ${origin} A?==\n`), { code: 'bad-encoding' });
  assert.throws(
    () => parseNote(`${checkpoint}\n— ${origin} AAAAAAAAAB==\n`),
    { code: 'bad-encoding' },
    'padding bits',
  );
  assert.throws(() => openNote(Uint8Array.of(0xff, 0x0a, 0x0a), known), { code: 'bad-encoding' });
  assert.throws(() => signNote('no newline', [ed]), { code: 'bad-note' });
});

test('parsers throw only RecordError, whatever they are given', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      for (const parse of [parseNote, parseCheckpoint, parseVerifierKey, parseTlogProof]) {
        try {
          parse(text);
        } catch (error) {
          assert.equal((error as Error).name, 'RecordError');
        }
      }
    }),
    { numRuns: 500 },
  );
});

test('malformed checkpoints are refused', () => {
  const root = base64(new Uint8Array(32));
  for (const bad of [
    '',
    `${origin}\n3\n${root}`,
    `${origin}\n03\n${root}\n`,
    `${origin}\n-1\n${root}\n`,
    `${origin}\n+1\n${root}\n`,
    `${origin}\n3.0\n${root}\n`,
    `${origin}\n9007199254740992\n${root}\n`,
    `\n3\n${root}\n`,
    `${origin}\n3\n${root}\nextension\n`,
    `${origin}\n3\n${root.slice(0, -4)}\n`,
  ])
    assert.throws(() => parseCheckpoint(bad), { code: 'bad-checkpoint' }, JSON.stringify(bad));
  assert.equal(parseCheckpoint(`${origin}\n9007199254740991\n${root}\n`).size, Number.MAX_SAFE_INTEGER);
});

test('malformed verifier keys are refused', () => {
  for (const bad of [
    '',
    'a',
    'a+b+c',
    ed.vkey.replace(/\+[0-9a-f]{8}\+/, '+00000000+'),
    ed.vkey.replace(origin, 'other'),
  ])
    assert.throws(() => parseVerifierKey(bad), { code: 'bad-key' }, bad);
  assert.throws(() => parseVerifierKey(`a+00000000+${base64(Uint8Array.of(2, 1, 2))}`), { code: 'bad-key' });
});

test('keys are written and read; other kinds are refused', () => {
  for (const algorithm of ['ed25519', 'ml-dsa-44'] as const) {
    const key = generateSigningKey(algorithm);
    const again = readSigningKey(writeSigningKey(key));
    assert.equal(again.algorithm, algorithm);
    assert.deepEqual(again.publicKey, key.publicKey);
    assert.equal(key.publicKey.length, algorithm === 'ed25519' ? 32 : 1312);
  }
  assert.throws(() => readSigningKey('-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'), {
    code: 'bad-key',
  });
});

test('malformed proofs are refused', () => {
  const header = 'c2sp.org/tlog-proof@v1\n';
  const hash = `${base64(new Uint8Array(32))}\n`;
  for (const bad of [
    '',
    `${header}index 0\n`,
    `c2sp.org/tlog-proof@v2\nindex 0\n\n${note}`,
    `${header}index 00\n\n${note}`,
    `${header}index -1\n\n${note}`,
    `${header}extra A\nextra B\nindex 0\n\n${note}`,
    `${header}\n${note}`,
    `${header}index 0\n${hash.repeat(65)}\n${note}`,
    `${header}index 0\n${base64(new Uint8Array(31))}\n\n${note}`,
  ])
    assert.throws(() => parseTlogProof(bad), { code: 'bad-proof' }, JSON.stringify(bad.slice(0, 60)));
});
