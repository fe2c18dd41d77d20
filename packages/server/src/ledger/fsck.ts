import { join } from 'node:path';
import { base64, encodeEntry, type NoteVerifier, RecordError } from '@portcullis/record';
import { listFiles, readFile } from '../seams/durable-files.ts';
import type { FileSystem } from '../seams/file-system.ts';
import { ServerError } from '../server-error.ts';
import type { VaultKeys } from '../vault/vault-keys.ts';
import {
  checkPublishedEdge,
  commitsToContent,
  comparePublished,
  damaged,
  openOwnCheckpoint,
  type ReadPublished,
  replayStaging,
  type SignedCheckpoint,
} from './check-ledger.ts';
import { listArchived } from './checkpoint-archive.ts';
import { ledgerPaths } from './data-dir.ts';
import { checkTiles, compareRoot } from './fsck-tiles.ts';
import { checkVault, type VaultCheck, type VaultCounts } from './fsck-vault.ts';
import { compareHandovers, HANDOVERS_FILE, type KeyTerm, type Rotation } from './handovers.ts';
import { type OwnKeys, readOwnKeys } from './own-keys.ts';
import { readStaging } from './staging.ts';
import { compareWitnessed, openWitnessed, WITNESSED_FILE } from './witnessed-checkpoint.ts';

// A start runs all of this too (check-at-start.ts). With `ledger.startCheck: edge` it makes only the cheap part (open-ledger.ts): lock, published checkpoint,
// right edge and last bundle, staging, the last archived checkpoint.

export type FsckOptions = {
  readonly fs: FileSystem;
  /** The ledger's two keys to judge by (`createVerifier`); by default those of the private keys in the data directory. */
  readonly verifiers?: readonly NoteVerifier[];
  /** Keys of the configured witnesses: their cosignatures are judged, too. */
  readonly witnesses?: readonly NoteVerifier[];
  /** Decrypts every vault record where given. */
  readonly vaultKeys?: VaultKeys;
  /** What the lock holds; nothing where there is none. */
  readonly readLock: () => { origin: string; note: string }[];
  /** Told now and then how many of the entries are checked. */
  readonly progress?: (checked: number, total: number) => void;
};

export type FsckReport = {
  readonly ok: boolean;
  /** One sentence: that all is well, or the first thing that is wrong and where. */
  readonly sentence: string;
  readonly size: number;
  readonly publishedSize: number;
  readonly archived: number;
  readonly vault: VaultCounts;
  /** Whether the content was decrypted, which takes the master key. */
  readonly contentOpened: boolean;
};

const PROGRESS_EVERY = 10_000;
const TRIES = 3;

/** Recomputes a ledger from its leaves up. It changes nothing, and works beside a running writer. */
export async function fsck(dataDir: string, options: FsckOptions): Promise<FsckReport> {
  const { fs } = options;
  for (let tries = 1; ; tries++) {
    const before = publishedNote(fs, dataDir);
    const report = await judge(fs, dataDir, options);
    // A writer that went on in the meantime looks like damage; then look again.
    if (report.ok || tries === TRIES || publishedNote(fs, dataDir) === before) return report;
  }
}

function publishedNote(fs: FileSystem, dataDir: string): string {
  return Buffer.from(readFile(fs, join(ledgerPaths(dataDir).ledger, 'checkpoint')) ?? []).toString('latin1');
}

async function judge(fs: FileSystem, dataDir: string, options: FsckOptions): Promise<FsckReport> {
  const found: Found = {
    size: 0,
    publishedSize: 0,
    archived: 0,
    vault: { records: 0, erased: 0, lost: 0 },
    contentOpened: options.vaultKeys !== undefined,
  };
  try {
    await checkAll(fs, dataDir, options, found);
  } catch (error) {
    if (!(error instanceof ServerError || error instanceof RecordError)) throw error;
    return { ok: false, sentence: error.message, ...found };
  }
  const sentence = `All ${found.size} entries, their tiles, checkpoints and vault records are whole; ${found.publishedSize} are published. ${sayContent(found)}`;
  return { ok: true, sentence, ...found };
}

function sayContent({ contentOpened, vault: { erased, lost } }: Found): string {
  if (!contentOpened) return 'The content was not opened: that takes the master key.';
  const closed = [
    ...(erased > 0 ? [`${erased} erased`] : []),
    ...(lost > 0 ? [`${lost} lost with their keys`] : []),
  ];
  return `The content opens${closed.length > 0 ? `, but for ${closed.join(' and ')}` : ''}.`;
}

type Found = {
  size: number;
  publishedSize: number;
  archived: number;
  vault: VaultCounts;
  readonly contentOpened: boolean;
};

async function checkAll(fs: FileSystem, dataDir: string, options: FsckOptions, found: Found): Promise<void> {
  const paths = ledgerPaths(dataDir);
  const read: ReadPublished = (path) => readFile(fs, join(paths.ledger, path));
  const publishedBytes = read('checkpoint');
  const [held, ...others] = readLock(options, paths.lock);
  if (others.length > 0)
    throw damaged('The lock holds checkpoints of several logs; a data directory has one.');
  if (held === undefined) {
    if (publishedBytes !== undefined)
      throw damaged('There is a published ledger and the lock knows nothing of it.');
    return;
  }
  const own = readOwnKeys({ dir: paths.keys, fs, ...held, handovers: read(HANDOVERS_FILE) });
  const terms = termsOf(own, options);
  const open = (note: string | Uint8Array, what: string) => openOwnCheckpoint(note, terms, held.origin, what);
  const lock = open(held.note, 'the checkpoint in the lock');
  const published = publishedBytes && open(publishedBytes, 'the published checkpoint');
  comparePublished(lock, published);
  const witnessedBytes = read(WITNESSED_FILE);
  const witnessed = witnessedBytes && openWitnessed(witnessedBytes, terms, held.origin, options.witnesses);
  if (witnessed) compareWitnessed(lock, witnessed);
  found.size = lock.size;
  found.publishedSize = published?.size ?? 0;
  const replay = replayStaging(readStaging(fs, paths.staging), checkPublishedEdge(published, read), lock);
  const archived = listArchived(fs, paths.archive).map((size) =>
    openArchived(fs, paths.archive, size, lock, open),
  );
  found.archived = archived.length;
  const { committed, accounts } = checkTree({
    fs,
    paths,
    read,
    options,
    lock,
    published,
    witnessed,
    archived,
    own,
    staged: replay.entries,
  });
  found.vault = await checkVault({
    fs,
    vaultDir: paths.vault,
    size: lock.size,
    publishedSize: found.publishedSize,
    committed,
    accounts,
    keys: options.vaultKeys,
  });
}

function readLock(options: FsckOptions, path: string): { origin: string; note: string }[] {
  try {
    return options.readLock();
  } catch (cause) {
    throw damaged(`The lock ${path} can not be read: ${(cause as Error).message}.`, cause);
  }
}

/** The given verifiers stand for the keys that sign now. */
function termsOf({ terms }: OwnKeys, { verifiers }: FsckOptions): readonly KeyTerm[] {
  if (verifiers === undefined) return terms;
  return terms.map((term, i) => (i === terms.length - 1 ? { ...term, verifiers } : term));
}

function openArchived(
  fs: FileSystem,
  directory: string,
  size: number,
  lock: SignedCheckpoint,
  open: (note: string | Uint8Array, what: string) => SignedCheckpoint,
): SignedCheckpoint {
  const what = `the archived checkpoint ${size}`;
  const checkpoint = open(readFile(fs, join(directory, String(size))) ?? '', what);
  if (checkpoint.size !== size) throw damaged(`The file of ${what} holds one of size ${checkpoint.size}.`);
  if (size > lock.size)
    throw damaged(`There is ${what}, and the lock has ${lock.size} entries: the lock is an older copy.`);
  return checkpoint;
}

type TreeParts = {
  readonly fs: FileSystem;
  readonly paths: ReturnType<typeof ledgerPaths>;
  readonly read: ReadPublished;
  readonly options: FsckOptions;
  readonly lock: SignedCheckpoint;
  readonly published: SignedCheckpoint | undefined;
  readonly witnessed: SignedCheckpoint | undefined;
  readonly archived: readonly SignedCheckpoint[];
  readonly own: OwnKeys;
  readonly staged: readonly { readonly bytes: Uint8Array }[];
};

/** @returns the leaf hashes of the entries that commit to content, and every account */
function checkTree(parts: TreeParts): Pick<VaultCheck, 'committed' | 'accounts'> {
  const { lock, published, options } = parts;
  const atSize = new Map(parts.archived.map((checkpoint) => [checkpoint.size, checkpoint]));
  const committed = new Map<number, Uint8Array>();
  const accounts: string[] = [];
  const rotations: Rotation[] = [];
  const frontier = checkTiles({
    read: parts.read,
    paths: listFiles(parts.fs, parts.paths.ledger),
    publishedSize: published?.size ?? 0,
    staged: parts.staged.map((entry) => entry.bytes),
    onEntry(index, entry, hash) {
      if (commitsToContent(entry)) committed.set(index, hash);
      if (entry.type === 'account.created') accounts.push(entry.account);
      if (entry.type === 'ledger.keys_rotated') rotations.push({ index, leaf: base64(encodeEntry(entry)) });
      if (index % PROGRESS_EVERY === 0) options.progress?.(index, lock.size);
    },
    onSize(tree) {
      const archived = atSize.get(tree.size);
      if (archived !== undefined) compareRoot(tree, archived, `the archived checkpoint ${tree.size}`);
      if (published !== undefined) compareRoot(tree, published, 'the published checkpoint');
      if (parts.witnessed !== undefined) compareRoot(tree, parts.witnessed, 'the witnessed checkpoint');
    },
  });
  if (frontier.size !== lock.size)
    throw damaged(`The ledger has ${frontier.size} entries and its lock ${lock.size}.`);
  compareRoot(frontier, lock, 'the checkpoint in the lock');
  compareHandovers(parts.own.handovers, rotations, parts.own.pendingSize);
  options.progress?.(lock.size, lock.size);
  return { committed, accounts };
}
