import type { Found } from '../check-run.ts';
import { asExactly, asIndex, asTextList } from '../fields.ts';
import type { CaseRecord } from '../case-record.ts';
import type { Leaf } from '../leaf.ts';
import { PROOF_HASHES_MAX } from '../limits.ts';
import { linesOf } from '../lines.ts';
import type { Manifest } from '../manifest.ts';
import { hashOf, sameBytes } from '../octets.ts';
import { requireLogKeys } from '../require-keys.ts';
import { type Checkpoint, openCheckpoint } from '../signed-note.ts';
import { readCanonical } from '../strict-json.ts';
import { checkGrowth, createGrowingTree, rootFromInclusion } from '../tree.ts';
import type { Trust } from '../trust.ts';
import { quote, refuse } from '../verify-error.ts';
import type { BundleFiles } from './check-files.ts';
import type { Leaves } from './check-leaves.ts';

/** `first` is missing where the range starts at the first entry of the ledger. */
export type Checkpoints = { readonly first: Checkpoint | undefined; readonly last: Checkpoint };

/**
 * Opens a checkpoint and demands that the trusted log of `origin` signed it with every type of key that is trusted for it.
 * @param anchored where a later tree, which newer keys signed, leads to this one
 */
export function openTrusted(
  bytes: Uint8Array,
  trust: Trust,
  origin: string | undefined,
  what: string,
  anchored = false,
): Checkpoint {
  const checkpoint = openCheckpoint(bytes, [...trust.logs, ...trust.witnesses], what);
  if (origin !== undefined && checkpoint.origin !== origin)
    refuse(`${what} is of another log: ${quote(checkpoint.origin)}.`);
  requireLogKeys(trust, { ...checkpoint, anchored }, what);
  return checkpoint;
}

export function checkCheckpoints(files: BundleFiles, manifest: Manifest, trust: Trust): Found<Checkpoints> {
  const firstBytes = files.get('checkpoints/first') as Uint8Array;
  const last = openTrusted(
    files.get('checkpoints/last') as Uint8Array,
    trust,
    manifest.origin,
    'checkpoints/last',
  );
  const first =
    firstBytes.length === 0
      ? undefined
      : // The check “consistency” has the last tree lead to it.
        openTrusted(firstBytes, trust, manifest.origin, 'checkpoints/first', true);
  if (first !== undefined && first.size > last.size) refuse('The first checkpoint is larger than the last.');
  const from =
    first === undefined ? 'No first checkpoint is needed' : `The first is of ${first.size} entries`;
  return {
    value: { first, last },
    sentence: `Signed by the trusted log keys. ${from}; the last is of ${last.size}.`,
  };
}

/** The leaves are all there are from start to end, and lead from the first root to the last. */
export function checkRange(
  { range, byIndex }: Leaves,
  { first, last }: Checkpoints,
  { createdBefore }: Pick<CaseRecord, 'createdBefore'>,
): Found<true> {
  if (!range.complete)
    return {
      value: true,
      absent: true,
      sentence: 'Not shown complete: entries between those listed may have been left out.',
    };
  if ((first?.size ?? 0) !== range.start || last.size !== range.end)
    refuse(`The range ${range.start} to ${range.end} is not the one between the checkpoints.`);
  const tree = createGrowingTree(range.start, range.peaks);
  if (first !== undefined && !sameBytes(tree.root(), first.root))
    refuse('The peaks do not lead to the first root.');
  for (let index = range.start; index < range.end; index++) tree.append((byIndex.get(index) as Leaf).node);
  if (!sameBytes(tree.root(), last.root))
    refuse('The entries do not lead to the root of the last checkpoint.');
  const every = `every entry from ${range.start} to ${range.end - 1} is here, none left out or changed`;
  if (createdBefore.length > 0)
    return {
      value: true,
      absent: true,
      sentence: `Not shown complete: ${every}, but ${createdBefore.length} accused accounts, such as ${quote(createdBefore[0] as string)}, were created before, and what they did until then is not here.`,
    };
  return {
    value: true,
    sentence: `Complete: ${every}. The last was made at ${lastTime(byIndex, range.end)}.`,
  };
}

/** Shown, as a bundle over an old checkpoint says nothing about what came later. */
function lastTime(byIndex: Leaves['byIndex'], end: number): string {
  return byIndex.get(end - 1)?.time ?? 'no time';
}

export function checkConsistency(files: BundleFiles, { first, last }: Checkpoints): Found<true> {
  const value = readCanonical(files.get('consistency.json') as Uint8Array, 'consistency.json');
  const object = asExactly(value, ['from', 'hashes', 'to'], 'consistency.json');
  const from = asIndex(object.from, 'from');
  const hashes = readHashes(object.hashes as never, 'consistency.json');
  if (from !== (first?.size ?? 0) || asIndex(object.to, 'to') !== last.size)
    refuse('consistency.json is not between the two checkpoints.');
  if (first === undefined || from === 0) {
    if (hashes.length > 0) refuse('consistency.json has hashes where none are needed.');
    if (first !== undefined && !sameBytes(first.root, createGrowingTree().root()))
      refuse('The root of the empty tree is wrong.');
    return {
      value: true,
      sentence: 'The range starts with the ledger, so that there is no earlier tree to be consistent with.',
    };
  }
  checkGrowth(from, last.size, hashes, first.root, last.root);
  return {
    value: true,
    sentence: `The tree of ${from} entries is the beginning of the tree of ${last.size}.`,
  };
}

function readHashes(value: never, what: string): Buffer[] {
  const hashes = asTextList(value, `hashes of ${what}`).map((hash) => hashOf(hash, `A hash of ${what}`));
  return hashes.length <= PROOF_HASHES_MAX
    ? hashes
    : refuse(`${what} has more than ${PROOF_HASHES_MAX} hashes.`);
}

/** Indices of the entries of the case: those with a proof. */
export type CaseIndices = ReadonlySet<number>;

/** Every proof leads from its entry to the last root, and every entry that must have one has one. */
export function checkInclusion(
  files: BundleFiles,
  manifest: Manifest,
  { range, byIndex }: Leaves,
  { last }: Checkpoints,
  mustProve: readonly Leaf[],
): Found<CaseIndices> {
  const proved = new Set<number>();
  for (const line of linesOf(files.get('proofs.jsonl') as Uint8Array, 'proofs.jsonl')) {
    const object = asExactly(readCanonical(line, 'A line of proofs.jsonl'), ['hashes', 'index'], 'A proof');
    const index = asIndex(object.index, 'index of a proof');
    const leaf = byIndex.get(index) ?? refuse(`There is a proof for entry ${index}, which is not here.`);
    if (proved.has(index)) refuse(`There are two proofs for entry ${index}.`);
    const root = rootFromInclusion(
      index,
      last.size,
      leaf.node,
      readHashes(object.hashes as never, `the proof of entry ${index}`),
    );
    if (!sameBytes(root, last.root)) refuse(`The proof of entry ${index} leads to another root.`);
    proved.add(index);
  }
  if (proved.size !== manifest.entries.case)
    refuse(`There are ${proved.size} proofs where the manifest states ${manifest.entries.case}.`);
  for (const leaf of range.complete ? mustProve : byIndex.values())
    if (!proved.has(leaf.index))
      refuse(`Entry ${leaf.index} (${leaf.type}) belongs to the case and has no proof.`);
  return {
    value: proved,
    sentence: `All ${proved.size} entries of the case are in the tree of ${last.size}.`,
  };
}
