import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  commit,
  createEntry,
  decodeEntry,
  deriveSalt,
  type Entry,
  type EntryType,
  ENTRY_TYPES,
  ENTRY_VERSION,
  encodeEntry,
  equalBytes,
  fromBase64,
  fromUtf8,
  hex,
  leafHash,
  opensCommitment,
  openNote,
  sha256,
  verifyReceipt,
  verifyTlogProof,
} from '@portcullis/record';
import { createVerifier } from '@portcullis/record/signing';
import { GOLDEN_ENTRIES, GOLDEN_TIME_MS } from './golden-entries.ts';
import { edKey, makeGoldenRecords, mlKey, nextVkeys, vkeys } from './golden-records.ts';

const VECTORS = join(import.meta.dirname, '../../../vectors');
const entries = readdirSync(join(VECTORS, 'entries')).filter((name) => name.endsWith('.json'));
const bytesOf = (path: string) => new Uint8Array(readFileSync(join(VECTORS, path)));
const textOf = (path: string) => fromUtf8(bytesOf(path));
const verifiers = vkeys().map(createVerifier);

test('every type of entry has a golden file (write-golden.ts adds one) and every golden file a type', () => {
  for (const type of ENTRY_TYPES) assert.ok(entries.includes(`${type}.v${ENTRY_VERSION}.json`), type);
  for (const name of entries)
    assert.ok((ENTRY_TYPES as string[]).includes(name.replace(/\.v\d+\.json$/, '')), name);
});

for (const name of entries) {
  test(`golden entry ${name} reads and writes to the same bytes`, () => {
    const bytes = bytesOf(`entries/${name}`);
    const entry = decodeEntry(bytes);
    assert.equal(`${entry.type}.v${entry.version}.json`, name);
    assert.deepEqual(encodeEntry(entry), bytes);
  });
}

test('the entries of today are spelled as in their golden files', () => {
  for (const type of ENTRY_TYPES) {
    const entry = createEntry<EntryType>(type, GOLDEN_TIME_MS, GOLDEN_ENTRIES[type]) as Entry;
    assert.equal(fromUtf8(encodeEntry(entry)), textOf(`entries/${type}.v1.json`));
  }
});

test('golden checkpoint: opens with both keys; Ed25519 would sign the same bytes today', async () => {
  const note = textOf('record/v1/checkpoint.txt');
  assert.equal(openNote(note, verifiers).verified.length, 2);
  const today = (await makeGoldenRecords(sha256))['checkpoint.txt'] as string;
  const edLine = (text: string) => text.split('\n').slice(0, 5).join('\n');
  assert.equal(edLine(today), edLine(note));
  assert.equal(hex(edKey().publicKey.slice(0, 4)), 'd04ab232', 'the key of 32 bytes 0x11');
  assert.equal(mlKey().publicKey.length, 1312);
});

test('golden proof and receipt verify, and the receipt opens to the body', () => {
  const receipt = JSON.parse(textOf('record/v1/receipt.json'));
  const leaf = fromBase64(receipt.leaf);
  assert.equal(verifyTlogProof(textOf('record/v1/entry.tlog-proof'), leafHash(leaf), verifiers).index, 3);
  const judged = verifyReceipt(receipt, verifiers);
  assert.equal(judged.checkpoint.size, 5);
  const digest = sha256(bytesOf('record/v1/body.json'));
  assert.ok(opensCommitment(judged.entry, judged.receipt, 'request_sha256', digest));
  assert.ok(!opensCommitment(judged.entry, judged.receipt, 'request_sha256', sha256(digest)));
  assert.throws(() => opensCommitment(judged.entry, judged.receipt, 'other', digest), {
    code: 'bad-receipt',
  });
  for (const bad of [null, [], {}, { ...receipt, more: 1 }, { ...receipt, format: 'portcullis/receipt/v2' }])
    assert.throws(() => verifyReceipt(bad, verifiers), { code: 'bad-receipt' });
});

test('golden handover: a receipt that both pairs have signed', () => {
  const receipt = JSON.parse(textOf('record/v1/handovers.jsonl'));
  const four = [...vkeys(), ...nextVkeys()].map(createVerifier);
  const { entry, checkpoint } = verifyReceipt(receipt, four);
  assert.equal(entry.type, 'ledger.keys_rotated');
  assert.equal(checkpoint.size, 2);
  const { proof } = receipt as { proof: string };
  assert.equal(openNote(proof.slice(proof.indexOf('\n\n') + 2), four).verified.length, 4);
});

test('golden commitment', () => {
  const golden = JSON.parse(textOf('record/v1/commitment.json'));
  const unhex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));
  const salt = deriveSalt(unhex(golden.seed), 'request_sha256');
  assert.equal(hex(salt), golden.salt);
  assert.equal(hex(commit(golden.fieldType, salt, unhex(golden.value))), golden.commitment);
});

test('leaves that are not the one spelling of a known entry are refused', () => {
  const text = textOf('entries/standing.set.v1.json');
  const utf8 = (spelled: string) => new TextEncoder().encode(spelled);
  for (const bad of [
    `${text}\n`,
    ` ${text}`,
    text.replace('"standing":"hold"', '"standing":"hold","standing":"hold"'),
    text.replace('"standing":"hold"', '"standing":"h\\u006fld"'),
    text.replace('"version":1', '"version":2'),
    text.replace('"version":1', '"version":1.0'),
    text.replace('"standing":"hold"', '"standing":"gone"'),
    text.replace('"type":"standing.set"', '"type":"toString"'),
    text.replace('{', '{"__proto__":{},'),
    text.replace('acme', 'ACME'),
    '',
    'null',
    '[]',
  ])
    assert.throws(() => decodeEntry(utf8(bad)), { code: 'bad-entry' }, bad);
  assert.throws(() => decodeEntry(Uint8Array.of(0xc3, 0x28)), { code: 'bad-encoding' });
  assert.throws(() => decodeEntry(new Uint8Array(8193)), { code: 'entry-too-large' });
});

test('a commitment has one spelling', () => {
  const text = textOf('entries/appeal.v1.json');
  const other = text.replace(/BAQ=/, 'BAR=');
  assert.notEqual(other, text);
  assert.ok(
    equalBytes(new Uint8Array(Buffer.from('BAQ=', 'base64')), new Uint8Array(Buffer.from('BAR=', 'base64'))),
  );
  assert.throws(() => decodeEntry(new TextEncoder().encode(other)), { code: 'bad-entry' });
});
