import { emptyRoot, nodeHash } from './merkle.ts';
import { RecordError } from './record-error.ts';

/**
 * Reads the hash of a perfect subtree: the `index`-th of 2^`level` leaves, counted from the left.
 * @see tile-hashes.ts for a reader over tiles
 */
export type NodeReader = (level: number, index: number) => Uint8Array;

/** The root of the first `size` leaves (RFC 6962, section 2.1). */
export function rootAt(size: number, read: NodeReader): Uint8Array {
  return size === 0 ? emptyRoot() : rangeHash(0, size, read);
}

/** Hashes from the leaf's sibling to the root's child (RFC 6962, section 2.1.1). @throws RecordError `bad-proof` */
export function inclusionProof(index: number, size: number, read: NodeReader): Uint8Array[] {
  if (!(index >= 0 && index < size))
    throw new RecordError('bad-proof', `Entry ${index} is not among the first ${size}.`);
  const proof: Uint8Array[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + split(end - start);
    if (index < middle) {
      proof.push(rangeHash(middle, end, read));
      end = middle;
    } else {
      proof.push(rangeHash(start, middle, read));
      start = middle;
    }
  }
  return proof.reverse();
}

/** Proof that the first `size1` leaves are a prefix of the first `size2` (RFC 6962, section 2.1.2). @throws RecordError `bad-proof` */
export function consistencyProof(size1: number, size2: number, read: NodeReader): Uint8Array[] {
  if (!(size1 > 0 && size1 <= size2))
    throw new RecordError('bad-proof', `No consistency from ${size1} to ${size2}.`);
  const proof: Uint8Array[] = [];
  let start = 0;
  let end = size2;
  let whole = true; // the old tree is still the left part of everything looked at
  while (size1 < end) {
    const middle = start + split(end - start);
    if (size1 <= middle) {
      proof.push(rangeHash(middle, end, read));
      end = middle;
    } else {
      proof.push(rangeHash(start, middle, read));
      start = middle;
      whole = false;
    }
  }
  if (!whole) proof.push(rangeHash(start, end, read));
  return proof.reverse();
}

/** Largest power of two below `count` (count > 1). */
function split(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}

function rangeHash(start: number, end: number, read: NodeReader): Uint8Array {
  const count = end - start;
  const level = Math.log2(count);
  if (Number.isInteger(level) && start % count === 0) return read(level, start / count);
  const middle = start + split(count);
  return nodeHash(rangeHash(start, middle, read), rangeHash(middle, end, read));
}
