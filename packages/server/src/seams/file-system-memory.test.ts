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
import { createFaultyFileSystem } from './file-system-faulty.ts';
import { createMemoryFileSystem } from './file-system-memory.ts';
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
  fs.crash(() => 0.5);
  assert.deepEqual(fs.readdir('/d'), ['synced', 'unsynced']);
  assert.equal(Buffer.from(readFile(fs, '/d/synced') ?? []).toString(), 'one and');
  assert.equal(fs.stat('/d/unsynced')?.sizeBytes, 1);
});

test('faults come at the call they were planned for', () => {
  const fs = createFaultyFileSystem(createMemoryFileSystem());
  fs.plan([{ call: 'mkdir', nth: 2, how: 'ENOSPC', persisted: true }]);
  fs.mkdir('/a');
  assert.throws(() => fs.mkdir('/b'), { code: 'ENOSPC' });
  assert.ok(fs.fired && fs.stat('/b')?.directory);
  fs.plan([{ call: 'any', nth: 1, how: 'kill' }]);
  assert.throws(() => fs.mkdir('/c'));
  assert.throws(() => fs.mkdir('/d'), { code: 'kill' });
  assert.equal(fs.stat('/c'), undefined);
});
