import { digest, sameBytes } from './octets.ts';
import { refuse } from './verify-error.ts';

// Merkle trees (RFC 6962, section 2.1), written from the recursive definitions, top down. Sizes up to 2^53.

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export function leafNode(leaf: Uint8Array): Buffer {
  return digest(LEAF, leaf);
}

export function joinNodes(left: Uint8Array, right: Uint8Array): Buffer {
  return digest(NODE, left, right);
}

/** Largest power of two below `size`, for size > 1. */
function leftSize(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

/** The root that an inclusion proof leads to; `proof` goes from the leaf's sibling to the root's child. */
export function rootFromInclusion(
  index: number,
  size: number,
  leaf: Uint8Array,
  proof: readonly Uint8Array[],
): Uint8Array {
  if (index >= size) refuse(`Entry ${index} lies outside the tree of ${size}.`);
  if (size === 1) return proof.length === 0 ? leaf : refuse('An inclusion proof is too long.');
  const sibling = proof[proof.length - 1];
  if (sibling === undefined) return refuse('An inclusion proof is too short.');
  const rest = proof.slice(0, -1);
  const left = leftSize(size);
  return index < left
    ? joinNodes(rootFromInclusion(index, left, leaf, rest), sibling)
    : joinNodes(sibling, rootFromInclusion(index - left, size - left, leaf, rest));
}

/** Checks that the first `from` of `to` leaves had the root `first` and all have the root `last` (RFC 6962, section 2.1.2). */
export function checkGrowth(
  from: number,
  to: number,
  proof: readonly Uint8Array[],
  first: Uint8Array,
  last: Uint8Array,
): void {
  if (from < 1 || from > to) refuse(`There is no growth from ${from} to ${to}.`);
  const left = [...proof];
  const roots = growthRoots(from, to, left, true, first);
  if (left.length > 0) refuse('The consistency proof is too long.');
  if (!sameBytes(roots.old, first)) refuse('The consistency proof does not lead to the first root.');
  if (!sameBytes(roots.now, last)) refuse('The consistency proof does not lead to the last root.');
}

/** SUBPROOF(m, D[n], b) read backwards: `proof` is consumed from its end. */
function growthRoots(
  from: number,
  to: number,
  proof: Uint8Array[],
  whole: boolean,
  first: Uint8Array,
): { old: Uint8Array; now: Uint8Array } {
  if (from === to) {
    const node = whole ? first : takeLast(proof);
    return { old: node, now: node };
  }
  const left = leftSize(to);
  if (from <= left) {
    const right = takeLast(proof);
    const below = growthRoots(from, left, proof, whole, first);
    return { old: below.old, now: joinNodes(below.now, right) };
  }
  const sibling = takeLast(proof);
  const below = growthRoots(from - left, to - left, proof, false, first);
  return { old: joinNodes(sibling, below.old), now: joinNodes(sibling, below.now) };
}

function takeLast(proof: Uint8Array[]): Uint8Array {
  return proof.pop() ?? refuse('The consistency proof is too short.');
}

/** One perfect subtree of a growing tree. */
type Peak = { readonly leaves: number; readonly node: Uint8Array };

/** A tree that grows by leaves, from nothing or from the peaks of its first `size` leaves, largest first. */
export function createGrowingTree(size = 0, peakNodes: readonly Uint8Array[] = []) {
  const peaks: Peak[] = [];
  let rest = size;
  for (const node of peakNodes) {
    if (rest === 0) refuse('There are more peaks than the size allows.');
    const leaves = rest === 1 ? 1 : leftSize(rest + 1);
    peaks.push({ leaves, node });
    rest -= leaves;
  }
  if (rest !== 0) refuse('There are fewer peaks than the size demands.');
  return {
    append(node: Uint8Array): void {
      let added: Peak = { leaves: 1, node };
      for (let last = peaks.at(-1); last?.leaves === added.leaves; last = peaks.at(-1)) {
        added = { leaves: 2 * added.leaves, node: joinNodes(last.node, added.node) };
        peaks.pop();
      }
      peaks.push(added);
    },
    root(): Uint8Array {
      return peaks.length === 0
        ? digest()
        : peaks.map((peak) => peak.node).reduceRight((right, node) => joinNodes(node, right));
    },
  };
}
