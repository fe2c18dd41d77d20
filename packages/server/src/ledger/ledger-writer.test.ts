import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  decodeEntry,
  type Entry,
  encodeEntry,
  leafHash,
  verifyConsistency,
  verifyTlogProof,
} from '@portcullis/record';
import { createLedgerReader } from './ledger-reader.ts';
import { type LedgerWriter, prepareEntry } from './ledger-writer.ts';
import { createTestLedger, numberedEntry, TEST_ORIGIN, type TestLedger } from './test-ledger.ts';

const prepared = (number: number) => prepareEntry(numberedEntry(number));
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => prepared(from + i));
const lastEntry = (ledger: TestLedger, back = 1): Entry => {
  const reader = createLedgerReader(ledger.dataDir, ledger.disk);
  const size = reader.published()?.checkpoint.size ?? 0;
  return decodeEntry(reader.entry(size - back) as Uint8Array);
};
async function assertWhole(ledger: TestLedger): Promise<void> {
  const report = await ledger.fsck();
  assert.ok(report.ok, report.sentence);
}

test('a new ledger begins with ledger.opened, naming both keys; entries are proven against both', () => {
  const ledger = createTestLedger();
  const writer = ledger.open();
  assert.equal(writer.commit([prepared(1), prepared(2)]), 1);
  assert.equal(writer.publishedSize, 1, 'durable is not yet published');
  assert.equal(writer.publish(), 3);
  const reader = createLedgerReader(ledger.dataDir, ledger.disk);
  const opened = decodeEntry(reader.entry(0) as Uint8Array);
  assert.equal(opened.type, 'ledger.opened');
  assert.deepEqual('vkeys' in opened && opened.vkeys, writer.keys.vkeys);
  const leaf = leafHash(encodeEntry(numberedEntry(2)));
  const proven = verifyTlogProof(reader.tlogProof(2) as string, leaf, writer.keys.verifiers);
  assert.equal(proven.verified.length, 2);
  assert.equal(reader.tlogProof(3), undefined);
});

test('tiles fill, partials go, older trees stay provable, at every width around a full tile', async () => {
  const ledger = createTestLedger(0);
  const writer = ledger.open();
  const roots = new Map<number, Uint8Array>();
  const reader = createLedgerReader(ledger.dataDir, ledger.disk);
  for (const size of [2, 253, 254, 255, 256, 257, 511, 512, 700]) {
    writer.commit(range(writer.size, size));
    assert.equal(writer.publish(), size);
    roots.set(size, reader.published()?.checkpoint.root as Uint8Array);
  }
  for (const [size, root] of roots) {
    const proof = reader.consistency(size, 700);
    verifyConsistency(size, 700, proof, root, roots.get(700) as Uint8Array);
  }
  assert.equal(ledger.disk.readdir('/data/ledger/tile/0/000.p').length, 0);
  assert.equal([...reader.entries(0)].length, 700);
  assert.deepEqual(reader.archived(), [1, ...roots.keys()]);
  await assertWhole(ledger);
});

test('what was acknowledged survives a crash at once, published or not', async () => {
  const ledger = createTestLedger();
  ledger.open().commit(range(1, 300));
  ledger.crash();
  await assertWhole(ledger);
  const writer = ledger.open();
  assert.equal(writer.size, 301, 'the restart is an entry');
  const restart = lastEntry(ledger);
  assert.ok(restart.type === 'fault' && restart.kind === 'restart');
  writer.close();
  await assertWhole(ledger);
});

test('a commit that never reached the lock is dropped and not acknowledged', async () => {
  const ledger = createTestLedger();
  const writer = ledger.open();
  ledger.locks.failSwap(1, 'failed');
  assert.throws(() => writer.commit([prepared(1)]), { code: 'ledger-refused' });
  assert.throws(() => writer.commit([prepared(1)]), { code: 'ledger-refused' }, 'it has stopped for good');
  ledger.crash();
  const again = ledger.open();
  assert.equal(again.size, 2);
  assert.equal(again.commit([prepared(2)]), 2);
  again.close();
  await assertWhole(ledger);
});

test('a swap that failed and persisted is taken up at the next start', async () => {
  const ledger = createTestLedger();
  const writer = ledger.open();
  ledger.locks.failSwap(1, 'persisted');
  assert.throws(() => writer.commit([prepared(1)]), { code: 'ledger-refused' });
  ledger.crash();
  assert.equal(ledger.open().size, 3);
  await assertWhole(ledger);
});

test('exchanges that were admitted and not completed are named at the next start', () => {
  const ledger = createTestLedger();
  const writer = ledger.open();
  writer.commit([prepareEntry(admitted('x1')), prepareEntry(admitted('x2')), prepareEntry(completed('x1'))]);
  ledger.crash();
  ledger.open();
  const fault = lastEntry(ledger);
  assert.ok(fault.type === 'fault' && fault.kind === 'interrupted');
  assert.deepEqual(fault.exchanges, ['x2']);
  ledger.crash();
  ledger.open();
  const next = lastEntry(ledger);
  assert.ok(next.type === 'fault' && next.kind === 'restart', 'told once');
});

test('a bit that flips between hash and write is noticed before anything is signed', () => {
  const ledger = createTestLedger();
  const writer = ledger.open();
  const note = ledger.locks.notes.get(TEST_ORIGIN);
  const entry = prepared(1);
  entry.bytes[10] = (entry.bytes[10] as number) ^ 1;
  assert.throws(() => writer.commit([entry]), /changed in memory/);
  assert.equal(ledger.locks.notes.get(TEST_ORIGIN), note);
});

test('a clock before the last checkpoint is refused at start, and told of while running', () => {
  const ledger = createTestLedger();
  const writer = ledger.open();
  const before = ledger.clock.now();
  ledger.clock.set(before - 5000);
  writer.commit([prepared(1)]);
  writer.commit([prepared(2)]);
  writer.publish();
  assert.equal(writer.size, 4, 'one fault for one step');
  const fault = lastEntry(ledger, 2);
  assert.ok(fault.type === 'fault' && fault.kind === 'clock_step');
  ledger.crash();
  assert.throws(() => ledger.open(), { code: 'ledger-refused', message: /clock is 5 s before/ });
  ledger.clock.set(before);
  ledger.open();
});

test('a second writer is refused', () => {
  const ledger = createTestLedger();
  ledger.open();
  assert.throws(() => ledger.open(), { code: 'ledger-locked' });
});

function copyLocks(ledger: TestLedger): () => void {
  const notes = new Map(ledger.locks.notes);
  return () => {
    for (const [origin, note] of notes) ledger.locks.notes.set(origin, note);
  };
}

test('an older lock, or an older disk, is refused', async () => {
  const ledger = createTestLedger();
  const writer: LedgerWriter = ledger.open();
  writer.commit([prepared(1)]);
  const restoreLock = copyLocks(ledger);
  writer.commit([prepared(2)]);
  const restoreNewest = copyLocks(ledger);
  writer.publish();
  ledger.crash();
  restoreLock();
  assert.throws(() => ledger.open(), { code: 'ledger-damaged', message: /lock is an older copy/ });
  assert.equal((await ledger.fsck()).ok, false);
  restoreNewest();
  ledger.locks.release();
  const ahead = ledger.open();
  ahead.commit([prepared(3)]);
  ledger.crash();
  ledger.disk.patch('/data/staging/commits', (bytes) => bytes.fill(0));
  assert.throws(() => ledger.open(), { code: 'ledger-damaged', message: /disk is an older copy/ });
  assert.equal((await ledger.fsck()).ok, false);
});

test('a lock without a ledger, a ledger without a lock, and other keys are refused', () => {
  const ledger = createTestLedger();
  ledger.open();
  ledger.crash();
  const note = ledger.locks.notes.get(TEST_ORIGIN) as string;
  ledger.locks.notes.clear();
  assert.throws(() => ledger.open(), { code: 'ledger-damaged' });
  ledger.locks.notes.set(TEST_ORIGIN, note);
  ledger.locks.release();
  const other = createTestLedger();
  other.locks.notes.set(TEST_ORIGIN, note);
  assert.throws(() => other.open(), { code: 'bad-config', message: /key .* is missing/ });
});

function admitted(exchange: string): Entry {
  return {
    type: 'exchange.admitted',
    version: 1,
    time: '2026-01-01T00:00:00.000Z',
    exchange,
    account: 'a',
    key: 'k',
    endpoint: '/v1/chat/completions',
    model: 'm',
    stream: false,
    standing: 'open',
    request_bytes: 1,
    commitments: {},
  };
}

function completed(exchange: string): Entry {
  return {
    type: 'exchange.completed',
    version: 1,
    time: '2026-01-01T00:00:00.000Z',
    exchange,
    account: 'a',
    admitted: 1,
    outcome: 'complete',
    status: 200,
    upstream: 'u',
    attempts: 1,
    usage: { input_tokens: 1, output_tokens: 1, source: 'reported' },
    response_bytes: 1,
    response_kept_bytes: 1,
    first_byte_ms: 1,
    duration_ms: 1,
    commitments: {},
  };
}
