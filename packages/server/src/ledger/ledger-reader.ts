import { join } from 'node:path';
import {
  type Checkpoint,
  consistencyProof,
  createNodeReader,
  formatTlogProof,
  fromUtf8,
  HASH_BYTES,
  inclusionProof,
  type NodeReader,
  parseCheckpoint,
  parseNote,
  TILE_WIDTH,
  tilePath,
  tileWidthAt,
} from '@portcullis/record';
import { readFile } from '../seams/durable-files.ts';
import type { FileSystem } from '../seams/file-system.ts';
import { ServerError } from '../server-error.ts';
import { peaksAt, readBundle, readTile } from './check-ledger.ts';
import { listArchived, readArchived } from './checkpoint-archive.ts';
import { ledgerPaths } from './data-dir.ts';
import { HANDOVERS_FILE } from './handovers.ts';

/** An entry as it lies in the ledger; `bytes` are its canonical bytes, to be read with `decodeEntry`. */
export type LedgerEntry = { readonly index: number; readonly bytes: Uint8Array };

/** The published checkpoint; `note` is the signed text as it is served. Signatures are not verified here: see fsck.ts. */
export type Published = { readonly note: string; readonly checkpoint: Checkpoint };

/** Reads the published ledger, nothing else: what a stranger with the folder sees. Synchronous; small files, cached. */
export type LedgerReader = {
  /** The latest published checkpoint; undefined before the first. */
  published(): Published | undefined;
  /** Entries `from` up to, not with, `to`; `to` is cut to the published size, which is its default. */
  entries(from: number, to?: number): Iterable<LedgerEntry>;
  /** The canonical bytes; undefined where it is not published yet. */
  entry(index: number): Uint8Array | undefined;
  /** c2sp.org/tlog-proof@v1 text against the latest published checkpoint; undefined where it is not published yet. */
  tlogProof(index: number): string | undefined;
  /** Hashes from the leaf to the root of the tree of `size` leaves, which is the published size by default. */
  inclusion(index: number, size?: number): Uint8Array[];
  /** RFC 6962, section 2.1.2; empty where `from` is 0 or equals `to`. */
  consistency(from: number, to: number): Uint8Array[];
  /** The perfect subtrees of the first `size` leaves, largest first. */
  peaks(size: number): Uint8Array[];
  /** Sizes of the archived checkpoints, ascending. */
  archived(): number[];
  /** The archived checkpoint of a size, as signed; undefined where none was kept. */
  archivedNote(size: number): string | undefined;
  /** The bytes of `handovers.jsonl`; undefined where the keys never changed. Nothing is verified here. */
  handovers(): Uint8Array | undefined;
};

/** Files that are kept in memory: at 1 to 180 KB each, some tens of megabytes at most. */
const CACHED_FILES_MAX = 256;

/** @param dataDir the data directory, not the folder `ledger` in it */
export function createLedgerReader(dataDir: string, fs: FileSystem): LedgerReader {
  const paths = ledgerPaths(dataDir);
  const read = cachedReads((path) => readFile(fs, join(paths.ledger, path)));
  const bundles = cachedBundles((index, width) => readBundle(read, index, width));
  let latest: Published | undefined;

  const published = (): Published | undefined => {
    const bytes = readFile(fs, join(paths.ledger, 'checkpoint'));
    if (bytes === undefined) return undefined;
    const note = fromUtf8(bytes);
    if (note !== latest?.note) latest = { note, checkpoint: parseCheckpoint(parseNote(note).text) };
    return latest;
  };
  const publishedSize = (): number => published()?.checkpoint.size ?? 0;
  const nodesOf = (size: number): NodeReader => {
    const now = publishedSize();
    if (size > now)
      throw new ServerError('not-found', `The ledger has ${now} published entries, not ${size}.`);
    // Partial tiles exist only at sizes that were published, so a past tree is read from today's.
    return createNodeReader(size, (level, index, width) =>
      readTile(read, level, index, tileWidthAt(level, index, now)).subarray(0, width * HASH_BYTES),
    );
  };
  const entryAt = (index: number, size: number): Uint8Array => {
    const tile = Math.floor(index / TILE_WIDTH);
    return bundles(tile, tileWidthAt(0, tile, size))[index % TILE_WIDTH] as Uint8Array;
  };
  return {
    published,
    *entries(from, to = Number.MAX_SAFE_INTEGER) {
      const size = publishedSize();
      for (let index = from; index < Math.min(to, size); index++)
        yield { index, bytes: entryAt(index, size) };
    },
    entry(index) {
      const size = publishedSize();
      return Number.isSafeInteger(index) && index >= 0 && index < size ? entryAt(index, size) : undefined;
    },
    tlogProof(index) {
      const at = published();
      if (at === undefined || !(index >= 0 && index < at.checkpoint.size)) return undefined;
      const hashes = inclusionProof(index, at.checkpoint.size, nodesOf(at.checkpoint.size));
      return formatTlogProof({ index, hashes, checkpoint: at.note });
    },
    inclusion: (index, size = publishedSize()) => inclusionProof(index, size, nodesOf(size)),
    consistency: (from, to) => (from === 0 || from === to ? [] : consistencyProof(from, to, nodesOf(to))),
    peaks: (size) => peaksAt(size, nodesOf(size)),
    archived: () => listArchived(fs, paths.archive),
    archivedNote: (size) => readArchived(fs, paths.archive, size),
    handovers: () => readFile(fs, join(paths.ledger, HANDOVERS_FILE)),
  };
}

/** Tiles never change under one path, so a cached one stays true. The one used longest ago goes first. */
function cachedReads(
  read: (path: string) => Uint8Array | undefined,
): (path: string) => Uint8Array | undefined {
  return cached(CACHED_FILES_MAX, (path) => path, read);
}

function cachedBundles(
  read: (index: number, width: number) => Uint8Array[],
): (index: number, width: number) => Uint8Array[] {
  return cached(16, (index, width) => tilePath('entries', index, width), read);
}

function cached<A extends readonly unknown[], T>(
  max: number,
  keyOf: (...args: A) => string,
  read: (...args: A) => T | undefined,
): (...args: A) => T {
  const kept = new Map<string, T>();
  return (...args) => {
    const key = keyOf(...args);
    const found = kept.get(key);
    if (found !== undefined) {
      kept.delete(key);
      kept.set(key, found);
      return found;
    }
    const fresh = read(...args);
    if (fresh !== undefined) {
      kept.set(key, fresh);
      if (kept.size > max) kept.delete(kept.keys().next().value as string);
    }
    return fresh as T;
  };
}
