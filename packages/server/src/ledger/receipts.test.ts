import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import { base64, commit, createEntry, deriveSalt, opensCommitment, verifyReceipt } from '@portcullis/record';
import { openMasterKey } from '../vault/master-key-local.ts';
import { sealContent } from '../vault/sealed-content.ts';
import { createVault } from '../vault/vault.ts';
import { createLedgerReader } from './ledger-reader.ts';
import { prepareEntry } from './ledger-writer.ts';
import { createReceiptClient, serveReceipts } from './receipt-port.ts';
import { createReceiptSource } from './receipts.ts';
import { createTestLedger, numberedEntry } from './test-ledger.ts';

const digest = new Uint8Array(32).fill(3);

async function setUp() {
  const ledger = createTestLedger();
  const writer = ledger.open();
  const source = { file: 'keys/vault-master.key' };
  const master = openMasterKey({ source, dataDir: ledger.dataDir, fs: ledger.disk, env: {}, create: true });
  const vault = createVault(ledger.disk, ledger.paths.vault, master);
  const seed = new Uint8Array(32).fill(5);
  const field = 'request_sha256';
  const committed = commit(`exchange.admitted/${field}`, deriveSalt(seed, field), digest);
  const entry = createEntry('exchange.admitted', ledger.clock.now(), {
    exchange: 'x1',
    account: 'ann',
    key: 'k',
    endpoint: '/v1/messages',
    model: null,
    stream: true,
    standing: 'open',
    request_bytes: 3,
    commitments: { [field]: base64(committed) },
  });
  const content = sealContent(await vault.keys.keyOf('ann'), 'x1', { seed, parts: {} });
  const index = writer.commit([prepareEntry(entry, content), prepareEntry(numberedEntry(1))]);
  const reader = createLedgerReader(ledger.dataDir, ledger.disk);
  const receipts = createReceiptSource({ reader, vault, durableSize: () => writer.size });
  return { ledger, writer, vault, index, receipts };
}

test('an account gets its receipt, which proves the entry and opens its own commitments', async () => {
  const { ledger, writer, vault, index, receipts } = await setUp();
  assert.deepEqual(await receipts.receipt('ann', index), { kind: 'pending' });
  writer.publish();
  const got = await receipts.receipt('ann', index);
  assert.ok(got.kind === 'receipt');
  const { entry, index: proven, receipt } = verifyReceipt(JSON.parse(got.json), writer.keys.verifiers);
  assert.equal(proven, index);
  assert.ok(opensCommitment(entry, receipt, 'request_sha256', digest));
  assert.ok((await ledger.fsck({ vaultKeys: vault.keys })).ok);
  vault.eraseAccount('ann');
  const erased = await receipts.receipt('ann', index);
  assert.ok(erased.kind === 'receipt' && JSON.parse(erased.json).salts === undefined);
  assert.ok((await ledger.fsck({ vaultKeys: vault.keys })).ok, 'the ledger stays whole');
});

test('to everybody else it is absent, as is every entry that is no exchange', async () => {
  const { writer, index, receipts } = await setUp();
  writer.publish();
  for (const [account, at] of [
    ['bob', index],
    ['ann', index + 1],
    ['account-1', index + 1],
    ['ann', 0],
    ['ann', 99],
    ['ann', -1],
    ['ann', 1.5],
  ] as const)
    assert.deepEqual(await receipts.receipt(account, at), { kind: 'absent' }, `${account} ${at}`);
});

test('gate threads ask over a port; what goes wrong is told to the other end only', async () => {
  const { writer, index, receipts } = await setUp();
  writer.publish();
  const { port1, port2 } = new MessageChannel();
  const errors: unknown[] = [];
  const failing = { receipt: (account: string, at: number) => receipts.receipt(account, at) };
  serveReceipts(port1, failing, (error) => errors.push(error));
  const client = createReceiptClient(port2);
  const both = await Promise.all([client.receipt('ann', index), client.receipt('bob', index)]);
  assert.deepEqual(
    both.map((answer) => answer.kind),
    ['receipt', 'absent'],
  );
  failing.receipt = () => Promise.reject(new Error('secret path'));
  await assert.rejects(client.receipt('ann', index), { code: 'ledger-refused', message: /ask again/ });
  assert.equal(errors.length, 1);
  const asked = client.receipt('ann', index);
  port1.close();
  await assert.rejects(asked, { code: 'ledger-refused' });
  await assert.rejects(client.receipt('ann', index), { code: 'ledger-refused' });
});
