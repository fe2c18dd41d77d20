import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { requireDataDir } from './require-data-dir.ts';

test('a data directory is made private where it is missing, and refused in words where it can not be', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-dir-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  requireDataDir(join(folder, 'a/b'));
  requireDataDir(join(folder, 'a/b'));
  assert.equal(statSync(join(folder, 'a/b')).mode & 0o777, 0o700);
  writeFileSync(join(folder, 'file'), '');
  for (const path of ['file', 'file/below'])
    assert.throws(() => requireDataDir(join(folder, path)), {
      code: 'bad-config',
      message: /a file is in the way\. Name another with --data DIR\./,
    });
});
