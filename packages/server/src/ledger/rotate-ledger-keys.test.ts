import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  base64,
  canonicalText,
  createEntry,
  encodeEntry,
  formatCheckpoint,
  formatTlogProof,
  leafHash,
  type NoteSigner,
  parseTlogProof,
  RECEIPT_FORMAT,
  signNote,
  utf8,
} from '@portcullis/record';
import { createVerifier } from '@portcullis/record/signing';
import { compareEvidence, type Judgement, readTrust, verifyLedger, verifyReceipt } from '@portcullis/verify';
import { readFile } from '../seams/durable-files.ts';
import { createMemoryFileSystem } from '../seams/file-system-memory.ts';
import { judgeCheckpoint } from '../witness/witness-state.ts';
import { HANDOVERS_FILE, readHandovers } from './handovers.ts';
import { type LedgerKeys, makeNextKeys, openLedgerKeys } from './keys.ts';
import { createLedgerReader } from './ledger-reader.ts';
import { prepareEntry } from './ledger-writer.ts';
import { createTestLedger, numberedEntry, TEST_ORIGIN, type TestLedger } from './test-ledger.ts';

const WHY = { by: 'adam', reason: 'The year is over.' };
const trustOf = (vkeys: readonly string[]) =>
  readTrust(utf8(`${vkeys.map((vkey) => `log ${vkey}\n`).join('')}quorum none\n`));
const failures = ({ checks }: Judgement) =>
  checks.flatMap(({ name, result, sentence }) => (result === 'FAIL' ? [`${name}: ${sentence}`] : []));

/** The static files as somebody else has them, with changes. */
function files(ledger: TestLedger, changes: Readonly<Record<string, Uint8Array | undefined>> = {}) {
  return (path: string): Uint8Array | undefined =>
    path in changes ? changes[path] : readFile(ledger.disk, `${ledger.paths.ledger}/${path}`);
}

function receiptOf(ledger: TestLedger, index: number): Uint8Array {
  const reader = createLedgerReader(ledger.dataDir, ledger.disk);
  const leaf = base64(reader.entry(index) as Uint8Array);
  return utf8(JSON.stringify({ format: RECEIPT_FORMAT, leaf, proof: reader.tlogProof(index) }));
}

/** Three pairs of keys, a receipt and the ledger's files of the time of each. */
function rotatedTwice() {
  const ledger = createTestLedger();
  const pairs: LedgerKeys[] = [];
  const receipts: Uint8Array[] = [];
  const notes: string[] = [];
  for (let i = 0; i < 3; i++) {
    const writer = ledger.open();
    pairs.push(writer.keys);
    const index = writer.commit([prepareEntry(numberedEntry(i))]);
    notes.push(writer.archive().note);
    receipts.push(receiptOf(ledger, index));
    if (i < 2) writer.handOver(WHY);
    else writer.close();
  }
  const handovers = files(ledger)(HANDOVERS_FILE) as Uint8Array;
  const [first, second, third] = pairs as [LedgerKeys, LedgerKeys, LedgerKeys];
  return { ledger, first, second, third, receipts, notes, handovers };
}

test('who knows the first keys follows to those of today; each pair alone is enough for a ledger', () => {
  const { ledger, first, second, third } = rotatedTwice();
  for (const { vkeys } of [first, second, third])
    assert.deepEqual(failures(verifyLedger(files(ledger), trustOf(vkeys))), []);
  assert.match(
    failures(verifyLedger(files(ledger, { [HANDOVERS_FILE]: undefined }), trustOf(first.vkeys))).join(),
    /checkpoint: No trusted Ed25519 log key signed/,
    'new keys without a handover',
  );
  const other = openLedgerKeys({
    dir: '/k',
    fs: createMemoryFileSystem(),
    origin: TEST_ORIGIN,
    create: true,
  });
  assert.match(
    failures(verifyLedger(files(ledger), trustOf(other.vkeys))).join(),
    /handovers: handovers\.jsonl does not lead to or from a key of the trust file/,
  );
});

test('receipts: old ones with the old keys, new ones with the old keys and the handovers', () => {
  const { first, third, receipts, handovers } = rotatedTwice();
  const [before, between, after] = receipts as [Uint8Array, Uint8Array, Uint8Array];
  const old = trustOf(first.vkeys);
  assert.deepEqual(failures(verifyReceipt(before, old)), []);
  for (const receipt of [before, between, after])
    assert.deepEqual(failures(verifyReceipt(receipt, old, undefined, handovers)), []);
  assert.match(failures(verifyReceipt(after, old)).join(), /checkpoint: No trusted Ed25519/);
  const newest = trustOf(third.vkeys);
  assert.deepEqual(failures(verifyReceipt(after, newest)), []);
  assert.match(
    failures(verifyReceipt(before, newest, undefined, handovers)).join(),
    /checkpoint: .*ended at \d+ entries, before those of the trust file/,
    'nothing leads from the newest tree to an old receipt',
  );
});

test('an old key that is used again is refused: by the handovers, or by the entries alone', () => {
  const { ledger, first, handovers, receipts } = rotatedTwice();
  const reader = createLedgerReader(ledger.dataDir, ledger.disk);
  const { checkpoint } = reader.published() as NonNullable<ReturnType<typeof reader.published>>;
  const replayed = signNote(
    formatCheckpoint(checkpoint),
    first.signers(() => 0),
  );
  const old = trustOf(first.vkeys);
  assert.match(
    failures(verifyLedger(files(ledger, { checkpoint: utf8(replayed) }), old)).join(),
    /checkpoint: .*is signed by the keys [0-9a-f]{8} and [0-9a-f]{8}, which sign from 0 entries to 3\./,
  );
  const bare = files(ledger, { checkpoint: utf8(replayed), [HANDOVERS_FILE]: undefined });
  assert.match(
    failures(verifyLedger(bare, old)).join(),
    /keys: .*which entry 2 ended: an old key is used again/,
  );
  const { leaf, proof } = JSON.parse(Buffer.from(receipts[2] as Uint8Array).toString()) as Record<
    'leaf' | 'proof',
    string
  >;
  const { index, hashes } = parseTlogProof(proof);
  const forged = {
    format: RECEIPT_FORMAT,
    leaf,
    proof: formatTlogProof({ index, hashes, checkpoint: replayed }),
  };
  assert.match(
    failures(verifyReceipt(utf8(JSON.stringify(forged)), old, undefined, handovers)).join(),
    /checkpoint: .*sign from 0 entries to 3/,
  );
});

/** A handover of a tree of one entry, signed as is asked. */
function forge(from: LedgerKeys, to: LedgerKeys, signers: readonly NoteSigner[]): Uint8Array {
  const body = { retired: [...from.vkeys], vkeys: [...to.vkeys], ...WHY };
  const leaf = encodeEntry(createEntry('ledger.keys_rotated', 0, body));
  const checkpoint = signNote(
    formatCheckpoint({ origin: TEST_ORIGIN, size: 1, root: leafHash(leaf) }),
    signers,
  );
  const proof = formatTlogProof({ index: 0, hashes: [], checkpoint });
  return utf8(`${canonicalText({ format: RECEIPT_FORMAT, leaf: base64(leaf), proof })}\n`);
}

test('a handover that the old pair did not sign, or the new one, or only in part, is none', () => {
  const { ledger, first } = rotatedTwice();
  const thief = openLedgerKeys({
    dir: '/k',
    fs: createMemoryFileSystem(),
    origin: TEST_ORIGIN,
    create: true,
  });
  const signed = (keys: LedgerKeys): readonly NoteSigner[] => keys.signers(() => 0);
  const [ed25519, mlDsa44] = signed(first) as [NoteSigner, NoteSigner];
  // Their key IDs are those of the old pair, their signatures are not.
  const faked = signed(first).map((signer, i) => ({ ...(signed(thief)[i] as NoteSigner), id: signer.id }));
  const cases: readonly (readonly [string, readonly NoteSigner[], RegExp])[] = [
    ['new keys alone', signed(thief), /is not signed by the key [0-9a-f]{8}, which it ends/],
    ['one old key', [ed25519, ...signed(thief)], /which it ends/],
    ['the other old key', [mlDsa44, ...signed(thief)], /which it ends/],
    ['old keys alone', signed(first), /which it begins/],
    ['false signatures of the old pair', [...faked, ...signed(thief)], /does not verify/],
  ];
  for (const [name, signers, said] of cases) {
    const forged = forge(first, thief, signers);
    const judged = verifyLedger(files(ledger, { [HANDOVERS_FILE]: forged }), trustOf(first.vkeys));
    assert.match(failures(judged).join(), said, name);
    assert.equal(judged.verdict, 'failed', name);
    assert.throws(() => readHandovers(forged), { code: 'ledger-damaged' }, name);
  }
  const whole = forge(first, thief, [...signed(first), ...signed(thief)]);
  assert.match(
    failures(verifyLedger(files(ledger, { [HANDOVERS_FILE]: whole }), trustOf(first.vkeys))).join(),
    /No trusted|sign from/,
    'one that a thief of the old keys made leads to other keys than those that signed the ledger',
  );
});

test('a thief of the old keys who hands over to their own makes a second history, and comparing proves it', () => {
  const { ledger, first } = rotatedTwice();
  const thief = openLedgerKeys({
    dir: '/k',
    fs: createMemoryFileSystem(),
    origin: TEST_ORIGIN,
    create: true,
  });
  const both = [...first.signers(() => 0), ...thief.signers(() => 0)];
  const leaf = encodeEntry(
    createEntry('ledger.keys_rotated', 0, { retired: [...first.vkeys], vkeys: [...thief.vkeys], ...WHY }),
  );
  const fork = signNote(formatCheckpoint({ origin: TEST_ORIGIN, size: 1, root: leafHash(leaf) }), both);
  const judged = compareEvidence(
    { name: 'ours', kind: 'ledger', read: files(ledger) },
    { name: 'theirs', kind: 'checkpoint', bytes: utf8(fork) },
    trustOf(first.vkeys),
  );
  assert.equal(judged.verdict, 'split view');
});

test('a witness with the old keys cosigns the handover and nothing after; with the new ones, both', () => {
  const { first, second, notes, handovers } = rotatedTwice();
  const handover = parseTlogProof(
    (JSON.parse(Buffer.from(handovers).toString().split('\n')[0] as string) as { proof: string }).proof,
  );
  const ask = (keys: readonly string[], note: string) =>
    judgeCheckpoint(
      { oldSize: 0, proof: [], note },
      new Map([[TEST_ORIGIN, keys.map(createVerifier)]]),
      undefined,
    );
  const between = notes[1] as string;
  assert.equal(ask(first.vkeys, handover.checkpoint).accepted, true);
  assert.equal(ask(first.vkeys, between).accepted, false);
  for (const keys of [second.vkeys, [...first.vkeys, ...second.vkeys]]) {
    assert.equal(ask(keys, handover.checkpoint).accepted, true);
    assert.equal(ask(keys, between).accepted, true);
  }
});

test('fsck (and so a start that checks all) refuses handovers that are missing, in part, or out of order', async () => {
  const { ledger } = rotatedTwice();
  assert.equal((await ledger.fsck()).ok, true);
  const path = `${ledger.paths.ledger}/${HANDOVERS_FILE}`;
  const sound = readFile(ledger.disk, path) as Uint8Array;
  const lines = Buffer.from(sound).toString().split('\n');
  for (const [changed, said] of [
    [`${lines[0]}\n`, /leads to other keys/],
    [`${lines[1]}\n`, /signature|tell the changes/],
    [lines.join('\n').slice(0, -1), /can not be relied on/],
    [`${lines[1]}\n${lines[0]}\n`, /does not follow/],
  ] as const) {
    ledger.disk.unlink(path);
    const fd = ledger.disk.open(path, 'wx');
    ledger.disk.write(fd, utf8(changed), 0, utf8(changed).length, null);
    ledger.disk.close(fd);
    const report = await ledger.fsck();
    assert.equal(report.ok, false);
    assert.match(report.sentence, said);
  }
  // Also where no checkpoint is left that the old keys signed.
  ledger.disk.unlink(path);
  for (const name of ledger.disk.readdir(ledger.paths.archive))
    ledger.disk.unlink(`${ledger.paths.archive}/${name}`);
  assert.match((await ledger.fsck()).sentence, /does not tell the changes of keys that the entries tell/);
});

test('a lock that neither pair signed is refused, and no key is destroyed', () => {
  const ledger = createTestLedger();
  ledger.open().close();
  const keys = { dir: ledger.paths.keys, fs: ledger.disk, origin: TEST_ORIGIN };
  // As a rotation leaves them that was killed before the lock decided.
  makeNextKeys(keys);
  const files = () =>
    ledger.disk.readdir(keys.dir).map((name) => [name, readFile(ledger.disk, `${keys.dir}/${name}`)]);
  const before = files();
  const sound = ledger.locks.notes.get(TEST_ORIGIN) as string;
  ledger.locks.notes.set(TEST_ORIGIN, sound.replace(`${TEST_ORIGIN}\n1\n`, `${TEST_ORIGIN}\n2\n`));
  assert.throws(() => ledger.open(), { code: 'ledger-damaged' });
  assert.deepEqual(files(), before);
  ledger.locks.notes.set(TEST_ORIGIN, sound);
  ledger.open().close();
  assert.equal(files().length, 2, 'with the right lock, the rotation is taken back');
});

test('a ledger whose newest cosigned checkpoint is of before the change is compared by the newest keys, too', () => {
  const { ledger, third, notes, receipts } = rotatedTwice();
  const trust = trustOf(third.vkeys);
  const witnessed = files(ledger, { 'checkpoint.witnessed': utf8(notes[0] as string) });
  const ours = { name: 'ours', kind: 'ledger', read: witnessed } as const;
  assert.equal(compareEvidence(ours, { ...ours, name: 'again' }, trust).verdict, 'consistent');
  const old = { name: 'old', kind: 'receipt', bytes: receipts[0] as Uint8Array } as const;
  assert.equal(compareEvidence(ours, old, trust).verdict, 'failed', 'nothing vouches for an old receipt');
});
