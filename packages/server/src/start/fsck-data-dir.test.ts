import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createEntry } from '@portcullis/record';
import { createAppender } from '../ledger/port-appender.ts';
import { startLedgerThread } from '../ledger/start-ledger-thread.ts';
import { numberedEntry } from '../ledger/test-ledger.ts';
import { DEFAULT_MASTER_KEY } from '../config/config.ts';
import { nodeFileSystem } from '../seams/file-system-node.ts';
import { openVault } from '../vault/open-vault.ts';
import { sealContent } from '../vault/sealed-content.ts';
import { fsckDataDir } from './fsck-data-dir.ts';
import { rebuildVaultIndex } from './rebuild-vault-index.ts';

const limits = { pendingEntriesMax: 100, pendingBytesMax: 1_000_000 };
const ledger = { origin: 'ledger.example/a', publishIntervalMs: 20, archiveIntervalMs: 60_000, ...limits };
const vault = { masterKey: DEFAULT_MASTER_KEY };

/** A data directory on disk with two entries whose content is in the vault, under the keys of `a` and `b`. */
async function makeDataDir(t: TestContext): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'portcullis-fsck-'));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const thread = await startLedgerThread({ config: { dataDir, ledger }, software: 'portcullis test' });
  const appender = createAppender(thread.connect(), limits);
  const { keys } = openVault({ dataDir, vault }, nodeFileSystem, {});
  for (const [number, account] of ['a', 'b'].entries()) {
    const parts = { request: Buffer.from(`what ${account} wrote`) };
    const content = sealContent(await keys.keyOf(account), `test/${number}`, {
      seed: Buffer.alloc(32),
      parts,
    });
    await appender.append({ entry: numberedEntry(number), content });
  }
  await thread.stop();
  return dataDir;
}

function flipIn(path: string): void {
  const bytes = readFileSync(path);
  const at = bytes.length >> 1;
  bytes[at] = (bytes[at] as number) ^ 1;
  writeFileSync(path, bytes);
}

test('with the master key at hand all content is opened, and without it fsck says that it was not', async (t) => {
  const dataDir = await makeDataDir(t);
  assert.match((await fsckDataDir(dataDir, { vault })).sentence, /are published\. The content opens\.$/);
  const without = await fsckDataDir(dataDir);
  assert.ok(without.ok && !without.contentOpened);
  assert.match(without.sentence, /The content was not opened: that takes the master key\.$/);
});

test('a key file that was changed is named', async (t) => {
  const dataDir = await makeDataDir(t);
  flipIn(join(dataDir, 'vault/keys/b@1.key'));
  const { ok, sentence } = await fsckDataDir(dataDir, { vault });
  assert.ok(!ok);
  assert.match(sentence, /The key b@1 of entry 2 does not open/);
});

test('an account without content whose data key is gone is damage, as a start says too', async (t) => {
  const dataDir = await makeDataDir(t);
  const thread = await startLedgerThread({ config: { dataDir, ledger }, software: 'portcullis test' });
  const appender = createAppender(thread.connect(), limits);
  const { keys, eraseAccount } = openVault({ dataDir, vault }, nodeFileSystem, {});
  for (const account of ['quiet', 'erased']) {
    await keys.keyOf(account);
    await appender.append({ entry: createEntry('account.created', Date.now(), { account, by: 'ada' }) });
  }
  await thread.stop();
  eraseAccount('erased');
  assert.ok((await fsckDataDir(dataDir, { vault })).ok);
  rmSync(join(dataDir, 'vault/keys/quiet@1.key'));
  const { ok, sentence } = await fsckDataDir(dataDir, { vault });
  assert.ok(!ok);
  assert.match(sentence, /data key of the account quiet is missing and was not destroyed on purpose/);
});

test('a key that is gone is damage until it is declared lost; the next one has another id, and the old one may come back', async (t) => {
  const dataDir = await makeDataDir(t);
  const path = join(dataDir, 'vault/keys/b@1.key');
  const wrapped = readFileSync(path);
  rmSync(path);
  const gone = await fsckDataDir(dataDir, { vault });
  assert.ok(!gone.ok);
  assert.match(gone.sentence, /key b@1 of entry 2 is missing and was not destroyed on purpose/);
  const opened = openVault({ dataDir, vault }, nodeFileSystem, {});
  opened.declareLost(['b']);
  assert.equal((await opened.keys.keyOf('b')).id, 'b@2');
  assert.match(
    (await fsckDataDir(dataDir, { vault })).sentence,
    /The content opens, but for 1 lost with their keys\.$/,
  );
  writeFileSync(path, wrapped);
  assert.match((await fsckDataDir(dataDir, { vault })).sentence, /The content opens\.$/);
});

test('a damaged index of the vault is refused at start, and made anew from the segments', async (t) => {
  const dataDir = await makeDataDir(t);
  flipIn(join(dataDir, 'vault/positions'));
  const again = () => startLedgerThread({ config: { dataDir, ledger }, software: 'portcullis test' });
  await assert.rejects(again(), { code: 'ledger-damaged', message: /portcullis vault rebuild\.$/ });
  assert.equal(rebuildVaultIndex(dataDir), 3);
  assert.ok((await fsckDataDir(dataDir, { vault })).ok);
  const thread = await again();
  assert.throws(() => rebuildVaultIndex(dataDir), { code: 'ledger-locked' });
  await thread.stop();
});
