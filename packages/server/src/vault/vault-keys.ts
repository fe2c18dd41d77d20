import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { equalBytes, utf8 } from '@portcullis/record';
import type { VaultKey } from '../accounts/account.ts';
import {
  listFiles,
  makeDirectories,
  readFile,
  replaceFile,
  syncDirectory,
  writeImmutable,
} from '../seams/durable-files.ts';
import type { FileSystem } from '../seams/file-system.ts';
import { destroyPrivateFile } from '../seams/private-file.ts';
import { ServerError } from '../server-error.ts';
import type { MasterKey } from './master-key.ts';
import { XAES_KEY_BYTES } from './xaes.ts';

// vault/keys/<account>@<epoch>.key: one wrapped data key a file; `.destroyed` stays behind where one was destroyed, so that a key that was erased can be told
// from one that is missing, and the next key gets a new id; `.lost` says that the operator knows of a missing one. An account's id has no @.

const NAME = /^([a-z0-9][a-z0-9._-]*)@([1-9][0-9]{0,8})\.(key|destroyed|lost)$/;

/** `lost` was missing, and was declared so; should its file come back, it is present again. */
export type VaultKeyState = 'present' | 'destroyed' | 'lost' | 'missing';

export type VaultKeys = {
  /** The account's data key, made where it has none. */
  keyOf(account: string): Promise<VaultKey>;
  /** @throws ServerError `vault-key-missing` */
  unwrap(vaultKeyId: string): Promise<VaultKey>;
  state(vaultKeyId: string): VaultKeyState;
  /** The state of an account's newest key. */
  stateOf(account: string): VaultKeyState;
  /** Marks a missing key as lost; the account's next key has a new id. */
  declareLost(vaultKeyId: string): void;
  /** Ids of the keys that are there, sorted. */
  list(): string[];
  /**
   * Destroys every key of an account: overwritten, synced, unlinked, the directory synced. What they sealed can not be read again
   * (copies in backups must go too, and a disk may keep old blocks: docs/operating.md). The account's next key has a new id.
   * @returns the ids that were destroyed
   */
  destroy(account: string): string[];
};

type Named = { readonly account: string; readonly epoch: number; readonly kind: string };

/** The account a vault key belongs to. */
export function accountOfVaultKey(vaultKeyId: string): string {
  return vaultKeyId.slice(0, vaultKeyId.lastIndexOf('@'));
}

/** Whether the vault has any key; then a missing master key must not be replaced by a new one. */
export function hasVaultKeys(fs: FileSystem, vaultDir: string): boolean {
  return listFiles(fs, join(vaultDir, 'keys')).some((name) => name.endsWith('.key'));
}

/** @param vaultDir such as `portcullis-data/vault` */
export function createVaultKeys(fs: FileSystem, vaultDir: string, master: MasterKey): VaultKeys {
  const dir = join(vaultDir, 'keys');
  const path = (id: string, kind: 'key' | 'destroyed' | 'lost'): string => join(dir, `${id}.${kind}`);
  const named = (): Named[] => listNamed(fs, dir);
  const newest = (account: string): Named | undefined =>
    named()
      .filter((each) => each.account === account)
      // A key that was destroyed half-way counts as destroyed.
      .sort((a, b) => b.epoch - a.epoch || a.kind.localeCompare(b.kind))[0];
  const state = (id: string): VaultKeyState => {
    if (fs.stat(path(id, 'destroyed')) !== undefined) return 'destroyed';
    if (fs.stat(path(id, 'key')) !== undefined) return 'present';
    return fs.stat(path(id, 'lost')) === undefined ? 'missing' : 'lost';
  };
  const unwrap = async (id: string): Promise<VaultKey> => {
    const wrapped = state(id) === 'present' ? readFile(fs, path(id, 'key')) : undefined;
    if (wrapped === undefined)
      throw new ServerError(
        'vault-key-missing',
        `The vault has no key ${id}: it was destroyed or never here.`,
      );
    return { id, key: await unwrapEither(master, id, wrapped, readFile(fs, nextPath(dir, id))) };
  };
  const create = async (account: string, epoch: number): Promise<VaultKey> => {
    const id = `${account}@${epoch}`;
    if (!NAME.test(`${id}.key`))
      throw new ServerError('bad-request', 'An account id has no such characters.');
    const key = new Uint8Array(randomBytes(XAES_KEY_BYTES));
    const wrapped = await master.wrap(key, keyAad(id));
    makeDirectories(fs, dir, 0o700);
    const made = writeImmutable(fs, `${path(id, 'key')}.tmp`, path(id, 'key'), wrapped, 0o600);
    syncDirectory(fs, dir);
    // Whoever came first made it: the caller gets that one.
    return made ? { id, key } : unwrap(id);
  };
  let namesAreDurable = false;
  /** A process that was killed may have made keys and not synced their names; nothing may be sealed with one before that. */
  const syncNames = (): void => {
    if (!namesAreDurable) syncDirectory(fs, dir);
    namesAreDurable = true;
  };
  return {
    async keyOf(account) {
      const last = newest(account);
      if (last === undefined) return create(account, 1);
      const id = `${account}@${last.epoch}`;
      if (state(id) !== 'present') return create(account, last.epoch + 1);
      syncNames();
      return unwrap(id);
    },
    unwrap,
    state,
    stateOf(account) {
      const last = newest(account);
      return last === undefined ? 'missing' : state(`${account}@${last.epoch}`);
    },
    declareLost(id) {
      makeDirectories(fs, dir, 0o700);
      writeImmutable(fs, `${path(id, 'lost')}.tmp`, path(id, 'lost'), new Uint8Array(0), 0o600);
      syncDirectory(fs, dir);
    },
    list: () =>
      named()
        .filter((each) => each.kind === 'key')
        .map((each) => `${each.account}@${each.epoch}`)
        .filter((id) => state(id) === 'present')
        .sort(),
    destroy(account) {
      const ids = named()
        .filter((each) => each.account === account && each.kind === 'key')
        .map((each) => `${account}@${each.epoch}`);
      for (const id of ids) destroyFile(fs, dir, path(id, 'key'), path(id, 'destroyed'));
      return ids;
    },
  };
}

function listNamed(fs: FileSystem, dir: string): Named[] {
  return listFiles(fs, dir).flatMap((file) => {
    const match = NAME.exec(file);
    if (match === null) return [];
    return [{ account: match[1] as string, epoch: Number(match[2]), kind: match[3] as string }];
  });
}

function keyAad(id: string): Uint8Array {
  return utf8(`portcullis/vault-key/v1\0${id}`);
}

function nextPath(dir: string, id: string): string {
  return join(dir, `${id}.key.next`);
}

/** @param next the same key wrapped by the master key that a rotation brings */
async function unwrapEither(
  master: MasterKey,
  id: string,
  wrapped: Uint8Array,
  next: Uint8Array | undefined,
): Promise<Uint8Array> {
  try {
    return await master.unwrap(wrapped, keyAad(id));
  } catch (error) {
    if (next === undefined) throw error;
    return master.unwrap(next, keyAad(id));
  }
}

/**
 * Wraps every key by another master key, beside the one that counts; each is opened again and compared. Durable when this resolves.
 * @returns how many
 * @throws ServerError `vault-key-missing` where one does not open
 */
export async function rewrapVaultKeys(
  fs: FileSystem,
  vaultDir: string,
  from: MasterKey,
  to: MasterKey,
): Promise<number> {
  const dir = join(vaultDir, 'keys');
  const ids = createVaultKeys(fs, vaultDir, from).list();
  for (const id of ids) {
    const key = await from.unwrap(readFile(fs, join(dir, `${id}.key`)) ?? new Uint8Array(0), keyAad(id));
    const path = nextPath(dir, id);
    replaceFile(fs, `${path}.tmp`, path, await to.wrap(key, keyAad(id)), 0o600);
    const again = await to.unwrap(readFile(fs, path) ?? new Uint8Array(0), keyAad(id));
    if (!equalBytes(again, key))
      throw new ServerError('vault-damaged', `The key ${id} is another after it was wrapped anew.`);
  }
  return ids.length;
}

/** Puts the keys that were wrapped anew in place. May be done again after a kill. */
export function adoptRewrapped(fs: FileSystem, vaultDir: string): void {
  eachRewrapped(fs, vaultDir, (path) => fs.rename(path, path.slice(0, -'.next'.length)));
}

/** Removes the keys that were wrapped anew. */
export function discardRewrapped(fs: FileSystem, vaultDir: string): void {
  eachRewrapped(fs, vaultDir, (path) => fs.unlink(path));
}

function eachRewrapped(fs: FileSystem, vaultDir: string, act: (path: string) => void): void {
  const dir = join(vaultDir, 'keys');
  for (const name of listFiles(fs, dir)) {
    if (name.endsWith('.key.next')) act(join(dir, name));
    else if (name.endsWith('.key.next.tmp')) fs.unlink(join(dir, name));
  }
  if (fs.stat(dir)?.directory) syncDirectory(fs, dir);
}

function destroyFile(fs: FileSystem, dir: string, key: string, mark: string): void {
  // The mark comes first: after a crash in between, the key counts as destroyed and the next call finishes.
  if (fs.stat(mark) === undefined) writeImmutable(fs, `${mark}.tmp`, mark, new Uint8Array(0), 0o600);
  syncDirectory(fs, dir);
  destroyPrivateFile(fs, key);
}
