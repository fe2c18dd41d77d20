import {
  concat,
  createFrontier,
  encodeBundle,
  equalBytes,
  foldHashes,
  HASH_BYTES,
  leafHash,
  TILE_WIDTH,
  tilePath,
  tileWidthAt,
} from '@portcullis/record';
import { ServerError } from '../server-error.ts';
import type { LedgerFile } from './ledger-storage.ts';

/**
 * The right edge of the tiles: the tile of each level that still grows, and those that filled up since the last publication.
 */
export type TileEdge = {
  readonly size: number;
  append(bytes: Uint8Array, hash: Uint8Array): void;
  /**
   * What is to be written for a tree of this size: full tiles first, then what is partial, lowest level first.
   * Each entry is hashed again from the bytes that will be written.
   * @throws ServerError `ledger-damaged` where a leaf is not what was signed
   */
  files(): LedgerFile[];
  /** The root, recomputed from the rows of the tiles. */
  root(): Uint8Array;
  /** Forgets what {@link files} gave. @returns the paths of the tiles that are full now */
  published(): string[];
};

type Row = { index: number; hashes: Uint8Array[]; writtenWidth: number };
type State = { size: number; entries: Uint8Array[]; rows: Row[]; full: LedgerFile[] };

/** Reads what is published of the tiles that still grow. */
export type EdgeReader = {
  hashes(level: number, index: number, width: number): Uint8Array[];
  entries(index: number, width: number): Uint8Array[];
};

/** @param size of the published tree, from which the edge goes on */
export function createTileEdge(size: number, read: EdgeReader): TileEdge {
  const state: State = { size, entries: [], rows: [], full: [] };
  for (let level = 0; level === 0 || size >= TILE_WIDTH ** level; level++)
    state.rows.push(loadRow(level, size, read));
  const tail = state.rows[0] as Row;
  if (tail.hashes.length > 0)
    state.entries = read.entries(tail.index, tail.hashes.length).map((entry) => entry.slice());
  return {
    get size() {
      return state.size;
    },
    append: (bytes, hash) => append(state, bytes, hash),
    files: () => [...state.full, ...partialFiles(state)],
    root: () => edgeRoot(state),
    published() {
      const paths = state.full.map((file) => file.path);
      state.full = [];
      for (const row of state.rows) row.writtenWidth = row.hashes.length;
      return paths;
    },
  };
}

function loadRow(level: number, size: number, read: EdgeReader): Row {
  const index = Math.floor(Math.floor(size / TILE_WIDTH ** level) / TILE_WIDTH);
  const width = tileWidthAt(level, index, size);
  const hashes = width === 0 ? [] : read.hashes(level, index, width);
  return { index, hashes, writtenWidth: width };
}

function append(state: State, bytes: Uint8Array, hash: Uint8Array): void {
  state.entries.push(bytes);
  state.size += 1;
  if (state.entries.length === TILE_WIDTH) {
    const index = (state.rows[0] as Row).index;
    const hashes = [...(state.rows[0] as Row).hashes, hash];
    state.full.push({ path: tilePath('entries', index), bytes: checkedBundle(state.entries, hashes, index) });
    state.entries = [];
  }
  let carried = hash;
  for (let level = 0; ; level++) {
    const row = state.rows[level] ?? { index: 0, hashes: [], writtenWidth: 0 };
    state.rows[level] = row;
    row.hashes.push(carried);
    if (row.hashes.length < TILE_WIDTH) return;
    const tile = concat(...row.hashes);
    state.full.push({ path: tilePath(level, row.index), bytes: tile });
    carried = foldHashes(tile);
    state.rows[level] = { index: row.index + 1, hashes: [], writtenWidth: 0 };
  }
}

function partialFiles(state: State): LedgerFile[] {
  const files: LedgerFile[] = [];
  state.rows.forEach((row, level) => {
    const width = row.hashes.length;
    if (width === row.writtenWidth || width === 0) return;
    if (level === 0) {
      const bytes = checkedBundle(state.entries, row.hashes, row.index);
      files.push({ path: tilePath('entries', row.index, width), bytes });
    }
    files.push({ path: tilePath(level, row.index, width), bytes: concat(...row.hashes) });
  });
  return files;
}

function checkedBundle(
  entries: readonly Uint8Array[],
  hashes: readonly Uint8Array[],
  tile: number,
): Uint8Array {
  const bundle = encodeBundle(entries);
  let at = 0;
  for (const [i, entry] of entries.entries()) {
    const written = bundle.subarray(at + 2, at + 2 + entry.length);
    if (!equalBytes(leafHash(written), hashes[i] as Uint8Array)) {
      throw new ServerError(
        'ledger-damaged',
        `Entry ${tile * TILE_WIDTH + i} changed in memory after it was signed; check this machine's memory.`,
      );
    }
    at += 2 + entry.length;
  }
  return bundle;
}

/** The perfect subtrees of the edge, largest first, folded together. */
function edgeRoot(state: State): Uint8Array {
  const peaks: Uint8Array[] = [];
  for (const row of [...state.rows].reverse()) peaks.push(...rowPeaks(row.hashes));
  return createFrontier(state.size, peaks).root();
}

/** One hash per set bit of the row's length, most significant first. */
export function rowPeaks(hashes: readonly Uint8Array[]): Uint8Array[] {
  const peaks: Uint8Array[] = [];
  let at = 0;
  for (let span = TILE_WIDTH / 2; span >= 1; span /= 2) {
    if ((hashes.length & span) === 0) continue;
    peaks.push(foldHashes(concat(...hashes.slice(at, at + span))));
    at += span;
  }
  return peaks;
}

/** Splits the bytes of a tile into its hashes. */
export function tileHashes(tile: Uint8Array): Uint8Array[] {
  const hashes: Uint8Array[] = [];
  for (let at = 0; at < tile.length; at += HASH_BYTES) hashes.push(tile.slice(at, at + HASH_BYTES));
  return hashes;
}
