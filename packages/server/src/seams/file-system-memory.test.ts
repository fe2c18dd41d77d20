import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { utf8 } from '@portcullis/record';
import {
  listFiles,
  makeDirectories,
  readFile,
  replaceFile,
  withFile,
  writeAll,
  writeImmutable,
} from './durable-files.ts';
import type { FileSystem } from './file-system.ts';
import { createFaultPlan, createFaultyFileSystem } from './file-system-faulty.ts';
import { createMemoryFileSystem, TEAR_BYTES } from './file-system-memory.ts';
import { nodeFileSystem } from './file-system-node.ts';

/** The same calls, whose outcome must be the same on any file system. */
function exercise(fs: FileSystem, dir: string): unknown[] {
  const seen: unknown[] = [];
  const attempt = (act: () => unknown): void => {
    try {
      seen.push(act() ?? null);
    } catch (error) {
      seen.push((error as { code?: string }).code ?? 'no code');
    }
  };
  makeDirectories(fs, `${dir}/a/b`);
  attempt(() => writeImmutable(fs, `${dir}/tmp`, `${dir}/a/one`, utf8('one')));
  attempt(() => writeImmutable(fs, `${dir}/tmp`, `${dir}/a/one`, utf8('other')));
  attempt(() => replaceFile(fs, `${dir}/tmp`, `${dir}/a/two`, utf8('two'), 0o600));
  attempt(() => withFile(fs, `${dir}/a/two`, 'a', (fd) => writeAll(fs, fd, utf8(' more'))));
  attempt(() => withFile(fs, `${dir}/a/two`, 'r+', (fd) => writeAll(fs, fd, utf8('TW'), 0)));
  attempt(() => withFile(fs, `${dir}/a/one`, 'r+', (fd) => fs.truncate(fd, 5)));
  attempt(() => fs.open(`${dir}/none`, 'r'));
  attempt(() => fs.mkdir(`${dir}/a`));
  attempt(() => fs.mkdir(`${dir}/x/y`));
  attempt(() => fs.unlink(`${dir}/none`));
  attempt(() => fs.stat(`${dir}/a/two`));
  attempt(() => fs.stat(`${dir}/none`));
  attempt(() => listFiles(fs, dir));
  for (const name of ['one', 'two']) seen.push([...(readFile(fs, `${dir}/a/${name}`) ?? [])]);
  return seen;
}

test('the file system in memory does what the real one does', () => {
  const dir = mkdtempSync(join(tmpdir(), 'portcullis-fs-'));
  const memory = createMemoryFileSystem();
  makeDirectories(memory, dir);
  try {
    assert.deepEqual(exercise(memory, dir), exercise(nodeFileSystem, dir));
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test('a crash forgets bytes and names that were not synced', () => {
  const fs = createMemoryFileSystem();
  const write = (path: string, text: string, sync: boolean) =>
    withFile(fs, path, 'a', (fd) => {
      writeAll(fs, fd, utf8(text));
      if (sync) fs.fsync(fd);
    });
  makeDirectories(fs, '/d');
  write('/d/synced', 'one', true);
  write('/d/unsynced', 'two', false);
  withFile(fs, '/d', 'r', (fd) => fs.fsync(fd));
  write('/d/nameless', 'three', true);
  write('/d/synced', ' and more', false);
  const text = (disk: FileSystem, path: string) => Buffer.from(readFile(disk, path) ?? []).toString();
  const kept = fs.fork();
  kept.crash(() => true);
  assert.deepEqual(kept.readdir('/d'), ['synced', 'unsynced', 'nameless']);
  assert.equal(text(kept, '/d/synced'), 'one and more');
  fs.crash();
  assert.deepEqual(fs.readdir('/d'), ['synced', 'unsynced']);
  assert.equal(text(fs, '/d/synced'), 'one');
  assert.equal(fs.stat('/d/unsynced')?.sizeBytes, 0);
});

test('of a write that was not synced any piece may survive; a rename does as a whole or not at all', () => {
  const fs = createMemoryFileSystem();
  const fd = fs.open('/f', 'w');
  for (const path of ['/', '/f']) withFile(fs, path, 'r', (each) => fs.fsync(each));
  writeAll(fs, fd, new Uint8Array(3 * TEAR_BYTES).fill(7));
  fs.rename('/f', '/g');
  for (const renamed of [false, true]) {
    const torn = fs.fork();
    const answers = [renamed, false, true, false];
    torn.crash(() => answers.shift() as boolean);
    assert.deepEqual(torn.readdir('/'), [renamed ? 'g' : 'f']);
    const left = readFile(torn, renamed ? '/g' : '/f') ?? new Uint8Array(0);
    assert.deepEqual([left.length, left[0], left.at(-1)], [2 * TEAR_BYTES, 0, 7]);
  }
});

test('what a failed fsync has lost stays visible, and no later fsync brings it to the disk', () => {
  const fs = createMemoryFileSystem();
  const plan = createFaultPlan();
  const faulty = createFaultyFileSystem(fs, { plan, onLostSync: fs.loseUnsynced });
  const fd = faulty.open('/f', 'a');
  withFile(fs, '/', 'r', (each) => fs.fsync(each));
  writeAll(faulty, fd, utf8('lost'));
  plan.set([{ call: 'fsync', nth: 1, how: 'EIO' }]);
  assert.throws(() => faulty.fsync(fd), { code: 'EIO' });
  faulty.fsync(fd);
  assert.equal(fs.stat('/f')?.sizeBytes, 4);
  fs.crash();
  assert.equal(fs.stat('/f')?.sizeBytes, 0);
});

test('faults come at the call they were planned for', () => {
  const plan = createFaultPlan();
  const stepOf = (path: string) => (path.startsWith('/log') ? 'log' : 'file');
  const fs = createFaultyFileSystem(createMemoryFileSystem(), { plan, stepOf });
  plan.set([{ call: 'mkdir', nth: 2, how: 'ENOSPC', persisted: true }]);
  fs.mkdir('/a');
  assert.throws(() => fs.mkdir('/b'), { code: 'ENOSPC' });
  assert.ok(plan.fired === 1 && fs.stat('/b')?.directory);
  plan.set([{ call: 'any', nth: 1, how: 'kill' }]);
  assert.throws(() => fs.mkdir('/c'));
  assert.throws(() => fs.mkdir('/d'), { code: 'kill' });
  assert.equal(fs.stat('/c'), undefined);
  plan.set([{ step: 'log', call: 'write', nth: 2, how: 'short' }]);
  for (const path of ['/other', '/log']) withFile(fs, path, 'a', (fd) => writeAll(fs, fd, utf8('four')));
  withFile(fs, '/log', 'a', (fd) => assert.equal(fs.write(fd, utf8('four'), 0, 4, null), 2));
  assert.deepEqual(plan.trace.at(-2), { step: 'log', call: 'write' });
});
