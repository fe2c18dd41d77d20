import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { canonicalText, createEntry, decodeEntry, fromUtf8, utf8 } from '@portcullis/record';
import type { VaultConfig } from '../config/config.ts';
import { ledgerPaths } from '../ledger/data-dir.ts';
import type { LedgerReader } from '../ledger/ledger-reader.ts';
import { type LedgerWriter, prepareEntry } from '../ledger/ledger-writer.ts';
import { makeDirectories, readFile, replaceFile, syncDirectory } from '../seams/durable-files.ts';
import type { FileSystem } from '../seams/file-system.ts';
import { destroyPrivateFile } from '../seams/private-file.ts';
import { ServerError } from '../server-error.ts';
import type { MasterKey } from './master-key.ts';
import {
  masterKeyOf,
  masterKeyPath,
  nextMasterKeyPath,
  openMasterKey,
  writeMasterKey,
} from './master-key-local.ts';
import { adoptRewrapped, discardRewrapped, rewrapVaultKeys } from './vault-keys.ts';
import { XAES_KEY_BYTES } from './xaes.ts';

// Every data key is wrapped by another master key. The entry `vault.key_rotated` decides: before it, all is taken back; from it on, all is finished
// (docs/decisions/0008-key-rotation.md). Neither takes a key.

/** What a rotation that is not finished leaves in `vault/rotation.json`. `file` holds the master key that ends, where a file does. */
type Rotation = {
  readonly from: string;
  readonly to: string;
  /** The ledger's size when it began: the entry is behind it. */
  readonly size: number;
  readonly file: string | null;
  readonly takesOver: 'file' | 'variable';
};

type Place = { readonly fs: FileSystem; readonly dataDir: string };

const markerPath = (dataDir: string): string => join(ledgerPaths(dataDir).vault, 'rotation.json');

export type MasterKeyRotation = Place & {
  /** Where the key is that ends. */
  readonly source: VaultConfig['masterKey'];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The variable that holds the new key; a new file takes the old one's place where it is left out. */
  readonly toEnv?: string;
  readonly writer: Pick<LedgerWriter, 'size' | 'commit' | 'publish'>;
  readonly reader: Pick<LedgerReader, 'entries'>;
  readonly timeMs: number;
  readonly by: string;
  readonly reason: string;
};

export type Rotated = { readonly from: string; readonly to: string; readonly keys: number };

/** @throws ServerError `bad-config`, `bad-request`, `vault-key-missing` (a data key does not open), `ledger-refused` */
export async function rotateMasterKey(options: MasterKeyRotation): Promise<Rotated> {
  const { fs, dataDir, source, env, toEnv, writer, timeMs, by, reason } = options;
  settleMasterKeyRotation(options);
  const { vault } = ledgerPaths(dataDir);
  const from = openMasterKey({ source, dataDir, fs, env, create: false });
  const { to, write } = newMasterKey(options);
  if (from.id === to.id)
    throw new ServerError(
      'bad-request',
      `The variable ${toEnv ?? ''} holds the key that is to end; make a new one.`,
    );
  const file = 'file' in source ? source.file : null;
  makeDirectories(fs, vault, 0o700);
  const takesOver = toEnv === undefined ? 'file' : 'variable';
  writeMarker({ fs, dataDir }, { from: from.id, to: to.id, size: writer.size, file, takesOver });
  write();
  const keys = await rewrapVaultKeys(fs, vault, from, to);
  const rotated = { from: from.id, to: to.id, keys };
  writer.commit([prepareEntry(createEntry('vault.key_rotated', timeMs, { ...rotated, by, reason }))]);
  writer.publish();
  settleMasterKeyRotation(options);
  return rotated;
}

function newMasterKey({ fs, dataDir, source, env, toEnv }: MasterKeyRotation): {
  to: MasterKey;
  write: () => void;
} {
  if (toEnv !== undefined)
    return {
      to: openMasterKey({ source: { env: toEnv }, dataDir, fs, env, create: false }),
      write: () => undefined,
    };
  if (!('file' in source))
    throw new ServerError(
      'bad-request',
      'The master key is in a variable (vault.masterKey), so name another one that holds the new key: --to-env NAME.',
    );
  const key = new Uint8Array(randomBytes(XAES_KEY_BYTES));
  const path = nextMasterKeyPath(masterKeyPath(dataDir, source.file));
  return { to: masterKeyOf([key]), write: () => writeMasterKey(fs, path, key) };
}

/**
 * Finishes a rotation that the ledger has, or takes back one that it does not have. Nothing where none was left.
 * @param place `reader`: of the published ledger, which must have all that is durable
 */
export function settleMasterKeyRotation({
  fs,
  dataDir,
  reader,
}: Place & { readonly reader: Pick<LedgerReader, 'entries'> }): void {
  const unwritten = `${markerPath(dataDir)}.tmp`;
  if (fs.stat(unwritten) !== undefined) fs.unlink(unwritten);
  const rotation = readMarker({ fs, dataDir });
  if (rotation === undefined) return;
  const { vault } = ledgerPaths(dataDir);
  const path = rotation.file === null ? undefined : masterKeyPath(dataDir, rotation.file);
  if (isRecorded(rotation, reader)) {
    adoptRewrapped(fs, vault);
    if (path !== undefined) retireKeyFile(fs, path, rotation.takesOver);
  } else {
    discardRewrapped(fs, vault);
    if (path !== undefined) destroyPrivateFile(fs, nextMasterKeyPath(path));
  }
  fs.unlink(markerPath(dataDir));
  syncDirectory(fs, vault);
}

function isRecorded({ from, to, size }: Rotation, reader: Pick<LedgerReader, 'entries'>): boolean {
  for (const { bytes } of reader.entries(size)) {
    const entry = decodeEntry(bytes);
    if (entry.type === 'vault.key_rotated' && entry.from === from && entry.to === to) return true;
  }
  return false;
}

/** The new key file takes the old one's place, or none does; the old one is destroyed. May be done again after a kill. */
function retireKeyFile(fs: FileSystem, path: string, takesOver: Rotation['takesOver']): void {
  if (takesOver === 'variable') return destroyPrivateFile(fs, path);
  const next = nextMasterKeyPath(path);
  const retired = `${path}.retired`;
  if (fs.stat(next) !== undefined) {
    if (fs.stat(path) !== undefined) fs.rename(path, retired);
    fs.rename(next, path);
    syncDirectory(fs, dirname(path));
  }
  destroyPrivateFile(fs, retired);
}

function writeMarker({ fs, dataDir }: Place, rotation: Rotation): void {
  const path = markerPath(dataDir);
  replaceFile(fs, `${path}.tmp`, path, utf8(canonicalText({ ...rotation })), 0o600);
}

function readMarker({ fs, dataDir }: Place): Rotation | undefined {
  const bytes = readFile(fs, markerPath(dataDir));
  return bytes === undefined ? undefined : (JSON.parse(fromUtf8(bytes)) as Rotation);
}
