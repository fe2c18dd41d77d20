import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import {
  encodeBundle,
  formatCheckpoint,
  leafHash,
  type NodeReader,
  nodeHash,
  rootAt,
  signNote,
  tilePath,
  tileWidthAt,
  utf8,
} from '@portcullis/record';
import { createFileReader } from '../src/read-folder.ts';
import { verifyLedger } from '../src/verify-ledger.ts';
import { LOG_SIGNERS, TRUST, W1 } from './bundle-writer.ts';
import { ORIGIN, timeOf } from './scenario.ts';
import { trustOf } from './trusts.ts';

const trust = trustOf(TRUST);

/** The static files of a ledger of `size` entries, as a C2SP log publishes them. */
function writeLedger(size: number): Map<string, Uint8Array> {
  const leaves = Array.from({ length: size }, (_, i) =>
    utf8(`{"n":${i},"time":"${timeOf(i)}","type":"test","version":1}`),
  );
  const memo = new Map<string, Uint8Array>();
  const read: NodeReader = (level, index) => {
    const key = `${level}/${index}`;
    const node =
      memo.get(key) ??
      (level === 0
        ? leafHash(leaves[index] as Uint8Array)
        : nodeHash(read(level - 1, 2 * index), read(level - 1, 2 * index + 1)));
    memo.set(key, node);
    return node;
  };
  const files = new Map<string, Uint8Array>();
  for (let i = 0; i * 256 < size; i++)
    files.set(
      tilePath('entries', i, tileWidthAt(0, i, size)),
      encodeBundle(leaves.slice(i * 256, (i + 1) * 256)),
    );
  for (let level = 0; tileWidthAt(level, 0, size) > 0; level++)
    for (let i = 0; tileWidthAt(level, i, size) > 0; i++) {
      const width = tileWidthAt(level, i, size);
      const nodes = Array.from({ length: width }, (_, k) => read(8 * level, 256 * i + k));
      files.set(tilePath(level, i, width), Buffer.concat(nodes));
    }
  files.set(
    'checkpoint',
    utf8(signNote(formatCheckpoint({ origin: ORIGIN, size, root: rootAt(size, read) }), LOG_SIGNERS)),
  );
  return files;
}

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
