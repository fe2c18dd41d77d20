import {
  type Checkpoint,
  concat,
  createFrontier,
  decodeEntry,
  type Entry,
  encodeBundle,
  equalBytes,
  foldHashes,
  type Frontier,
  HASH_BYTES,
  leafHash,
  TILE_WIDTH,
  tilePath,
  tileWidthAt,
} from '@portcullis/record';
import type { ServerError } from '../server-error.ts';
import { damaged, type ReadPublished, readBundle } from './check-ledger.ts';
import { HANDOVERS_FILE } from './handovers.ts';
import { WITNESSED_FILE } from './witnessed-checkpoint.ts';

// Recomputes every tile of every level from the leaves, and compares each file that is there: the full ones, the partial ones, and
// those that an interrupted publication left beyond the published checkpoint.

export type TileCheck = {
  readonly read: ReadPublished;
  /** Every path below the ledger's folder. */
  readonly paths: readonly string[];
  /** 0 where nothing is published. */
  readonly publishedSize: number;
  /** The entries from the published size to the lock's. */
  readonly staged: readonly Uint8Array[];
  readonly onEntry: (index: number, entry: Entry, hash: Uint8Array) => void;
  /** Called at every size with the tree as it is then. */
  readonly onSize: (frontier: Frontier) => void;
};

type Tree = {
  readonly check: TileCheck;
  readonly files: Map<string, string[]>;
  readonly rows: Uint8Array[][];
};

/** @throws ServerError `ledger-damaged` at the first thing that is wrong */
export function checkTiles(check: TileCheck): Frontier {
  const files = groupByTile(check.paths);
  const tree: Tree = { check, files, rows: [] };
  const frontier = createFrontier();
  let bundle: Uint8Array[] = [];
  for (const bytes of allEntries(check)) {
    const hash = checkEntry(check, frontier.size, bytes);
    frontier.append(hash);
    bundle.push(bytes);
    if (bundle.length === TILE_WIDTH) {
      compareBundle(tree, frontier.size / TILE_WIDTH - 1, bundle);
      bundle = [];
    }
    addHash(tree, 0, frontier.size - 1, hash);
    check.onSize(frontier);
  }
  if (bundle.length > 0) compareBundle(tree, Math.floor(frontier.size / TILE_WIDTH), bundle);
  tree.rows.forEach((row, level) => {
    const index = Math.floor(frontier.size / TILE_WIDTH ** (level + 1));
    if (row.length > 0) compareHashes(tree, level, index, concat(...row));
  });
  for (const [path] of files.values()) throw damaged(`The file ${path} does not belong to this ledger.`);
  return frontier;
}

function* allEntries({ read, publishedSize, staged }: TileCheck): Generator<Uint8Array> {
  for (let tile = 0; tile * TILE_WIDTH < publishedSize; tile++)
    yield* readBundle(read, tile, tileWidthAt(0, tile, publishedSize));
  yield* staged;
}

function checkEntry(check: TileCheck, index: number, bytes: Uint8Array): Uint8Array {
  const hash = leafHash(bytes);
  let entry: Entry;
  try {
    entry = decodeEntry(bytes);
  } catch (cause) {
    throw damaged(
      `Entry ${index} of the ledger is not what an entry may be: ${(cause as Error).message}`,
      cause,
    );
  }
  check.onEntry(index, entry, hash);
  return hash;
}

function addHash(tree: Tree, level: number, index: number, hash: Uint8Array): void {
  tree.rows[level] ??= [];
  const row = tree.rows[level] as Uint8Array[];
  row.push(hash);
  if (row.length < TILE_WIDTH) return;
  const tileIndex = Math.floor(index / TILE_WIDTH);
  const tile = concat(...row);
  compareHashes(tree, level, tileIndex, tile);
  tree.rows[level] = [];
  addHash(tree, level + 1, tileIndex, foldHashes(tile));
}

function compareHashes(tree: Tree, level: number, index: number, tile: Uint8Array): void {
  compareFiles(tree, level, index, (width) => tile.subarray(0, width * HASH_BYTES), tile.length / HASH_BYTES);
}

function compareBundle(tree: Tree, index: number, entries: readonly Uint8Array[]): void {
  compareFiles(tree, 'entries', index, (width) => encodeBundle(entries.slice(0, width)), entries.length);
}

/** Compares every file of one tile, and demands the one that the published checkpoint needs. */
function compareFiles(
  tree: Tree,
  level: number | 'entries',
  index: number,
  expected: (width: number) => Uint8Array,
  widthMax: number,
): void {
  const { check, files } = tree;
  const base = tilePath(level, index);
  const found = files.get(base) ?? [];
  files.delete(base);
  const needed = tileWidthAt(level === 'entries' ? 0 : level, index, check.publishedSize);
  if (needed > 0 && !found.includes(tilePath(level, index, needed)) && !found.includes(base))
    throw damaged(`The file ${tilePath(level, index, needed)} of the ledger is missing.`);
  for (const path of found) {
    const width = path === base ? TILE_WIDTH : Number(path.slice(path.lastIndexOf('/') + 1));
    if (width > widthMax) throw damaged(`The file ${path} covers more entries than were ever signed.`);
    const stored = check.read(path) ?? new Uint8Array(0);
    const wanted = expected(width);
    if (!equalBytes(stored, wanted)) throw notWhatEntriesLeadTo(path, level, index, stored, wanted);
  }
}

/** From the leaves alone nobody can tell whether an entry was changed or its hash, so both are named. */
function notWhatEntriesLeadTo(
  path: string,
  level: number | 'entries',
  index: number,
  stored: Uint8Array,
  wanted: Uint8Array,
): ServerError {
  if (level !== 0 || stored.length !== wanted.length)
    return damaged(`The file ${path} of the ledger is not what its entries lead to.`);
  const at = Math.floor(wanted.findIndex((byte, i) => byte !== stored[i]) / HASH_BYTES);
  return damaged(
    `Entry ${index * TILE_WIDTH + at} in ${tilePath('entries', index)} of the ledger does not have the hash that ${path} gives: one of the two was changed.`,
  );
}

const NO_TILES: ReadonlySet<string> = new Set([
  'checkpoint',
  WITNESSED_FILE,
  `${WITNESSED_FILE}.tmp`,
  HANDOVERS_FILE,
]);

/** Paths of tiles by the path of the full one; anything else stands for itself. */
function groupByTile(paths: readonly string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const path of paths) {
    if (NO_TILES.has(path) || path.startsWith('.tmp/')) continue;
    const base = path.replace(/\.p\/[1-9]\d{0,2}$/, '');
    groups.set(base, [...(groups.get(base) ?? []), path]);
  }
  return groups;
}

/** @throws ServerError `ledger-damaged` where a checkpoint's root is not that of the tree at its size */
export function compareRoot(frontier: Frontier, checkpoint: Checkpoint, what: string): void {
  if (frontier.size !== checkpoint.size || equalBytes(frontier.root(), checkpoint.root)) return;
  throw damaged(`The root of ${what} is not the one its ${checkpoint.size} entries lead to.`);
}
