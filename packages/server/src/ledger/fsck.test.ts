import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  concat,
  formatCheckpoint,
  hex,
  leafHash,
  type NoteVerifier,
  sha256,
  signNote,
  utf8,
} from '@portcullis/record';
import { listFiles, writeImmutable } from '../seams/durable-files.ts';
import { prepareEntry } from './ledger-writer.ts';
import { STAGING_FILE, SWAPPED_BYTES } from './staging.ts';
import { createTestLedger, numberedEntry, TEST_ORIGIN, type TestLedger } from './test-ledger.ts';

let verifiers: readonly NoteVerifier[] = [];

/** Signatures are checked once each: most of what a flip leaves alone is checked ten thousand times. */
function remembering(verifier: NoteVerifier): NoteVerifier {
  const known = new Map<string, boolean>();
  return {
    ...verifier,
    verify(text, signature) {
      const key = hex(sha256(concat(text, signature)));
      const answer = known.get(key) ?? verifier.verify(text, signature);
      known.set(key, answer);
      return answer;
    },
  };
}

/** A few entries: published, archived, and some that are only staged. */
function smallLedger(): TestLedger {
  const ledger = createTestLedger();
  const writer = ledger.open();
  verifiers = writer.keys.verifiers.map(remembering);
  const content = { vaultKey: 'a@1', sealed: new Uint8Array(30).fill(7) };
  writer.commit([prepareEntry(numberedEntry(1), content), prepareEntry(numberedEntry(2))]);
  writer.publish();
  writer.commit([prepareEntry(numberedEntry(3))]);
  return ledger;
}

async function assertNoticed(ledger: TestLedger, what: string): Promise<void> {
  const report = await ledger.fsck({ verifiers });
  assert.ok(!report.ok, `${what} was not noticed`);
  assert.match(report.sentence, /^[A-Z].*\.$/s, 'one sentence');
}

test('a whole ledger is found whole', async () => {
  const report = await smallLedger().fsck();
  assert.ok(report.ok, report.sentence);
  assert.deepEqual(
    { size: report.size, publishedSize: report.publishedSize, records: report.vault.records },
    { size: 4, publishedSize: 3, records: 1 },
  );
});

test('any byte that changes in ledger, staging, archive or vault is noticed', async () => {
  const ledger = smallLedger();
  let flipped = 0;
  for (const folder of [
    ledger.paths.ledger,
    ledger.paths.staging,
    ledger.paths.archive,
    ledger.paths.vault,
  ]) {
    for (const name of listFiles(ledger.disk, folder)) {
      const path = `${folder}/${name}`;
      const sizeBytes = ledger.disk.stat(path)?.sizeBytes ?? 0;
      const stride = sizeBytes > 65_536 ? 97 : 1;
      // The last mark in staging only repeats what the lock holds; without it a lock is not less true.
      const free = path.endsWith(STAGING_FILE) ? SWAPPED_BYTES : 0;
      for (let at = 0; at < sizeBytes - free; at += stride, flipped++) {
        // Which bit differs from byte to byte.
        const flip = (bytes: Uint8Array) => (bytes[at] = (bytes[at] as number) ^ (1 << (at % 8)));
        ledger.disk.patch(path, flip);
        await assertNoticed(ledger, `byte ${at} of ${path}`);
        ledger.disk.patch(path, flip);
      }
    }
  }
  assert.ok(flipped > 8000, `only ${flipped} bytes were flipped`);
  assert.ok((await ledger.fsck()).ok);
});

test('any character that changes in the lock is noticed', async () => {
  const ledger = smallLedger();
  const note = ledger.locks.notes.get(TEST_ORIGIN) as string;
  for (let at = 0; at < note.length; at++) {
    const other = String.fromCharCode(note.charCodeAt(at) ^ (1 << (at % 7)));
    ledger.locks.notes.set(TEST_ORIGIN, note.slice(0, at) + other + note.slice(at + 1));
    await assertNoticed(ledger, `character ${at} of the lock's note`);
  }
});

test('a file that is missing, cut or of another ledger is noticed', async () => {
  const ledger = smallLedger();
  const { disk } = ledger;
  for (const folder of [ledger.paths.ledger, ledger.paths.staging, ledger.paths.vault]) {
    for (const name of listFiles(disk, folder)) {
      // Older partial tiles may be dropped by anybody, so their absence is no damage; and vault records without commitments are free to go.
      if (name.endsWith('.p/1') || name.endsWith('.seg')) continue;
      disk.rename(`${folder}/${name}`, '/data/away');
      await assertNoticed(ledger, `the absence of ${name}`);
      disk.rename('/data/away', `${folder}/${name}`);
    }
  }
  for (const stray of ['tile/0/001', 'tile/0/000.p/200', 'tile/entries/000.p/4', 'index.html']) {
    const path = `${ledger.paths.ledger}/${stray}`;
    disk.close(disk.open(path, 'w'));
    await assertNoticed(ledger, `the stray file ${stray}`);
    disk.unlink(path);
  }
  assert.ok((await ledger.fsck()).ok);
});

test('an archived checkpoint of another root is noticed, although the ledger itself signed it', async () => {
  const ledger = createTestLedger();
  const writer = ledger.open();
  writer.commit([prepareEntry(numberedEntry(1))]);
  const { size } = writer.archive();
  const path = `${ledger.paths.archive}/${size}`;
  const text = formatCheckpoint({ origin: TEST_ORIGIN, size, root: new Uint8Array(32) });
  const note = signNote(
    text,
    writer.keys.signers(() => ledger.clock.now() / 1000),
  );
  ledger.disk.unlink(path);
  writeImmutable(ledger.disk, `${path}.tmp`, path, utf8(note));
  const { ok, sentence } = await ledger.fsck();
  assert.ok(!ok);
  assert.match(sentence, /root of the archived checkpoint 2 is not the one/);
});

test('an entry that is none is noticed, although it was hashed and signed', async () => {
  const ledger = createTestLedger();
  const bytes = utf8('{"time":"2026-01-01T00:00:00.000Z","type":"account.created","version":1}');
  ledger.open().commit([{ bytes, leafHash: leafHash(bytes) }]);
  const { ok, sentence } = await ledger.fsck();
  assert.ok(!ok);
  assert.match(sentence, /Entry 1 of the ledger is not what an entry may be/);
});
