import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { testCheckpointLock } from './checkpoint-lock.suite.ts';
import { createMemoryLockStore } from './checkpoint-lock-memory.ts';
import { openSqliteLock, readSqliteLock } from './checkpoint-lock-sqlite.ts';

testCheckpointLock('sqlite', () => {
  const dir = mkdtempSync(join(tmpdir(), 'portcullis-lock-'));
  return {
    open: () => openSqliteLock(join(dir, 'lock.sqlite')),
    dispose: () => rmSync(dir, { recursive: true }),
  };
});

testCheckpointLock('memory', () => {
  const store = createMemoryLockStore();
  return { open: store.open, dispose: () => {} };
});

test('sqlite: a writer in another process is refused, and a killed one leaves no stale lock', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'portcullis-lock-'));
  const path = join(dir, 'lock.sqlite');
  const module = new URL('./checkpoint-lock-sqlite.ts', import.meta.url).href;
  const script = `const { openSqliteLock } = await import(${JSON.stringify(module)});
    const lock = openSqliteLock(${JSON.stringify(path)});
    lock.swap('a', undefined, 'one');
    console.log('held');
    setInterval(() => lock.read('a'), 1000);`;
  const child = spawn(process.execPath, [...process.execArgv, '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await once(child.stdout, 'data');
    assert.throws(() => openSqliteLock(path), { code: 'ledger-locked' });
    assert.deepEqual(readSqliteLock(path), [{ origin: 'a', note: 'one' }], 'readers are let in');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const lock = openSqliteLock(path);
    assert.equal(lock.read('a'), 'one');
    lock.close();
  } finally {
    child.kill('SIGKILL');
    rmSync(dir, { recursive: true });
  }
});
