import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  consistencyProof,
  createFrontier,
  createNodeReader,
  emptyRoot,
  inclusionProof,
  leafHash,
  type NodeReader,
  nodeHash,
  rootAt,
  tileWidthAt,
  u64be,
  verifyConsistency,
  verifyInclusion,
} from '@portcullis/record';
import fc from 'fast-check';

const leaves = Array.from({ length: 700 }, (_, i) => leafHash(u64be(i)));

/** Merkle tree hash as RFC 6962, section 2.1 writes it. */
function mth(from: number, to: number): Uint8Array {
  if (to - from === 0) return emptyRoot();
  if (to - from === 1) return leaves[from] as Uint8Array;
  let k = 1;
  while (k * 2 < to - from) k *= 2;
  return nodeHash(mth(from, from + k), mth(from + k, to));
}

const read: NodeReader = (level, index) => mth(index * 2 ** level, (index + 1) * 2 ** level);
const sizes = fc.integer({ min: 0, max: leaves.length });

test('frontier, rootAt and the definition agree at every size up to 300', () => {
  const frontier = createFrontier();
  for (let size = 0; size <= 300; size++) {
    assert.equal(frontier.size, size);
    const root = mth(0, size);
    assert.deepEqual(frontier.root(), root);
    assert.deepEqual(rootAt(size, read), root);
    frontier.append(leaves[size] as Uint8Array);
  }
});

test('a frontier restored from its peaks, or cloned, goes on as the original', () => {
  fc.assert(
    fc.property(sizes, sizes, (a, b) => {
      const [from, to] = a <= b ? [a, b] : [b, a];
      const first = createFrontier();
      for (const leaf of leaves.slice(0, from)) first.append(leaf);
      const restored = createFrontier(from, first.peaks());
      const clone = first.clone();
      for (const leaf of leaves.slice(from, to)) {
        restored.append(leaf);
        clone.append(leaf);
      }
      assert.deepEqual(restored.root(), mth(0, to));
      assert.deepEqual(clone.root(), mth(0, to));
      assert.deepEqual(first.root(), mth(0, from), 'the original is untouched');
    }),
    { numRuns: 60 },
  );
  assert.throws(() => createFrontier(3, [emptyRoot()]), { code: 'bad-proof' });
});

test('a reader over tiles gives the same nodes', () => {
  const size = leaves.length;
  const tiles: NodeReader = createNodeReader(size, (level, index, width) => {
    const tile = new Uint8Array(width * 32);
    for (let i = 0; i < width; i++) tile.set(read(level * 8, index * 256 + i), i * 32);
    return tile;
  });
  assert.equal(tileWidthAt(1, 0, size), 2);
  assert.deepEqual(rootAt(size, tiles), mth(0, size));
  for (const [level, index] of [
    [0, 699],
    [3, 86],
    [7, 4],
    [8, 1],
    [9, 0],
  ] as const)
    assert.deepEqual(tiles(level, index), read(level, index), `${level}/${index}`);
});

test('inclusion: honest proofs verify; any flipped bit, other index, size, leaf or length does not', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 700 }), fc.nat(), fc.nat(), (size, at, seed) => {
      const index = at % size;
      const leaf = leaves[index] as Uint8Array;
      const root = mth(0, size);
      const proof = inclusionProof(index, size, read);
      verifyInclusion(index, size, leaf, proof, root);
      const bad = (check: () => void) => assert.throws(check, { code: 'bad-proof' });
      if (proof.length > 0) {
        bad(() => verifyInclusion(index, size, leaf, mutate(proof, seed), root));
        bad(() => verifyInclusion(index, size, leaf, proof.slice(1), root));
        bad(() => verifyInclusion(index, size, leaf, proof.slice(0, -1), root));
        bad(() => verifyInclusion(index ^ 1, size, leaf, proof, root));
      }
      bad(() => verifyInclusion(index, size, leaf, [...proof, root], root));
      bad(() => verifyInclusion(size, size, leaf, proof, root));
      bad(() => verifyInclusion(-1, size, leaf, proof, root));
      bad(() => verifyInclusion(index, size, leaf.subarray(1), proof, root));
    }),
    { numRuns: 150 },
  );
});

test('consistency: honest proofs verify; any flipped bit, other size or length does not', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 700 }), fc.nat(), fc.nat(), (size2, at, seed) => {
      const size1 = 1 + (at % size2);
      const root1 = mth(0, size1);
      const root2 = mth(0, size2);
      const proof = consistencyProof(size1, size2, read);
      verifyConsistency(size1, size2, proof, root1, root2);
      const bad = (check: () => void) => assert.throws(check, { code: 'bad-proof' });
      if (proof.length > 0) bad(() => verifyConsistency(size1, size2, mutate(proof, seed), root1, root2));
      bad(() => verifyConsistency(size1, size2, [...proof, root2], root1, root2));
      if (size1 !== size2) {
        bad(() => verifyConsistency(size1, size2, proof.slice(0, -1), root1, root2));
        bad(() => verifyConsistency(size1, size2, proof, root2, root1));
        bad(() => verifyConsistency(size2, size1, proof, root1, root2));
      }
    }),
    { numRuns: 150 },
  );
});

test('proofs that can not be are refused', () => {
  assert.throws(() => inclusionProof(5, 5, read), { code: 'bad-proof' });
  assert.throws(() => inclusionProof(-1, 5, read), { code: 'bad-proof' });
  assert.throws(() => inclusionProof(Number.NaN, 5, read), { code: 'bad-proof' });
  assert.throws(() => consistencyProof(0, 5, read), { code: 'bad-proof' });
  assert.throws(() => consistencyProof(6, 5, read), { code: 'bad-proof' });
});

test('a frontier above 2^32 leaves keeps its arithmetic', () => {
  const size = 2 ** 33 + 2 ** 32 + 1;
  const peaks = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte));
  const frontier = createFrontier(size, peaks);
  frontier.append(new Uint8Array(32).fill(4));
  assert.equal(frontier.peaks().length, 3);
  assert.deepEqual(frontier.peaks()[2], nodeHash(new Uint8Array(32).fill(3), new Uint8Array(32).fill(4)));
});

function mutate(proof: readonly Uint8Array[], seed: number): Uint8Array[] {
  const copy = proof.map((hash) => hash.slice());
  const hash = copy[seed % copy.length] as Uint8Array;
  hash[seed % 32] = (hash[seed % 32] as number) ^ (1 << (seed % 8));
  return copy;
}

test('an inner node can not pass for a leaf of the tree', () => {
  const root = mth(0, 4);
  assert.throws(() => verifyInclusion(0, 4, mth(0, 2), [mth(2, 4)], root), { code: 'bad-proof' });
  assert.throws(() => verifyInclusion(2, 4, mth(2, 4), [mth(0, 2)], root), { code: 'bad-proof' });
  assert.throws(() => verifyInclusion(0, 4, root, [], root), { code: 'bad-proof' });
});
