import { createCheckRun, type Found } from './check-run.ts';
import { createBudgetCheck } from './checks/check-budgets.ts';
import { openTrusted } from './checks/check-tree.ts';
import { checkWitnesses, type Witnessed } from './checks/check-witnesses.ts';
import { type Handover, HANDOVERS_PATH, judgeHandovers, refuseRetired } from './handovers.ts';
import { type Leaf, readLeaf } from './leaf.ts';
import { FILE_BYTES_MAX, NOTE_BYTES_MAX } from './limits.ts';
import { sameBytes } from './octets.ts';
import type { Checkpoint } from './signed-note.ts';
import { createGrowingTree, joinNodes } from './tree.ts';
import type { Trust } from './trust.ts';
import { concludeChecks, type Judgement } from './verdict.ts';
import { refuse } from './verify-error.ts';

const WIDTH = 256;
const HASH = 32;
const BUNDLE_BYTES_MAX = WIDTH * (2 + 0xffff);

/** Reads a file of the ledger, or gives undefined. */
export type LedgerReader = (path: string, bytesMax: number) => Uint8Array | undefined;

/**
 * Judges the static files of a ledger (c2sp.org/tlog-tiles): everything is made again from the entries up. Cosignatures stand under
 * `checkpoint.witnessed`, which may be of fewer entries than `checkpoint`.
 */
export function verifyLedger(read: LedgerReader, trusted: Trust, handovers?: Uint8Array): Judgement {
  const run = createCheckRun();
  const trust = judgeHandovers(run, trusted, read(HANDOVERS_PATH, FILE_BYTES_MAX), handovers);
  const points = run.judge('checkpoint', () => {
    const value = openPoints(read, trust);
    const { origin, size } = value.newest;
    return { value, sentence: `Signed by the trusted keys of ${origin}, at ${size} entries.` };
  });
  if (points === undefined) return concludeChecks(run.checks);
  const { newest, witnessed } = points;
  const tree = createGrowingTree();
  const tiles = createTileCheck(read);
  const roots = new Map<number, Uint8Array>();
  const handed = new Map(trust.history?.handovers.map((handover) => [handover.size, handover]));
  const rotations: Leaf[] = [];
  const budgets = createBudgetCheck();
  const counted = run.judge('entries', () =>
    checkEntries(read, newest, (leaf) => {
      tree.append(leaf.node);
      tiles.add(0, leaf.node);
      const size = leaf.index + 1;
      if (size === witnessed?.size || handed.has(size)) roots.set(size, tree.root());
      if (leaf.type === 'ledger.keys_rotated') rotations.push(leaf);
      budgets.add(leaf);
    }),
  );
  if (counted === undefined) run.leaveOut(['tiles', 'root'], 'Not judged, as entries failed.');
  else {
    run.judge('tiles', () => ({
      value: true,
      sentence: `All ${tiles.finish()} tiles hold the hashes that follow from the entries.`,
    }));
    run.judge('root', () => {
      if (!sameBytes(tree.root(), newest.root))
        refuse('The entries lead to another root than the checkpoint states.');
      if (witnessed !== undefined && !sameBytes(roots.get(witnessed.size) ?? tree.root(), witnessed.root))
        refuse(`The first ${witnessed.size} entries lead to another root than the one that was cosigned.`);
      return { value: true, sentence: 'The entries lead to the root that the checkpoint states.' };
    });
    if (rotations.length + handed.size > 0)
      run.judge('keys', () => checkRotations(points, rotations, handed, roots));
    if (budgets.count > 0) run.judge('budgets', () => budgets.finish());
  }
  return concludeChecks(
    run.checks,
    run.judge('witnesses', () => checkLedgerWitnesses(points, trust)),
  );
}

type Points = { readonly newest: Checkpoint; readonly witnessed: Checkpoint | undefined };

/** The entries and the handovers tell the same changes of keys, and no key signed after its end. */
function checkRotations(
  { newest, witnessed }: Points,
  rotations: readonly Leaf[],
  handed: ReadonlyMap<number, Handover>,
  roots: ReadonlyMap<number, Uint8Array>,
): Found<true> {
  for (const leaf of rotations) {
    refuseRetired(leaf, newest, 'The checkpoint');
    if (witnessed !== undefined) refuseRetired(leaf, witnessed, 'checkpoint.witnessed');
  }
  for (const [size, { leaf, root }] of handed) {
    // Handovers that were given apart may go beyond these files.
    if (size <= newest.size && !sameBytes(roots.get(size) ?? newest.root, root))
      refuse(
        `The entries lead to another root at ${size} entries than the one at which the keys were handed over.`,
      );
    if (size <= newest.size && !rotations.some(({ index }) => index === leaf.index))
      refuse(`Entry ${leaf.index} does not change the keys.`);
  }
  const followed = rotations.filter(({ index }) => handed.has(index + 1)).length;
  return {
    value: true,
    sentence: `${rotations.length} entries change the keys; ${followed} of them are handed over in ${HANDOVERS_PATH}.`,
  };
}

function openPoints(read: LedgerReader, trust: Trust): Points {
  const bytes = read('checkpoint', NOTE_BYTES_MAX) ?? refuse('There is no file checkpoint in the folder.');
  const newest = openTrusted(bytes, trust, undefined, 'The checkpoint');
  const cosigned = read('checkpoint.witnessed', NOTE_BYTES_MAX);
  if (cosigned === undefined) return { newest, witnessed: undefined };
  // The check “root” has the entries lead to it.
  const witnessed = openTrusted(cosigned, trust, newest.origin, 'checkpoint.witnessed', true);
  if (witnessed.size > newest.size)
    refuse(
      `${witnessed.size} entries were cosigned and the checkpoint has ${newest.size}: entries are missing.`,
    );
  return { newest, witnessed };
}

/** The whole ledger is witnessed only where its last entry is. */
function checkLedgerWitnesses({ newest, witnessed }: Points, trust: Trust): Found<Witnessed> {
  if (witnessed === undefined) return checkWitnesses(newest, trust);
  const found = checkWitnesses(witnessed, trust);
  if (witnessed.size === newest.size) return found;
  const beyond = newest.size - witnessed.size;
  return {
    value: { ...found.value, quorum: false },
    absent: true,
    sentence: `The first ${witnessed.size} entries: ${found.sentence} The ${beyond} after them are not witnessed yet.`,
  };
}

/** The leaves of a ledger's static files, in order. */
export function* readEntries(read: LedgerReader, size: number): Generator<Leaf> {
  for (let first = 0; first < size; first += WIDTH) {
    const width = Math.min(WIDTH, size - first);
    const bytes = readTile(read, 'entries', first / WIDTH, width, BUNDLE_BYTES_MAX);
    let at = 0;
    for (let i = 0; i < width; i++) {
      const start = at + 2;
      const end = start + (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
      if (end > bytes.length) refuse(`The entry bundle ${first / WIDTH} ends before entry ${first + i}.`);
      yield readLeaf(bytes.subarray(start, end), first + i);
      at = end;
    }
  }
}

function checkEntries(read: LedgerReader, { size }: Checkpoint, onLeaf: (leaf: Leaf) => void): Found<number> {
  let unknown = 0;
  for (const leaf of readEntries(read, size)) {
    if (!leaf.known) unknown += 1;
    onLeaf(leaf);
  }
  const rest = unknown === 0 ? '' : ` ${unknown} are of types whose fields are not judged here.`;
  return { value: size, sentence: `All ${size} entries are in canonical form.${rest}` };
}

/** A partial tile, or the full one that has taken its place. A full one may hold more than `width`. */
function readTile(
  read: LedgerReader,
  level: number | 'entries',
  index: number,
  width: number,
  bytesMax: number,
): Uint8Array {
  const full = tilePathOf(level, index);
  const partial = width < WIDTH ? read(`${full}.p/${width}`, bytesMax) : undefined;
  return (
    partial ??
    read(full, bytesMax) ??
    refuse(`The file ${full}${width < WIDTH ? `.p/${width}` : ''} is missing.`)
  );
}

function tilePathOf(level: number | 'entries', index: number): string {
  const digits = String(index).padStart(3, '0');
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0');
  const groups = padded.match(/.{3}/g) as string[];
  return `tile/${level}/${groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/')}`;
}

type TileCheck = { add(level: number, node: Uint8Array): void; finish(): number };

/** Compares tiles with hashes as they come, level by level; holds one tile a level. What it finds wrong, `finish` says. */
function createTileCheck(read: LedgerReader): TileCheck {
  const levels: { index: number; nodes: Uint8Array[] }[] = [];
  let count = 0;
  let failure: Error | undefined;
  const compare = (level: number, index: number, nodes: readonly Uint8Array[]): void => {
    try {
      compareTile(read, level, index, nodes);
      count += 1;
    } catch (error) {
      failure ??= error as Error;
    }
  };
  return {
    add(level, node) {
      levels[level] ??= { index: 0, nodes: [] };
      const tile = levels[level];
      tile.nodes.push(node);
      if (tile.nodes.length < WIDTH) return;
      compare(level, tile.index, tile.nodes);
      const top = foldNodes(tile.nodes);
      tile.index += 1;
      tile.nodes = [];
      this.add(level + 1, top);
    },
    finish() {
      for (const [level, { index, nodes }] of levels.entries())
        if (nodes.length > 0) compare(level, index, nodes);
      if (failure !== undefined) throw failure;
      return count;
    },
  };
}

function compareTile(read: LedgerReader, level: number, index: number, nodes: readonly Uint8Array[]): void {
  const bytes = readTile(read, level, index, nodes.length, WIDTH * HASH);
  const expected = Buffer.concat(nodes);
  const name = `The tile ${tilePathOf(level, index)}`;
  if (bytes.length % HASH !== 0 || bytes.length < expected.length) refuse(`${name} has a wrong length.`);
  if (!sameBytes(bytes.subarray(0, expected.length), expected))
    refuse(`${name} does not follow from the entries.`);
}

function foldNodes(nodes: readonly Uint8Array[]): Uint8Array {
  let row = nodes;
  while (row.length > 1)
    row = Array.from({ length: row.length / 2 }, (_, i) =>
      joinNodes(row[2 * i] as Uint8Array, row[2 * i + 1] as Uint8Array),
    );
  return row[0] as Uint8Array;
}
