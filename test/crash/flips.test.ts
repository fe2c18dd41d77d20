import assert from 'node:assert/strict';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readSqliteLock } from '../../packages/server/src/ledger/checkpoint-lock-sqlite.ts';
import { type FlipLedger, flipped, isNoticed, makeFlipLedger, whyFree, withChanged } from './flips.ts';

// A sample of the bytes of the large files; every byte of the small ones, of tiles and of staging is in fsck.test.ts, on a disk in memory.
// CRASH_FLIPS=all tries every byte of every file.

const SAMPLE_BYTES = process.env['CRASH_FLIPS'] === 'all' ? Infinity : 20;
const ledgers = new Map<'killed' | 'closed', FlipLedger>();
const ledgerOf = (end: 'killed' | 'closed') => ledgers.get(end) as FlipLedger;

before(async () => {
  for (const end of ['killed', 'closed'] as const) ledgers.set(end, await makeFlipLedger(end));
});
after(() => ledgers.forEach((ledger) => ledger.dispose()));

const noteOf = ({ dataDir }: FlipLedger): string =>
  readSqliteLock(join(dataDir, 'lock.sqlite'))[0]?.note ?? '';

test('the ledgers are whole before anything is changed', async () => {
  for (const ledger of ledgers.values()) {
    assert.ok(noteOf(ledger).length > 100);
    assert.equal(await isNoticed(ledger.dataDir), false);
    const kinds = ['lock.sqlite', 'staging/commits', 'keys/ledger-ed25519.pem', 'vault/keys/bob@1.key'];
    for (const kind of kinds)
      assert.ok(ledger.files.includes(kind), `${kind} is not among ${ledger.files.join(', ')}`);
  }
  assert.ok(ledgerOf('killed').files.includes('lock.sqlite-wal'));
});

for (const end of ['killed', 'closed'] as const) {
  test(`${end}: a changed byte of any file is noticed, or free for a reason that is shown`, async (t) => {
    const { dataDir, files } = ledgerOf(end);
    const note = noteOf(ledgerOf(end));
    const free = new Map<string, number>();
    let noticed = 0;
    for (const path of files) {
      const full = join(dataDir, path);
      const bytes = readFileSync(full);
      const stride = Math.max(1, Math.floor(bytes.length / SAMPLE_BYTES));
      for (let at = stride >> 1; at < bytes.length; at += stride) {
        await withChanged(full, flipped(bytes, at), async () => {
          if (await isNoticed(dataDir)) {
            noticed += 1;
            return;
          }
          const why = whyFree(dataDir, path, at, bytes, note);
          assert.ok(why !== undefined, `byte ${at} of ${path} was not noticed`);
          free.set(`${path}: ${why}`, (free.get(`${path}: ${why}`) ?? 0) + 1);
        });
      }
    }
    for (const [why, count] of free) t.diagnostic(`${count} free: ${why}`);
    assert.ok(noticed > 100, `only ${noticed} were noticed`);
  });

  test(`${end}: a file that is cut is noticed`, async () => {
    const { dataDir, files } = ledgerOf(end);
    const note = noteOf(ledgerOf(end));
    for (const path of files) {
      const full = join(dataDir, path);
      const bytes = readFileSync(full);
      if (bytes.length === 0 || /-shm$|-writer/.test(path)) continue;
      for (const length of new Set([0, 1, bytes.length >> 1, bytes.length - 1])) {
        // Positions that end early read as zeroes do, and a start makes them anew (damages.ts).
        if (path === 'vault/positions' && bytes.subarray(length).every((byte) => byte === 0)) continue;
        await withChanged(full, bytes.subarray(0, length), async () => {
          const why = (await isNoticed(dataDir)) || whyFree(dataDir, path, length, bytes, note);
          assert.ok(why, `${path} cut to ${length} bytes was not noticed`);
        });
      }
    }
  });
}

test('a secret that others may read is noticed', async () => {
  for (const path of ['keys/ledger-ed25519.pem', 'keys/ledger-ml-dsa-44.pem']) {
    chmodSync(join(ledgerOf('closed').dataDir, path), 0o644);
    assert.ok(await isNoticed(ledgerOf('closed').dataDir), path);
    chmodSync(join(ledgerOf('closed').dataDir, path), 0o600);
  }
});
