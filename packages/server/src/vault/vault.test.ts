import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utf8 } from '@portcullis/record';
import { listFiles, readAt, readFile } from '../seams/durable-files.ts';
import { createMemoryFileSystem, type MemoryFileSystem } from '../seams/file-system-memory.ts';
import type { MasterKey } from './master-key.ts';
import { openMasterKey } from './master-key-local.ts';
import { openVault } from './open-vault.ts';
import { rebuildPositions } from './rebuild-positions.ts';
import { sealContent } from './sealed-content.ts';
import { DAY_MS } from './segments.ts';
import { createVault, type Vault } from './vault.ts';
import { openVaultWriter, type VaultWriter } from './vault-writer.ts';

const DIR = '/data/vault';
const DAY = 20_000 * DAY_MS;

function masterOf(fs: MemoryFileSystem, create = true): MasterKey {
  const source = { file: 'keys/vault-master.key' };
  return openMasterKey({ source, dataDir: '/data', fs, env: {}, create });
}

function setUp(segmentBytesMax?: number): { fs: MemoryFileSystem; vault: Vault; writer: VaultWriter } {
  const fs = createMemoryFileSystem();
  const vault = createVault(fs, DIR, masterOf(fs));
  const limit = segmentBytesMax === undefined ? {} : { segmentBytesMax };
  return { fs, vault, writer: openVaultWriter({ fs, dir: DIR, size: 0, publishedSize: 0, ...limit }) };
}

async function write(
  vault: Vault,
  writer: VaultWriter,
  index: number,
  account: string,
  nowMs: number,
): Promise<void> {
  const key = await vault.keys.keyOf(account);
  const seed = new Uint8Array(32).fill(index);
  const content = sealContent(key, 'x', { seed, parts: { request: utf8(`${account} ${index}`) } });
  writer.append([{ index, leafHash: new Uint8Array(32), content }], nowMs);
}

async function textOf(vault: Vault, index: number): Promise<string> {
  const content = await vault.content(index);
  return typeof content === 'string'
    ? content
    : Buffer.from(content.parts['request'] as Uint8Array).toString();
}

test('content comes back by index, over segments and days; other indices have none', async () => {
  const { fs, vault, writer } = setUp(400);
  for (const index of [0, 2, 3, 7]) await write(vault, writer, index, 'ann', DAY + (index * DAY_MS) / 4);
  assert.equal(listFiles(fs, `${DIR}/segments`).length, 3);
  assert.equal(await textOf(vault, 3), 'ann 3');
  assert.equal(await textOf(vault, 7), 'ann 7');
  assert.equal(await textOf(vault, 1), 'none');
  assert.equal(await textOf(vault, 99), 'none');
});

test('erasing an account destroys its keys and nobody else, for good; its next key has a new id', async () => {
  const { fs, vault, writer } = setUp();
  await write(vault, writer, 0, 'ann', DAY);
  await write(vault, writer, 1, 'bob', DAY);
  const wrapped = readFile(fs, `${DIR}/keys/ann@1.key`);
  assert.deepEqual(vault.eraseAccount('ann'), ['ann@1']);
  assert.equal(await textOf(vault, 0), 'erased');
  assert.equal(await textOf(vault, 1), 'bob 1');
  assert.equal((await vault.keys.keyOf('ann')).id, 'ann@2');
  await write(vault, writer, 2, 'ann', DAY);
  assert.equal(await textOf(vault, 2), 'ann 2');
  assert.deepEqual(vault.keys.list(), ['ann@2', 'bob@1']);
  for (const name of listFiles(fs, '/data'))
    assert.notDeepEqual(readFile(fs, `/data/${name}`), wrapped, `${name} still has the key`);
});

test('a key that is gone without having been destroyed is not called erased', async () => {
  const { fs, vault, writer } = setUp();
  await write(vault, writer, 0, 'ann', DAY);
  fs.unlink(`${DIR}/keys/ann@1.key`);
  await assert.rejects(vault.content(0), { code: 'vault-key-missing' });
});

test('retention erases by age, carries over what is on hold, and erases that when the hold is lifted', async () => {
  const { fs, vault, writer } = setUp();
  for (const [index, account] of ['ann', 'bob', 'ann', 'bob'].entries())
    await write(vault, writer, index, account, DAY + Math.floor(index / 2) * DAY_MS);
  const run = (days: number, held: string[]) =>
    vault.eraseByAge({ nowMs: DAY + days * DAY_MS, retentionDays: 3, held: new Set(held) });
  assert.deepEqual(run(3, ['bob']), { erased: 0, kept: 0, beforeMs: DAY });
  assert.deepEqual(run(4, ['bob']), { erased: 1, kept: 1, beforeMs: DAY + DAY_MS });
  const now = async () => Promise.all([0, 1, 2, 3].map((index) => textOf(vault, index)));
  assert.deepEqual(await now(), ['erased', 'bob 1', 'ann 2', 'bob 3']);
  rebuildPositions(fs, DIR, 4);
  assert.deepEqual(await now(), ['erased', 'bob 1', 'ann 2', 'bob 3'], 'positions can be made anew');
  run(4, []);
  assert.deepEqual(await now(), ['erased', 'erased', 'ann 2', 'bob 3']);
  assert.deepEqual(
    listFiles(fs, `${DIR}/segments`).filter((name) => name.endsWith('.kept')),
    [],
  );
});

test('a damaged record or position is refused, and positions are rebuilt from the segments', async () => {
  const { fs, vault, writer } = setUp();
  await write(vault, writer, 0, 'ann', DAY);
  fs.patch(`${DIR}/positions`, (bytes) => bytes.fill(7));
  await assert.rejects(vault.content(0), { code: 'vault-damaged' });
  rebuildPositions(fs, DIR, 1);
  assert.equal(await textOf(vault, 0), 'ann 0');
  const [segment] = listFiles(fs, `${DIR}/segments`);
  fs.patch(`${DIR}/segments/${segment}`, (bytes) => (bytes[100] = 0xff ^ (bytes[100] as number)));
  await assert.rejects(vault.content(0), { code: 'vault-damaged' });
});

test('what was never acknowledged is cut off at the next start', async () => {
  const { fs, vault, writer } = setUp();
  for (const index of [0, 1, 2]) await write(vault, writer, index, 'ann', DAY);
  writer.close();
  const again = openVaultWriter({ fs, dir: DIR, size: 2, publishedSize: 1 });
  assert.equal(await textOf(vault, 1), 'ann 1');
  assert.equal(await textOf(vault, 2), 'none');
  await write(vault, again, 2, 'bob', DAY);
  assert.equal(await textOf(vault, 2), 'bob 2');
});

test('a vault that has keys is not opened with a new master key', async () => {
  const fs = createMemoryFileSystem();
  const settings = { retentionDays: null, responseBytesMax: 1 };
  const config = { dataDir: '/data', vault: { ...settings, masterKey: { file: 'keys/vault-master.key' } } };
  const key = await openVault(config, fs, {}).keys.keyOf('ann');
  assert.deepEqual(await openVault(config, fs, {}).keys.keyOf('ann'), key);
  fs.unlink('/data/keys/vault-master.key');
  assert.throws(() => openVault(config, fs, {}), { code: 'bad-config', message: /restore it/ });
});

test('the master key: private, from a file or the environment, never made anew over a vault', () => {
  const fs = createMemoryFileSystem();
  assert.throws(() => masterOf(fs, false), { code: 'bad-config', message: /is missing/ });
  const master = masterOf(fs);
  assert.equal(masterOf(fs, false).id, master.id);
  const wrapped = master.wrap(new Uint8Array(32), utf8('a')) as Uint8Array;
  assert.deepEqual(masterOf(fs).unwrap(wrapped, utf8('a')), new Uint8Array(32));
  assert.throws(() => master.unwrap(wrapped, utf8('b')), { code: 'vault-key-missing' });
  const from = (env: Record<string, string>) =>
    openMasterKey({ source: { env: 'MASTER' }, dataDir: '/data', fs, env, create: false });
  assert.throws(() => from({}), { code: 'bad-config', message: /MASTER/ });
  assert.throws(
    () => from({ MASTER: 'c2hvcnQ=' }),
    (error: Error) => !error.message.includes('c2hvcnQ='),
  );
  assert.notEqual(from({ MASTER: Buffer.alloc(32).toString('base64') }).id, master.id);
  fs.close(fs.open('/data/keys/loose', 'w', 0o644));
  const loose = { source: { file: 'keys/loose' }, dataDir: '/data', fs, env: {}, create: true };
  assert.throws(() => openMasterKey(loose), { code: 'bad-config', message: /chmod 600/ });
});

test('a wrapped key opens under its own id only', async () => {
  const { fs, vault } = setUp();
  await vault.keys.keyOf('ann');
  await vault.keys.keyOf('bob');
  fs.unlink(`${DIR}/keys/bob@1.key`);
  fs.link(`${DIR}/keys/ann@1.key`, `${DIR}/keys/bob@1.key`);
  await assert.rejects(createVault(fs, DIR, masterOf(fs, false)).keys.unwrap('bob@1'), {
    code: 'vault-key-missing',
  });
});

test('a key is overwritten before its name goes', async () => {
  const { fs, vault } = setUp();
  await vault.keys.keyOf('ann');
  const fd = fs.open(`${DIR}/keys/ann@1.key`, 'r');
  vault.eraseAccount('ann');
  assert.ok(readAt(fs, fd, 0, 200).every((byte) => byte === 0));
});
