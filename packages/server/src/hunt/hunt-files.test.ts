import assert from 'node:assert/strict';
import { chmodSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../cli/test/run-cli.ts';
import { ServerError } from '../server-error.ts';
import { findHuntFiles } from './hunt-files.ts';

function refusalOf(cwd: string, traffic: readonly string[], benign: readonly string[]): string {
  try {
    findHuntFiles({ traffic, benign }, cwd);
  } catch (error) {
    assert.ok(error instanceof ServerError && error.code === 'bad-request');
    return error.message;
  }
  return 'accepted';
}

test('files are found before any is read; what is missing or no file is refused by name', (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, 'a'), 'x');
  writeFileSync(join(cwd, 'b'), '');
  mkdirSync(join(cwd, 'folder'));
  const found = findHuntFiles({ traffic: ['a', '-'], benign: ['b'] }, cwd);
  assert.deepEqual(found.traffic, [
    { given: 'a', path: join(cwd, 'a'), sizeBytes: 1 },
    { given: '-', path: undefined, sizeBytes: undefined },
  ]);
  assert.equal(refusalOf(cwd, ['a', 'gone'], ['b']), 'There is no file gone.');
  assert.equal(refusalOf(cwd, ['a/b'], ['b']), 'There is no file a/b.');
  assert.match(refusalOf(cwd, ['a'], ['folder']), /^folder is a folder\. Name the files in it/);
  assert.match(
    refusalOf(
      cwd,
      Array.from({ length: 1_000 }, () => 'a'),
      ['b'],
    ),
    /^At most 1000 files/,
  );
});

test('one file under both options is refused, whatever names it goes by', (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, 'a'), 'x');
  linkSync(join(cwd, 'a'), join(cwd, 'hard'));
  symlinkSync('a', join(cwd, 'soft'));
  for (const name of ['a', './a', 'hard', 'soft'])
    assert.match(refusalOf(cwd, ['a'], [name]), /the same file under --traffic and --benign/);
  assert.match(refusalOf(cwd, ['a', 'soft'], []), /^a and soft: the same file twice under --traffic/);
  assert.match(refusalOf(cwd, ['-'], ['-']), /^-: the same file under/);
});

test('a file that this user can not read is refused by name', (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, 'a'), 'x');
  chmodSync(join(cwd, 'a'), 0);
  // Root reads everything.
  const expected = process.getuid?.() === 0 ? /^accepted$/ : /^a can not be read by this user\.$/;
  assert.match(refusalOf(cwd, ['a'], []), expected);
});
