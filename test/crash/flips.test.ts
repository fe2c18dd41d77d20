import assert from 'node:assert/strict';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readSqliteLock } from '../../packages/server/src/ledger/checkpoint-lock-sqlite.ts';
import { type FlipLedger, flipped, isNoticed, makeFlipLedger, whyFree, withChanged } from './flips.ts';

// A sample of the bytes of the large files; every byte of the small ones, of tiles and of staging is in fsck.test.ts, on a disk in memory.
// CRASH_FLIPS=all tries every byte of every file.

const SAMPLE_BYTES = process.env['CRASH_FLIPS'] === 'all' ? Infinity : 24;
let ledger: FlipLedger;
let note = '';

before(async () => {
  ledger = await makeFlipLedger();
  note = readSqliteLock(join(ledger.dataDir, 'lock.sqlite'))[0]?.note ?? '';
});
after(() => ledger.dispose());

test('the ledger is whole before anything is changed', async () => {
  assert.ok(note.length > 100);
  assert.equal(await isNoticed(ledger.dataDir), false);
  const kinds = [
    'lock.sqlite',
    'lock.sqlite-wal',
    'staging/commits',
    'keys/ledger-ed25519.pem',
    'vault/keys/bob@1.key',
  ];
  for (const kind of kinds)
    assert.ok(ledger.files.includes(kind), `${kind} is not among ${ledger.files.join(', ')}`);
});

test('a changed byte of any file is noticed, or free for a reason that is shown', async (t) => {
  const free = new Map<string, number>();
  let noticed = 0;
  for (const path of ledger.files) {
    const full = join(ledger.dataDir, path);
    const bytes = readFileSync(full);
    const stride = Math.max(1, Math.floor(bytes.length / SAMPLE_BYTES));
    for (let at = stride >> 1; at < bytes.length; at += stride) {
      await withChanged(full, flipped(bytes, at), async () => {
        if (await isNoticed(ledger.dataDir)) {
          noticed += 1;
          return;
        }
        const why = whyFree(ledger.dataDir, path, at, bytes, note);
        assert.ok(why !== undefined, `byte ${at} of ${path} was not noticed`);
        free.set(`${path}: ${why}`, (free.get(`${path}: ${why}`) ?? 0) + 1);
      });
    }
  }
  for (const [why, count] of free) t.diagnostic(`${count} free: ${why}`);
  assert.ok(noticed > 100, `only ${noticed} were noticed`);
});

test('a file that is cut is noticed', async () => {
  for (const path of ledger.files) {
    const full = join(ledger.dataDir, path);
    const bytes = readFileSync(full);
    if (bytes.length === 0 || /-shm$|-writer/.test(path)) continue;
    // The older partial tile may be dropped by anybody, but not be another.
    for (const length of new Set([0, 1, bytes.length >> 1, bytes.length - 1])) {
      await withChanged(full, bytes.subarray(0, length), async () => {
        const why = (await isNoticed(ledger.dataDir)) || whyFree(ledger.dataDir, path, length, bytes, note);
        assert.ok(why, `${path} cut to ${length} bytes was not noticed`);
      });
    }
  }
});

test('a secret that others may read is noticed', async () => {
  for (const path of ['keys/ledger-ed25519.pem', 'keys/ledger-ml-dsa-44.pem']) {
    chmodSync(join(ledger.dataDir, path), 0o644);
    assert.ok(await isNoticed(ledger.dataDir), path);
    chmodSync(join(ledger.dataDir, path), 0o600);
  }
});
