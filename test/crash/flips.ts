import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { createEntry } from '@portcullis/record';
import { readSigningKey, writeSigningKey } from '@portcullis/record/signing';
import { openSqliteLock, readSqliteLock } from '../../packages/server/src/ledger/checkpoint-lock-sqlite.ts';
import { ledgerPaths } from '../../packages/server/src/ledger/data-dir.ts';
import { createFileStorage } from '../../packages/server/src/ledger/ledger-storage-file.ts';
import { prepareEntry } from '../../packages/server/src/ledger/ledger-writer.ts';
import { openLedgerWriter } from '../../packages/server/src/ledger/open-ledger.ts';
import { SWAPPED_BYTES } from '../../packages/server/src/ledger/staging.ts';
import { systemClock } from '../../packages/server/src/seams/clock.ts';
import { makeDirectories } from '../../packages/server/src/seams/durable-files.ts';
import { nodeFileSystem } from '../../packages/server/src/seams/file-system-node.ts';
import { fsckDataDir } from '../../packages/server/src/start/fsck-data-dir.ts';
import { openVault } from '../../packages/server/src/vault/open-vault.ts';
import { POSITION_BYTES } from '../../packages/server/src/vault/positions.ts';
import { sealContent } from '../../packages/server/src/vault/sealed-content.ts';
import { admitted, ORIGIN } from './crash-world.ts';

// One byte of a real data directory is changed, in every file in turn, or a file is cut; fsck must notice, or the byte must be one of those that
// are free, each kind with its reason and a proof that it changes nothing.

export const VAULT = {
  masterKey: { file: 'keys/vault-master-key' },
  retentionDays: 90,
  responseBytesMax: 1024,
};

export type FlipLedger = { readonly dataDir: string; readonly files: readonly string[]; dispose(): void };

/**
 * A small ledger, published and archived.
 * @param end `killed`: with two commits only in staging and in the lock's log; `closed`: with all in its place
 */
export async function makeFlipLedger(end: 'killed' | 'closed'): Promise<FlipLedger> {
  const root = mkdtempSync(join(tmpdir(), 'portcullis-flips-'));
  const dataDir = join(root, 'data');
  const fs = nodeFileSystem;
  makeDirectories(fs, dataDir, 0o700);
  const paths = ledgerPaths(dataDir);
  const lock = openSqliteLock(paths.lock);
  const vault = openVault({ dataDir, vault: VAULT }, fs, {});
  const storage = createFileStorage(paths.ledger, fs);
  const software = 'portcullis test';
  const parts = { fs, dataDir, clock: systemClock, lock, storage, software };
  const writer = openLedgerWriter({ ...parts, origin: ORIGIN, archiveIntervalMs: 0 });
  const withContent = async (account: string, number: number) => {
    const content = { seed: new Uint8Array(randomBytes(32)), parts: { request: new Uint8Array(40) } };
    return prepareEntry(
      admitted(number, account),
      sealContent(await vault.keys.keyOf(account), 'x', content),
    );
  };
  const plain = (number: number) =>
    prepareEntry(createEntry('account.limited', Date.now(), { account: `a-${number}`, by: 'portcullis' }));
  writer.commit([await withContent('ann', 1), plain(2)]);
  await vault.keys.keyOf('bob');
  await vault.keys.keyOf('cid');
  vault.eraseAccount('cid');
  writer.publish();
  writer.commit([await withContent('ann', 3)]);
  writer.commit([plain(4)]);
  if (end === 'closed') writer.close();
  const files = copyAll(dataDir, join(root, 'copy'));
  if (end === 'killed') writer.close();
  return { dataDir: join(root, 'copy'), files, dispose: () => rmSync(root, { recursive: true }) };
}

/** As the kernel would show it after a kill; `-shm` is memory that the next process makes anew. */
function copyAll(from: string, to: string): string[] {
  const files = readdirSync(from, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => relative(from, join(each.parentPath, each.name)))
    .sort();
  for (const file of files) {
    makeDirectories(nodeFileSystem, dirname(join(to, file)), 0o700);
    writeFileSync(join(to, file), readFileSync(join(from, file)), {
      mode: statSync(join(from, file)).mode & 0o777,
    });
  }
  return files;
}

export async function isNoticed(dataDir: string): Promise<boolean> {
  return !(await fsckDataDir(dataDir, { vault: VAULT })).ok;
}

/** Runs `then` with a file changed, and puts it back. */
export async function withChanged<T>(
  path: string,
  bytes: Uint8Array,
  then: () => Promise<T> | T,
): Promise<T> {
  const before = readFileSync(path);
  writeFileSync(path, bytes);
  try {
    return await then();
  } finally {
    writeFileSync(path, before);
  }
}

/** Which bit is changed differs from byte to byte. */
export function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const changed = Uint8Array.from(bytes);
  changed[at] = (changed[at] as number) ^ (1 << (at % 8));
  return changed;
}

/**
 * Why a byte that fsck passes is free. Undefined: it is not, and should have been noticed.
 * @param path below the data directory; the file has the changed byte while this is asked
 */
export function whyFree(
  dataDir: string,
  path: string,
  at: number,
  before: Uint8Array,
  note: string,
): string | undefined {
  if (path === 'lock.sqlite-shm') return 'an index in memory that the next process makes anew';
  if (path.startsWith('lock.sqlite') && !path.includes('writer')) {
    const read = readSqliteLock(join(dataDir, 'lock.sqlite'));
    return read.length === 1 && read[0]?.note === note && read[0].origin === ORIGIN
      ? 'a part of the lock that SQLite does not use: the note reads the same'
      : undefined;
  }
  if (path.startsWith('lock.sqlite-writer')) return 'only held, never read';
  if (path === 'staging/commits' && at >= before.length - SWAPPED_BYTES)
    return 'the last mark only repeats what the lock holds';
  if (path === 'vault/positions' && at >= publishedSize(dataDir) * POSITION_BYTES)
    return 'positions of entries that are not published: a start writes them anew';
  if (path.endsWith('.pem')) return samePem(join(dataDir, path), before);
  if (path === 'keys/vault-master-key')
    return readFileSync(join(dataDir, path), 'latin1').trim() ===
      Buffer.from(before).toString('latin1').trim()
      ? 'white space around the key'
      : undefined;
  return undefined;
}

function publishedSize(dataDir: string): number {
  return Number(readFileSync(join(ledgerPaths(dataDir).ledger, 'checkpoint'), 'utf8').split('\n')[1]);
}

function samePem(path: string, before: Uint8Array): string | undefined {
  const same =
    writeSigningKey(readSigningKey(readFileSync(path, 'utf8'))) ===
    writeSigningKey(readSigningKey(Buffer.from(before).toString('utf8')));
  return same ? 'a byte of the PEM around the key: the same key is read' : undefined;
}
