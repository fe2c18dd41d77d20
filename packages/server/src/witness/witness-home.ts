import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fromUtf8, utf8 } from '@portcullis/record';
import { readFile, replaceFile } from '../seams/durable-files.ts';
import type { FileSystem } from '../seams/file-system.ts';
import { ServerError } from '../server-error.ts';
import type { WitnessStore } from './witness-store.ts';

// A witness that forgot what it signed could sign a second history. That the whole directory is an older copy, nothing in it can tell;
// that its database alone is missing, another's or older, this file beside it tells.

const FILE = 'home.json';

/** Whose folder it is, and how often it was started. */
export type WitnessHome = { readonly name: string; readonly id: string; readonly starts: number };

/** @returns undefined where the folder is no witness's yet @throws ServerError `bad-config` where it can not be read */
export function readWitnessHome(fs: FileSystem, dataDir: string): WitnessHome | undefined {
  const path = join(dataDir, FILE);
  const bytes = readFile(fs, path);
  if (bytes === undefined) return undefined;
  try {
    const { name, id, starts } = JSON.parse(fromUtf8(bytes)) as WitnessHome;
    if (typeof name === 'string' && typeof id === 'string' && Number.isSafeInteger(starts))
      return { name, id, starts };
  } catch {
    // Said below.
  }
  throw new ServerError('bad-config', `${path} can not be read; restore the witness’s whole newest folder.`);
}

/**
 * Compares the folder with the database in it, and counts this start in both.
 * @throws ServerError `bad-config` where the name is another, `conflict` where the database is missing, another's or older
 */
export function enterWitnessHome(
  fs: FileSystem,
  dataDir: string,
  name: string,
  store: Pick<WitnessStore, 'home' | 'enter'>,
): void {
  const known = readWitnessHome(fs, dataDir);
  if (known !== undefined && known.name !== name)
    throw new ServerError(
      'bad-config',
      `${dataDir} is the folder of the witness ${known.name}, not of ${name}. The name is part of its keys; a new name is a new witness in an empty folder.`,
    );
  const kept = store.home();
  const what = compareMemory(known, kept, fs.stat(join(dataDir, 'keys')) !== undefined);
  if (what !== undefined) {
    throw new ServerError(
      'conflict',
      `The memory of this witness (witness.sqlite in ${dataDir}) is ${what}. It could cosign a second history and will not start. Restore the newest one; if it is lost, start a new witness with another name in an empty folder and tell the logs.`,
    );
  }
  const id = kept?.id ?? randomBytes(16).toString('hex');
  const starts = store.enter(id);
  const path = join(dataDir, FILE);
  replaceFile(fs, `${path}.tmp`, path, utf8(`${JSON.stringify({ name, id, starts })}\n`));
}

/** @returns what is wrong with the memory, undefined where it is the newest that is known of */
function compareMemory(
  known: WitnessHome | undefined,
  kept: ReturnType<WitnessStore['home']>,
  hasKeys: boolean,
): string | undefined {
  // Keys are made after the memory, so keys without one have lost it.
  if (kept === undefined) return known !== undefined || hasKeys ? 'missing' : undefined;
  if (known === undefined) return undefined;
  if (kept.id !== known.id) return 'another witness’s';
  return kept.starts < known.starts ? 'an older copy' : undefined;
}

/**
 * Keeps a second witness out of the folder. The system drops the lock with the process, so that a kill leaves nothing stale.
 * @throws ServerError `conflict`
 */
export function holdWitnessHome(dataDir: string): { close(): void } {
  const holder = new DatabaseSync(join(dataDir, 'running.lock'), { timeout: 0 });
  try {
    holder.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    holder.close();
    throw new ServerError(
      'conflict',
      `Another witness runs on ${dataDir}. Stop it first, or name another folder with --data DIR.`,
      { cause },
    );
  }
  return holder;
}
