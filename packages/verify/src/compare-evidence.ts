import { type CheckRun, createCheckRun } from './check-run.ts';
import { checkFiles } from './checks/check-files.ts';
import { checkLeaves } from './checks/check-leaves.ts';
import { openTrusted } from './checks/check-tree.ts';
import { followHandovers, HANDOVERS_PATH } from './handovers.ts';
import { FILE_BYTES_MAX, NOTE_BYTES_MAX } from './limits.ts';
import { ENVELOPE_PATH, openManifest } from './manifest.ts';
import { sameBytes } from './octets.ts';
import type { Checkpoint } from './signed-note.ts';
import { createGrowingTree } from './tree.ts';
import type { Trust } from './trust.ts';
import { LIMITS, type Judgement } from './verdict.ts';
import { type LedgerReader, readEntries } from './verify-ledger.ts';
import { readReceipt } from './read-receipt.ts';
import { needsAnchor } from './require-keys.ts';
import { refuse } from './verify-error.ts';

/** What two people were shown of one ledger. `name` is how it is called in sentences. */
export type Evidence = { readonly name: string } & (
  | { readonly kind: 'bundle'; readonly files: ReadonlyMap<string, Uint8Array> }
  | { readonly kind: 'ledger'; readonly read: LedgerReader }
  | { readonly kind: 'receipt' | 'checkpoint'; readonly bytes: Uint8Array }
);

/** Signed statements, and where entries are there, the roots of earlier trees. */
type View = {
  readonly name: string;
  readonly checkpoints: readonly Checkpoint[];
  /** Throws where the entries are not those of the checkpoint; a tree that was not signed says nothing of the log. */
  readonly rootsAt?: (sizes: readonly number[]) => Roots;
};
type Roots = ReadonlyMap<number, Uint8Array>;

/**
 * Compares what was signed for two readers: two roots of one size prove that the log showed two histories. Where one of them has the entries,
 * the other's checkpoint is compared at its own size. It judges nothing else of either.
 */
export function compareEvidence(
  one: Evidence,
  other: Evidence,
  trusted: Trust,
  handovers?: Uint8Array,
): Judgement {
  const run = createCheckRun();
  // A receipt or a checkpoint brings no history of keys along: it is read with the other's.
  const known = handovers ?? handoversOf(one) ?? handoversOf(other);
  const open = (evidence: Evidence, check: string): View | undefined =>
    run.judge(check, () => {
      const trust = followHandovers(trusted, handoversOf(evidence) ?? known, handovers).value;
      const view = readView(evidence, trust);
      const sizes = view.checkpoints.map(({ size }) => size).join(', ');
      return { value: view, sentence: `${view.name}: signed by the trusted keys, at ${sizes} entries.` };
    });
  const first = open(one, 'first');
  const second = open(other, 'second');
  if (first === undefined || second === undefined) return conclude(run, 'failed');
  const firstRoots = makeRoots(run, 'first-entries', first, second);
  const secondRoots = makeRoots(run, 'second-entries', second, first);
  if (firstRoots === undefined || secondRoots === undefined) return conclude(run, 'failed');
  const sizes = run.judge('one-history', () => {
    const value = [...compareViews(first, firstRoots, second), ...compareViews(second, secondRoots, first)];
    const shared = [...new Set(value)].sort((a, b) => a - b).join(', ');
    return value.length > 0
      ? { value, sentence: `Both have the same tree at ${shared} entries.` }
      : { value, absent: true, sentence: NOTHING_SHARED };
  });
  if (sizes === undefined) return conclude(run, 'split view');
  return conclude(run, sizes.length > 0 ? 'consistent' : 'not comparable');
}

const NOTHING_SHARED =
  'They are of different sizes, and neither has the entries in between; a ledger’s folder or a complete bundle has.';

function conclude(run: CheckRun, verdict: keyof typeof SENTENCES): Judgement {
  return { verdict, sentence: SENTENCES[verdict], checks: run.checks, limits: LIMITS };
}

/** The roots that a view's entries lead to, at the sizes of the other's checkpoints. */
function makeRoots(run: CheckRun, check: string, { name, rootsAt }: View, other: View): Roots | undefined {
  if (rootsAt === undefined) return new Map();
  return run.judge(check, () => ({
    value: rootsAt(other.checkpoints.map(({ size }) => size)),
    sentence: `The entries of ${name} lead to the root that was signed for them.`,
  }));
}

const SENTENCES = {
  failed: 'Failed: nothing can be said of the two.',
  'split view':
    'Split view: the log signed two histories. Keep both; together they prove it to whoever trusts its keys.',
  consistent: 'Consistent: both are of one history, as far as they reach.',
  'not comparable': 'Not comparable: nothing is shown.',
} as const;

/** @returns the sizes at which they agree; throws where they do not */
function compareViews(a: View, roots: Roots, b: View): number[] {
  return b.checkpoints.flatMap(({ size, root: stated }) => {
    const root = a.checkpoints.find((signed) => signed.size === size)?.root ?? roots.get(size);
    if (root === undefined) return [];
    if (!sameBytes(root, stated))
      refuse(`Two roots for ${size} entries: ${base64(root)} (${a.name}), ${base64(stated)} (${b.name}).`);
    return [size];
  });
}

/** Each is judged by its own: two histories may have changed their keys differently. */
function handoversOf(evidence: Evidence): Uint8Array | undefined {
  if (evidence.kind === 'ledger') return evidence.read(HANDOVERS_PATH, FILE_BYTES_MAX);
  return evidence.kind === 'bundle' ? evidence.files.get(HANDOVERS_PATH) : undefined;
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

function readView(evidence: Evidence, trust: Trust): View {
  const { name } = evidence;
  const open = (bytes: Uint8Array, what: string) => openTrusted(bytes, trust, undefined, what);
  switch (evidence.kind) {
    case 'checkpoint':
      return { name, checkpoints: [open(evidence.bytes, name)] };
    case 'receipt':
      return { name, checkpoints: [open(Buffer.from(readReceipt(evidence.bytes).proof.checkpoint), name)] };
    case 'ledger':
      return viewOfLedger(name, evidence.read, trust);
    case 'bundle':
      return viewOfBundle(name, evidence.files, trust);
  }
}

function viewOfLedger(name: string, read: LedgerReader, trust: Trust): View {
  const bytes = read('checkpoint', NOTE_BYTES_MAX) ?? refuse(`There is no file checkpoint in ${name}.`);
  const newest = openTrusted(bytes, trust, undefined, `checkpoint of ${name}`);
  const cosigned = read('checkpoint.witnessed', NOTE_BYTES_MAX);
  const earlier =
    cosigned === undefined ? [] : openEarlier(cosigned, trust, `checkpoint.witnessed of ${name}`);
  return {
    name,
    checkpoints: [newest, ...earlier],
    rootsAt: (sizes) =>
      growRoots(name, newest, createGrowingTree(), 0, readEntries(read, newest.size), sizes),
  };
}

function viewOfBundle(name: string, files: ReadonlyMap<string, Uint8Array>, trust: Trust): View {
  const { manifest } = openManifest(files.get(ENVELOPE_PATH), trust);
  checkFiles(files, manifest);
  const bytesOf = (path: string): Uint8Array => files.get(path) as Uint8Array;
  const last = openTrusted(
    bytesOf('checkpoints/last'),
    trust,
    manifest.origin,
    `checkpoints/last of ${name}`,
  );
  const bytes = bytesOf('checkpoints/first');
  const first =
    bytes.length === 0 ? [] : openEarlier(bytes, trust, `checkpoints/first of ${name}`, manifest.origin);
  const checkpoints = [last, ...first];
  const { range, byIndex } = checkLeaves(files, manifest).value;
  if (!range.complete) return { name, checkpoints };
  return {
    name,
    checkpoints,
    rootsAt: (sizes) => {
      const tree = createGrowingTree(range.start, range.peaks);
      return growRoots(name, last, tree, range.start, byIndex.values(), sizes);
    },
  };
}

/** One that stands beside a newer one. By itself nothing vouches for keys from before those of the trust file: then it is left out, and the newer one is compared. */
function openEarlier(bytes: Uint8Array, trust: Trust, what: string, origin?: string): Checkpoint[] {
  const checkpoint = openTrusted(bytes, trust, origin, what, true);
  return needsAnchor(trust, checkpoint) ? [] : [checkpoint];
}

function growRoots(
  name: string,
  signed: Checkpoint,
  tree: ReturnType<typeof createGrowingTree>,
  start: number,
  leaves: Iterable<{ readonly node: Uint8Array }>,
  sizes: readonly number[],
): Roots {
  const roots = new Map<number, Uint8Array>();
  let size = start;
  const keep = (): void => {
    if (sizes.includes(size)) roots.set(size, tree.root());
  };
  keep();
  for (const { node } of leaves) {
    tree.append(node);
    size += 1;
    keep();
  }
  if (size !== signed.size || !sameBytes(tree.root(), signed.root))
    refuse(`The entries of ${name} do not lead to the root that was signed for them.`);
  return roots;
}
