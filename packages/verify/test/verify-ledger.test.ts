import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { formatCheckpoint, signNote, utf8 } from '@portcullis/record';
import { createFileReader } from '../src/read-folder.ts';
import { verifyLedger } from '../src/verify-ledger.ts';
import { TRUST, W1 } from './bundle-writer.ts';
import { writeLedger } from './ledger-writer.ts';
import { ORIGIN } from './scenario.ts';
import { trustOf } from './trusts.ts';

const trust = trustOf(TRUST);

const judge = (files: Map<string, Uint8Array>) => verifyLedger((path) => files.get(path), trust);
const failures = (files: Map<string, Uint8Array>) =>
  judge(files)
    .checks.filter((check) => check.result === 'FAIL')
    .map((check) => `${check.name}: ${check.sentence}`);

for (const size of [0, 1, 2, 255, 256, 257, 600, 66_000]) {
  test(`a ledger of ${size} entries verifies`, () => {
    const files = writeLedger(size);
    assert.deepEqual(failures(files), []);
    assert.equal(judge(files).verdict, 'verified, unwitnessed');
  });
}

test('a changed byte in any file, and any file missing, fails', () => {
  const sound = writeLedger(600);
  for (const [path, bytes] of sound) {
    for (const at of [0, Math.floor(bytes.length / 2), bytes.length - 1]) {
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] as number) ^ 1;
      assert.notDeepEqual(failures(new Map([...sound, [path, changed]])), [], `${path} byte ${at}`);
    }
    const without = new Map(sound);
    without.delete(path);
    assert.match(failures(without).join(), /missing|no file checkpoint/, path);
  }
});

test('what is wrong is named: an entry, a tile, a root', () => {
  const sound = writeLedger(300);
  const tile = Uint8Array.from(sound.get('tile/0/000') as Uint8Array);
  tile[40] = (tile[40] as number) ^ 1;
  assert.match(
    failures(new Map([...sound, ['tile/0/000', tile]])).join(),
    /^tiles: The tile tile\/0\/000 does not follow/,
  );
  const other = writeLedger(301);
  assert.match(
    failures(new Map([...sound, ['checkpoint', other.get('checkpoint') as Uint8Array]])).join(),
    /entries: .*missing/,
  );
  const entries = Buffer.from(sound.get('tile/entries/001.p/44') as Uint8Array);
  entries[entries.indexOf('"n":256') + 6] = 0x37;
  assert.match(
    failures(new Map([...sound, ['tile/entries/001.p/44', entries]])).join(),
    /tiles: .*root: The entries lead to another root/,
  );
  const foreign = utf8(
    signNote(formatCheckpoint({ origin: ORIGIN, size: 0, root: new Uint8Array(32) }), [W1]),
  );
  assert.match(failures(new Map([['checkpoint', foreign]])).join(), /No trusted/);
});

test('a full tile may stand where a partial one was', () => {
  const small = writeLedger(300);
  const large = writeLedger(512);
  for (const name of ['tile/entries/001', 'tile/0/001']) {
    small.delete(`${name}.p/44`);
    small.set(name, large.get(name) as Uint8Array);
  }
  assert.deepEqual(failures(small), []);
});

test('files are read from a folder, and not through links that lead out of it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-ledger-'));
  try {
    for (const [path, bytes] of writeLedger(3)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
    assert.equal(verifyLedger(createFileReader(folder), trust).verdict, 'verified, unwitnessed');
    rmSync(join(folder, 'tile/0'), { recursive: true });
    symlinkSync('/etc', join(folder, 'tile/0'));
    assert.equal(verifyLedger(createFileReader(folder), trust).verdict, 'failed');
    rmSync(join(folder, 'checkpoint'));
    symlinkSync('/etc/passwd', join(folder, 'checkpoint'));
    assert.match(
      verifyLedger(createFileReader(folder), trust).checks[0]?.sentence ?? '',
      /leads out of the folder/,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
