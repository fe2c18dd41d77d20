import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { nodeFileSystem as fs } from '../seams/file-system-node.ts';
import { openVaultBatch } from './vault-batch.ts';
import { createVaultReader } from './vault-reader.ts';
import { openVaultWriter } from './vault-writer.ts';

test('a batch reads what the reader reads: every record, none where there is none, and those that come while it is open', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'portcullis-batch-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  // Several segments, records larger and smaller than what is read at once.
  const writer = openVaultWriter({ fs, dir, size: 0, publishedSize: 0, segmentBytesMax: 600_000 });
  t.after(() => writer.close());
  const item = (index: number) => ({
    index,
    leafHash: new Uint8Array(32).fill(index),
    content: { vaultKey: `one@${index + 1}`, sealed: new Uint8Array((index % 5) * 40_000 + 100).fill(index) },
  });
  const batch = openVaultBatch(fs, dir);
  const reader = createVaultReader(fs, dir);
  assert.equal(batch.read(0), undefined);
  for (let first = 0; first < 40; first += 4) {
    // Every fourth entry has no content.
    writer.append(
      [0, 1, 2].map((i) => item(first + i)),
      Date.UTC(2026, 0, 1),
    );
    for (let index = first; index < first + 3; index++) {
      assert.deepEqual(batch.read(index)?.sealed, item(index).content.sealed);
      assert.deepEqual(batch.read(index), reader.read(index));
    }
    assert.equal(batch.read(first + 3), undefined);
  }
  for (let index = 39; index >= 0; index--) assert.deepEqual(batch.read(index), reader.read(index));
  batch.close();
  assert.deepEqual(batch.read(5), reader.read(5));
  batch.close();
});
