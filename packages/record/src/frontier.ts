import { emptyRoot, nodeHash } from './merkle.ts';
import { RecordError } from './record-error.ts';

/**
 * The right edge of a growing tree: one hash for each perfect subtree, largest first. Appending costs two hashes on average
 * and the root costs at most one per level, whatever the tree's size.
 */
export type Frontier = {
  /** Number of leaves. */
  readonly size: number;
  append(leafHash: Uint8Array): void;
  root(): Uint8Array;
  /** The hashes, to be given back to {@link createFrontier}. */
  peaks(): Uint8Array[];
  clone(): Frontier;
};

/** @param peaks one hash per set bit of `size`, most significant first */
export function createFrontier(size = 0, peaks: readonly Uint8Array[] = []): Frontier {
  const stack = [...peaks];
  let count = size;
  if (stack.length !== setBits(size)) throw new RecordError('bad-proof', 'The peaks do not fit the size.');
  return {
    get size() {
      return count;
    },
    append(leaf) {
      let hash = leaf;
      // A trailing one bit is a perfect subtree waiting for its sibling. Division, as sizes pass 2^31.
      for (let rest = count; rest % 2 === 1; rest = (rest - 1) / 2)
        hash = nodeHash(stack.pop() as Uint8Array, hash);
      stack.push(hash);
      count += 1;
    },
    root() {
      if (stack.length === 0) return emptyRoot();
      let hash = stack[stack.length - 1] as Uint8Array;
      for (let i = stack.length - 2; i >= 0; i--) hash = nodeHash(stack[i] as Uint8Array, hash);
      return hash;
    },
    peaks: () => [...stack],
    clone: () => createFrontier(count, stack),
  };
}

function setBits(value: number): number {
  let bits = 0;
  for (let rest = value; rest > 0; rest = Math.floor(rest / 2)) bits += rest % 2;
  return bits;
}
