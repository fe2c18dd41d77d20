import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { decodeEntry } from '@portcullis/record';
import type { VaultConfig } from '../config/config.ts';
import { createLedgerReader } from '../ledger/ledger-reader.ts';
import { createTestLedger } from '../ledger/test-ledger.ts';
import { readFile } from '../seams/durable-files.ts';
import { openVault } from './open-vault.ts';
import { rotateMasterKey } from './rotate-master-key.ts';

const FILE = { file: 'keys/vault-master-key' };
const newKey = () => randomBytes(32).toString('base64');

function createVaultWorld() {
  const ledger = createTestLedger();
  const env: Record<string, string> = { ONE: newKey(), TWO: newKey() };
  const vault = (masterKey: VaultConfig['masterKey']) =>
    openVault({ dataDir: ledger.dataDir, vault: { masterKey } }, ledger.disk, env);
  const rotate = async (source: VaultConfig['masterKey'], toEnv?: string) => {
    const writer = ledger.open();
    const reader = createLedgerReader(ledger.dataDir, ledger.disk);
    const to = toEnv === undefined ? {} : { toEnv };
    const why = { timeMs: 0, by: 'adam', reason: 'A backup was lost.' };
    const { dataDir, disk: fs } = ledger;
    try {
      return await rotateMasterKey({ fs, dataDir, source, env, writer, reader, ...to, ...why });
    } finally {
      writer.close();
    }
  };
  const text = (path: string): string =>
    Buffer.from(readFile(ledger.disk, `${ledger.dataDir}/${path}`) ?? []).toString();
  return { ledger, env, vault, rotate, text };
}

test('from a file to a new file, to a variable and to another: every data key opens by the newest alone', async () => {
  const { ledger, env, vault, rotate, text } = createVaultWorld();
  const { id, key } = await vault(FILE).keys.keyOf('acme');
  const opens = async (source: VaultConfig['masterKey']) => (await vault(source).keys.unwrap(id)).key;

  const before = text(FILE.file);
  const first = await rotate(FILE);
  assert.notEqual(text(FILE.file), before);
  assert.deepEqual(await opens(FILE), key);

  const second = await rotate(FILE, 'ONE');
  assert.equal(text(FILE.file), '', 'the file is destroyed');
  assert.deepEqual(await opens({ env: 'ONE' }), key);

  const third = await rotate({ env: 'ONE' }, 'TWO');
  assert.deepEqual(await opens({ env: 'TWO' }), key);
  await assert.rejects(opens({ env: 'ONE' }), { code: 'vault-key-missing' });

  assert.deepEqual([first.to, second.to], [second.from, third.from]);
  const recorded = [...createLedgerReader(ledger.dataDir, ledger.disk).entries(0)].flatMap(({ bytes }) => {
    const entry = decodeEntry(bytes);
    return entry.type === 'vault.key_rotated' ? [{ from: entry.from, to: entry.to, keys: entry.keys }] : [];
  });
  assert.deepEqual(recorded, [first, second, third]);
  const said = JSON.stringify(recorded);
  for (const secret of [before.trim(), env['ONE'], env['TWO']]) assert.ok(!said.includes(secret as string));
});

test('what can not be done is refused, and nothing has changed', async () => {
  const { ledger, env, vault, rotate } = createVaultWorld();
  const { id, key } = await vault({ env: 'ONE' }).keys.keyOf('acme');
  await assert.rejects(rotate({ env: 'ONE' }), { code: 'bad-request' }, 'where to?');
  await assert.rejects(rotate({ env: 'ONE' }, 'ONE'), { code: 'bad-request' }, 'the same key');
  await assert.rejects(rotate({ env: 'ONE' }, 'NONE'), { code: 'bad-config' }, 'no such variable');
  await assert.rejects(
    rotate({ env: 'TWO' }, 'ONE'),
    { code: 'vault-key-missing' },
    'not the key that wrapped',
  );
  // A rotation that was refused half-way is taken back by the next one.
  env['THREE'] = newKey();
  await rotate({ env: 'ONE' }, 'THREE');
  assert.deepEqual((await vault({ env: 'THREE' }).keys.unwrap(id)).key, key);
  assert.doesNotMatch(ledger.disk.readdir(`${ledger.dataDir}/vault/keys`).join(), /next/);
});
