import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { prepareEntry } from './ledger-writer.ts';
import { createTestLedger, numberedEntry } from './test-ledger.ts';

// A reader that knows nothing but c2sp.org/tlog-tiles and RFC 6962: from `checkpoint` and `tile/…` alone it comes to the signed root.

const sha256 = (...parts: Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const ZERO = Uint8Array.of(0);
const ONE = Uint8Array.of(1);

/** N in groups of three digits, all but the last with an x. */
function pathOf(level: string, index: number, width: number): string {
  const digits = String(index).padStart(Math.ceil(String(index).length / 3) * 3, '0');
  const groups = digits.match(/.{3}/g) as string[];
  const name = groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/');
  return `tile/${level}/${name}${width < 256 ? `.p/${width}` : ''}`;
}

/** RFC 6962, section 2.1, by its definition. */
function treeHash(hashes: readonly Buffer[]): Buffer {
  if (hashes.length === 1) return hashes[0] as Buffer;
  let k = 1;
  while (k * 2 < hashes.length) k *= 2;
  return sha256(ONE, treeHash(hashes.slice(0, k)), treeHash(hashes.slice(k)));
}

test('any client of the format can read the ledger and come to its root', () => {
  const ledger = createTestLedger();
  const writer = ledger.open();
  for (let at = 1; at < 1300; at += 100)
    writer.commit(Array.from({ length: 100 }, (_, i) => prepareEntry(numberedEntry(at + i))));
  writer.publish();
  const read = (path: string): Buffer => {
    const { disk } = ledger;
    const bytes = Buffer.alloc(disk.stat(`${ledger.paths.ledger}/${path}`)?.sizeBytes ?? 0);
    const fd = disk.open(`${ledger.paths.ledger}/${path}`, 'r');
    disk.read(fd, bytes, 0, bytes.length, 0);
    disk.close(fd);
    return bytes;
  };
  const [origin, sizeText, root] = read('checkpoint').toString().split('\n');
  assert.equal(origin, 'ledger.example/test');
  const size = Number(sizeText);
  assert.equal(size, 1301);

  const leaves: Buffer[] = [];
  for (let tile = 0; tile * 256 < size; tile++) {
    const width = Math.min(256, size - tile * 256);
    const bundle = read(pathOf('entries', tile, width));
    const hashes = read(pathOf('0', tile, width));
    for (let at = 0, i = 0; at < bundle.length; i++) {
      const end = at + 2 + bundle.readUInt16BE(at);
      leaves.push(sha256(ZERO, bundle.subarray(at + 2, end)));
      assert.deepEqual(leaves.at(-1), hashes.subarray(i * 32, i * 32 + 32));
      at = end;
    }
  }
  assert.equal(leaves.length, size);
  assert.equal(treeHash(leaves).toString('base64'), root);
  const level1 = read(pathOf('1', 0, Math.floor(size / 256)));
  for (let i = 0; i < Math.floor(size / 256); i++)
    assert.deepEqual(level1.subarray(i * 32, i * 32 + 32), treeHash(leaves.slice(i * 256, (i + 1) * 256)));
});
