import assert from 'node:assert/strict';
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { nodeFileSystem } from '../seams/file-system-node.ts';
import type { MasterKey } from '../vault/master-key.ts';
import { openMasterKey } from '../vault/master-key-local.ts';
import { createDetectorState } from './detector-state.ts';

const SECRET = 'a phrase from somebody’s prompt';

function world(t: { after(fn: () => void): void }): { dir: string; master: MasterKey } {
  const dir = mkdtempSync(join(tmpdir(), 'portcullis-detector-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const env = { KEY: Buffer.alloc(32, 7).toString('base64') };
  return {
    dir,
    master: openMasterKey({ source: { env: 'KEY' }, dataDir: dir, fs: nodeFileSystem, env, create: false }),
  };
}

test('what a detector keeps is read back, encrypted on disk, and for its owner only', async (t) => {
  const { dir, master } = world(t);
  const state = createDetectorState(nodeFileSystem, dir, master, 'digest-1');
  assert.equal(await state.read(100), undefined);
  await state.write({ next: 7, fold: { seen: SECRET } });
  assert.deepEqual(await state.read(100), { digest: 'digest-1', next: 7, fold: { seen: SECRET } });
  const path = join(dir, 'detector.state');
  assert.equal(readFileSync(path).includes('phrase'), false);
  assert.equal(statSync(path).mode & 0o077, 0);
});

test('nothing is left once it is forgotten, nor of a write that was cut off', async (t) => {
  const { dir, master } = world(t);
  const state = createDetectorState(nodeFileSystem, dir, master, 'digest-1');
  await state.write({ next: 7, fold: { seen: SECRET } });
  copyFileSync(join(dir, 'detector.state'), join(dir, 'detector.state.tmp'));
  state.discard();
  assert.deepEqual(readdirSync(dir), []);
});

test('a state of another method, ahead of the ledger, damaged or discarded is not used', async (t) => {
  const { dir, master } = world(t);
  const state = createDetectorState(nodeFileSystem, dir, master, 'digest-1');
  await state.write({ next: 7, fold: { seen: SECRET } });
  assert.equal(await createDetectorState(nodeFileSystem, dir, master, 'digest-2').read(100), undefined);
  assert.equal(await state.read(6), undefined);
  const path = join(dir, 'detector.state');
  const bytes = readFileSync(path);
  bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
  writeFileSync(path, bytes);
  assert.equal(await state.read(100), undefined);
  state.discard();
  state.discard();
  assert.equal(await state.read(100), undefined);
});
