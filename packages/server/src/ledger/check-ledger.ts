import {
  type Checkpoint,
  createFrontier,
  createNodeReader,
  decodeBundle,
  type Entry,
  emptyRoot,
  equalBytes,
  type Frontier,
  fromUtf8,
  HASH_BYTES,
  leafHash,
  type NodeReader,
  type NoteVerifier,
  openNote,
  parseCheckpoint,
  rootAt,
  SIGNATURE_TYPE,
  TILE_WIDTH,
  tilePath,
  tileWidthAt,
} from '@portcullis/record';
import { ServerError } from '../server-error.ts';
import type { KeyTerm } from './handovers.ts';
import { type StagingRecord, scanStaging } from './staging.ts';
import { tileHashes } from './tile-edge.ts';

// The checks that start-up and fsck share. What only fsck does is said in fsck.ts.

/** Reads a published file by its path; undefined where it is missing. */
export type ReadPublished = (path: string) => Uint8Array | undefined;

/** A checkpoint whose signatures verified. `timeSeconds` is that of its ML-DSA-44 cosignature. */
export type SignedCheckpoint = Checkpoint & { readonly note: string; readonly timeSeconds: number };

export function damaged(sentence: string, cause?: unknown): ServerError {
  return new ServerError('ledger-damaged', sentence, { cause });
}

/**
 * Opens one of the ledger's own checkpoints: both keys of its size must have signed it (at a handover, those that end and those that begin), and it must name this origin.
 * @param what for the sentence, such as `the checkpoint in the lock`
 * @throws ServerError `ledger-damaged`
 */
export function openOwnCheckpoint(
  note: string | Uint8Array,
  terms: readonly KeyTerm[],
  origin: string,
  what: string,
): SignedCheckpoint {
  try {
    const text = typeof note === 'string' ? note : fromUtf8(note);
    const known = terms.flatMap((term) => term.verifiers);
    const opened = openNote(text, known);
    const checkpoint = parseCheckpoint(opened.text);
    const verifiers = verifiersAt(checkpoint.size, terms);
    for (const verifier of verifiers) {
      if (!opened.verified.includes(verifier))
        throw new Error(`one of the ${verifiers.length} keys of this ledger at its size has not signed it`);
    }
    if (opened.note.signatures.length !== verifiers.length)
      throw new Error('it has a signature line that the ledger did not write');
    if (checkpoint.origin !== origin)
      throw new Error(`it is of ${checkpoint.origin}, and this ledger is ${origin}`);
    const cosigner = verifiers.find((verifier) => verifier.type === SIGNATURE_TYPE.mlDsa44Cosignature);
    const line = opened.note.signatures.find(
      ({ id }) => cosigner !== undefined && equalBytes(id, cosigner.id),
    );
    return { ...checkpoint, note: text, timeSeconds: cosignatureTime(line?.signature) };
  } catch (cause) {
    const why = (cause as Error).message.replace(/\.$/, '');
    throw damaged(`The signature or form of ${what} is wrong: ${why}.`, cause);
  }
}

/** Those whose term the size lies in. */
function verifiersAt(size: number, terms: readonly KeyTerm[]): NoteVerifier[] {
  return terms.filter(({ from, until }) => from <= size && size <= until).flatMap((term) => term.verifiers);
}

function cosignatureTime(signature: Uint8Array | undefined): number {
  if (signature === undefined) return 0;
  return Number(new DataView(signature.buffer, signature.byteOffset).getBigUint64(0));
}

/** @throws ServerError `ledger-damaged` where what is published is not a past of what the lock holds */
export function comparePublished(lock: SignedCheckpoint, published: SignedCheckpoint | undefined): void {
  if (published === undefined) return;
  if (published.size > lock.size) {
    throw damaged(
      `The published checkpoint has ${published.size} entries and the lock ${lock.size}: the lock is an older copy; restore the newest lock.`,
    );
  }
  if (published.size === lock.size && published.note !== lock.note) {
    throw damaged(
      `The published checkpoint and the lock say different things of size ${lock.size}: restore both from one copy.`,
    );
  }
}

/**
 * @throws ServerError `ledger-damaged` where there is a published ledger that the lock knows nothing of; `bad-config` where it is another one than the
 *   settings name
 */
export function checkLockIsThere(
  note: string | undefined,
  published: Uint8Array | undefined,
  origin: string,
): void {
  if (note !== undefined || published === undefined) return;
  const named = fromUtf8(published).split('\n', 1)[0] as string;
  if (named !== origin)
    throw new ServerError(
      'bad-config',
      `The ledger in this directory is ${named}, and the settings say ledger.origin: ${origin}. Set it to ${named}, or name another dataDir.`,
    );
  throw damaged(
    'There is a published ledger and the lock knows nothing of it; restore the lock that belongs to it.',
  );
}

/** Signed times never go back. @throws ServerError `ledger-refused` where the clock is before the lock's checkpoint */
export function checkClock(nowMs: number, lock: SignedCheckpoint | undefined): void {
  const behindMs = (lock?.timeSeconds ?? 0) * 1000 - nowMs;
  if (behindMs <= 0) return;
  throw new ServerError(
    'ledger-refused',
    `The clock is ${Math.ceil(behindMs / 1000)} s before the time of the last checkpoint; set it right, or wait, then start again.`,
  );
}

/**
 * An archived checkpoint must be a past of what the lock holds, or lock and disk are an older copy together.
 * @throws ServerError `ledger-damaged`
 */
export function compareArchived(
  archived: SignedCheckpoint,
  lock: SignedCheckpoint | undefined,
  published: Checkpoint | undefined,
  read: ReadPublished,
): void {
  const { size } = archived;
  const lockSize = lock?.size ?? 0;
  if (size > lockSize) {
    throw damaged(
      `There is the archived checkpoint ${size}, and the lock has ${lockSize} entries: the lock is an older copy; restore the newest one.`,
    );
  }
  if (published === undefined || size > published.size) return;
  if (!equalBytes(rootAt(size, publishedNodes(published.size, read)), archived.root))
    throw damaged(`The root of the archived checkpoint ${size} is not the one its entries lead to.`);
}

/**
 * A bit that flipped between hash and write is noticed here, in the bytes that will be written, before anything is signed.
 * @throws ServerError `ledger-damaged`
 */
export function checkLeaves(
  record: Uint8Array,
  batch: readonly { readonly leafHash: Uint8Array }[],
  first: number,
): void {
  const written = scanStaging(record).records[0]?.entries ?? [];
  if (written.length !== batch.length) throw damaged('A commit can not be read back from memory.');
  for (const [i, entry] of batch.entries()) {
    if (!equalBytes(leafHash(written[i] as Uint8Array), entry.leafHash))
      throw damaged(
        `Entry ${first + i} changed in memory between hash and write; check this machine's memory.`,
      );
  }
}

/** A reader of nodes over the published tiles. @throws (when read) ServerError `ledger-damaged` */
export function publishedNodes(size: number, read: ReadPublished): NodeReader {
  return createNodeReader(size, (level, index, width) => readTile(read, level, index, width));
}

/** @throws ServerError `ledger-damaged` where the tile is missing or has another length */
export function readTile(read: ReadPublished, level: number, index: number, width: number): Uint8Array {
  const path = tilePath(level, index, width);
  const tile = read(path) ?? read(tilePath(level, index));
  if (tile === undefined) throw damaged(`The tile ${path} of the ledger is missing.`);
  if (tile.length < width * HASH_BYTES || tile.length % HASH_BYTES !== 0)
    throw damaged(`The tile ${path} of the ledger has a wrong length.`);
  return tile.subarray(0, width * HASH_BYTES);
}

/** The entries of a bundle. @throws ServerError `ledger-damaged` */
export function readBundle(read: ReadPublished, index: number, width: number): Uint8Array[] {
  const path = tilePath('entries', index, width);
  const bytes = read(path) ?? read(tilePath('entries', index));
  if (bytes === undefined) throw damaged(`The entry bundle ${path} of the ledger is missing.`);
  let entries: Uint8Array[];
  try {
    entries = decodeBundle(bytes);
  } catch (cause) {
    throw damaged(
      `The entry bundle ${path} of the ledger can not be read: ${(cause as Error).message}`,
      cause,
    );
  }
  if (entries.length < width) throw damaged(`The entry bundle ${path} of the ledger has too few entries.`);
  return entries.slice(0, width);
}

/**
 * Recomputes the right edge from tiles and compares it with the published checkpoint; the entries of the last bundle are hashed again.
 * @throws ServerError `ledger-damaged`
 */
export function checkPublishedEdge(published: Checkpoint | undefined, read: ReadPublished): Frontier {
  if (published === undefined || published.size === 0) return createFrontier();
  const { size } = published;
  const nodes = publishedNodes(size, read);
  if (!equalBytes(rootAt(size, nodes), published.root))
    throw damaged(`The tiles of the ledger lead to another root than its checkpoint of size ${size}.`);
  const last = Math.floor((size - 1) / TILE_WIDTH);
  const width = tileWidthAt(0, last, size);
  const hashes = tileHashes(readTile(read, 0, last, width));
  for (const [i, entry] of readBundle(read, last, width).entries()) {
    if (!equalBytes(leafHash(entry), hashes[i] as Uint8Array))
      throw damaged(`Entry ${last * TILE_WIDTH + i} of the ledger does not have the hash that was signed.`);
  }
  return createFrontier(size, peaksAt(size, nodes));
}

/** The perfect subtrees of the first `size` leaves, largest first. */
export function peaksAt(size: number, nodes: NodeReader): Uint8Array[] {
  const peaks: Uint8Array[] = [];
  let start = 0;
  for (let level = Math.floor(Math.log2(Math.max(size, 1))); level >= 0; level--) {
    const span = 2 ** level;
    if (Math.floor(size / span) % 2 === 0) continue;
    peaks.push(nodes(level, start / span));
    start += span;
  }
  return peaks;
}

export type Replay = {
  /** The entries from the published size to the lock's, with their hashes. */
  readonly entries: readonly { readonly bytes: Uint8Array; readonly leafHash: Uint8Array }[];
  /** Length of the staging file that the lock covers. */
  readonly coveredBytes: number;
  /** Entries beyond the lock: never acknowledged. */
  readonly beyond: number;
};

/**
 * Goes over the staging file from the published tree to the lock's and compares the root there.
 * A record that is not whole is tolerated only beyond what the lock covers.
 * @param frontier of the published tree; it is moved to the lock's size
 * @throws ServerError `ledger-damaged`
 */
export function replayStaging(staging: Uint8Array, frontier: Frontier, lock: Checkpoint | undefined): Replay {
  const lockSize = lock?.size ?? 0;
  const { records, tornAtBytes, swappedSize } = scanStaging(staging);
  if (swappedSize > lockSize) {
    throw damaged(
      `The lock has held ${swappedSize} entries and has ${lockSize} now: the lock is an older copy or damaged; restore the newest one.`,
    );
  }
  const entries: { bytes: Uint8Array; leafHash: Uint8Array }[] = [];
  let coveredBytes = 0;
  let beyond = 0;
  // The first record may be of entries that are published by now: the file is cut after a publication, not before.
  let expected = Math.min(records[0]?.first ?? lockSize, frontier.size);
  for (const record of records) {
    checkContinues(record, expected, lockSize);
    expected = record.first + record.entries.length;
    if (record.first >= lockSize) {
      beyond += record.entries.length;
      continue;
    }
    coveredBytes = record.endBytes;
    for (const [i, bytes] of record.entries.entries()) {
      if (record.first + i < frontier.size) continue;
      const hash = leafHash(bytes);
      frontier.append(hash);
      entries.push({ bytes, leafHash: hash });
    }
  }
  if (frontier.size < lockSize) throw damaged(shortOf(frontier.size, lockSize, tornAtBytes));
  if (tornAtBytes !== undefined && expected < lockSize)
    throw damaged(shortOf(expected, lockSize, tornAtBytes));
  const root = lock?.root ?? emptyRoot();
  if (!equalBytes(frontier.root(), root))
    throw damaged(`What is on disk leads to another root at size ${lockSize} than the lock's checkpoint.`);
  return { entries, coveredBytes, beyond };
}

function checkContinues(record: StagingRecord, expected: number, lockSize: number): void {
  const end = record.first + record.entries.length;
  if (record.first !== expected)
    throw damaged(`Staging jumps to entry ${record.first} where ${expected} was to come.`);
  if (record.first < lockSize && end > lockSize)
    throw damaged(
      `The commit in staging from entry ${record.first} goes beyond the lock's ${lockSize} entries.`,
    );
}

function shortOf(size: number, lockSize: number, tornAtBytes: number | undefined): string {
  const where = tornAtBytes === undefined ? '' : ` (staging is damaged at byte ${tornAtBytes})`;
  return `The lock covers ${lockSize} entries and the disk has ${size}${where}: the disk is an older copy or damaged; restore the newest one.`;
}

/** Whether the vault must have a record for an entry, or a note that it was erased. */
export function commitsToContent(entry: Entry): boolean {
  return 'commitments' in entry && Object.keys(entry.commitments).length > 0;
}
