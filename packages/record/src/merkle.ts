import { sha256 } from '#sha256';
import { concat, equalBytes } from './bytes.ts';
import { RecordError } from './record-error.ts';

/** Bytes of a hash. */
export const HASH_BYTES = 32;

const LEAF_PREFIX = 0;
const NODE_PREFIX = 1;
/** Messages are laid out in the same memory each time; an entry fits in it. */
const leafMessage = new Uint8Array(1 + 8192);
leafMessage[0] = LEAF_PREFIX;
const nodeMessage = new Uint8Array(1 + 2 * HASH_BYTES);
nodeMessage[0] = NODE_PREFIX;

/** `SHA-256(0x00 ‖ leaf)` (RFC 6962, section 2.1). */
export function leafHash(leaf: Uint8Array): Uint8Array {
  if (leaf.length >= leafMessage.length) return sha256(concat(leafMessage.subarray(0, 1), leaf));
  leafMessage.set(leaf, 1);
  return sha256(leafMessage.subarray(0, 1 + leaf.length));
}

/** `SHA-256(0x01 ‖ left ‖ right)` (RFC 6962, section 2.1). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  nodeMessage.set(left, 1);
  nodeMessage.set(right, 1 + HASH_BYTES);
  return sha256(nodeMessage);
}

/** The root of the tree of no leaves: SHA-256 of nothing. */
export function emptyRoot(): Uint8Array {
  return sha256(new Uint8Array(0));
}

/**
 * Checks that a leaf is at `index` in the tree of `size` leaves with `root` (RFC 9162, section 2.1.3.2).
 * @throws RecordError `bad-proof`
 */
export function verifyInclusion(
  index: bigint | number,
  size: bigint | number,
  leaf: Uint8Array,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): void {
  let node = BigInt(index);
  let last = BigInt(size) - 1n;
  if (node < 0n || node > last) throw new RecordError('bad-proof', 'The index lies outside the tree.');
  let hash = wellFormed(leaf);
  for (const sibling of proof) {
    if (last === 0n) throw new RecordError('bad-proof', 'The proof is longer than the tree is high.');
    if ((node & 1n) === 1n || node === last) {
      hash = nodeHash(wellFormed(sibling), hash);
      while ((node & 1n) === 0n && node !== 0n) {
        node >>= 1n;
        last >>= 1n;
      }
    } else {
      hash = nodeHash(hash, wellFormed(sibling));
    }
    node >>= 1n;
    last >>= 1n;
  }
  if (last !== 0n) throw new RecordError('bad-proof', 'The proof is shorter than the tree is high.');
  if (!equalBytes(hash, root)) throw new RecordError('bad-proof', 'The proof leads to another root.');
}

/**
 * Checks that the tree of `size1` leaves is a prefix of the tree of `size2` leaves (RFC 9162, section 2.1.4.2).
 * A proof from size 0 says nothing and is refused, as the specification has it start at 1.
 * @throws RecordError `bad-proof`
 */
export function verifyConsistency(
  size1: bigint | number,
  size2: bigint | number,
  proof: readonly Uint8Array[],
  root1: Uint8Array,
  root2: Uint8Array,
): void {
  const first = BigInt(size1);
  const second = BigInt(size2);
  if (first < 0n || second < first)
    throw new RecordError('bad-proof', 'The second tree is smaller than the first.');
  if (first === second) return verifySame(first, proof, root1, root2);
  if (first === 0n) throw new RecordError('bad-proof', 'Consistency with an empty tree proves nothing.');
  const path = isPowerOfTwo(first) ? [root1, ...proof] : proof;
  verifyGrowth(first, second, path, root1, root2);
}

function verifySame(size: bigint, proof: readonly Uint8Array[], root1: Uint8Array, root2: Uint8Array): void {
  if (proof.length > 0) throw new RecordError('bad-proof', 'Equal sizes need no proof.');
  if (!equalBytes(root1, root2))
    throw new RecordError('bad-proof', 'Equal sizes with different roots: a split view.');
  if (size === 0n && !equalBytes(root1, emptyRoot()))
    throw new RecordError('bad-proof', 'An empty tree has a wrong root.');
}

function verifyGrowth(
  first: bigint,
  second: bigint,
  path: readonly Uint8Array[],
  root1: Uint8Array,
  root2: Uint8Array,
): void {
  let node = first - 1n;
  let last = second - 1n;
  while ((node & 1n) === 1n) {
    node >>= 1n;
    last >>= 1n;
  }
  const [start, ...rest] = path;
  if (start === undefined) throw new RecordError('bad-proof', 'The proof is empty.');
  let hash1 = wellFormed(start);
  let hash2 = hash1;
  for (const sibling of rest) {
    if (last === 0n) throw new RecordError('bad-proof', 'The proof is longer than the tree is high.');
    if ((node & 1n) === 1n || node === last) {
      hash1 = nodeHash(wellFormed(sibling), hash1);
      hash2 = nodeHash(sibling, hash2);
      while ((node & 1n) === 0n && node !== 0n) {
        node >>= 1n;
        last >>= 1n;
      }
    } else {
      hash2 = nodeHash(hash2, wellFormed(sibling));
    }
    node >>= 1n;
    last >>= 1n;
  }
  if (last !== 0n) throw new RecordError('bad-proof', 'The proof is shorter than the tree is high.');
  if (!equalBytes(hash1, root1))
    throw new RecordError('bad-proof', 'The proof does not lead to the first root.');
  if (!equalBytes(hash2, root2))
    throw new RecordError('bad-proof', 'The proof does not lead to the second root.');
}

function isPowerOfTwo(value: bigint): boolean {
  return (value & (value - 1n)) === 0n;
}

function wellFormed(hash: Uint8Array): Uint8Array {
  if (hash.length !== HASH_BYTES) throw new RecordError('bad-proof', `A hash has ${HASH_BYTES} bytes.`);
  return hash;
}
