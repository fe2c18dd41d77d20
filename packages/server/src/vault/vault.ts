import type { VaultKey } from '../accounts/account.ts';
import type { FileSystem } from '../seams/file-system.ts';
import { declareLostKeys } from './declare-lost-keys.ts';
import type { MasterKey } from './master-key.ts';
import { type RetentionOptions, type RetentionReport, eraseByAge } from './retention.ts';
import { type Content, openContent } from './sealed-content.ts';
import { createVaultKeys, type VaultKeys } from './vault-keys.ts';
import { openVaultBatch } from './vault-batch.ts';
import { createVaultReader } from './vault-reader.ts';
import type { VaultRecord } from './vault-record.ts';

/** The vault as everybody but the ledger's writer sees it. */
export type Vault = {
  readonly keys: VaultKeys;
  /**
   * What is kept of an entry: `none` where nothing was ever kept, `erased` where the key was destroyed or retention has erased it.
   * @throws ServerError `vault-damaged`, `vault-key-missing` (the key is gone without having been destroyed)
   */
  content(index: number): Promise<Content | 'erased' | 'none'>;
  /** For reading many in a row: files stay open, and whether a key was destroyed is asked once. Close it after a batch. */
  openBatch(): { readonly content: Vault['content']; close(): void };
  /** Declares the missing keys of accounts lost (declare-lost-keys.ts). */
  declareLost(accounts: readonly string[]): void;
  /** Destroys an account's keys; append `content.erased` after. @returns the ids that were destroyed */
  eraseAccount(account: string): string[];
  /** Erases segments by age; append `content.erased` after. */
  eraseByAge(options: Omit<RetentionOptions, 'fs' | 'vaultDir' | 'settled'>): RetentionReport;
};

/** Unwrapped keys that are kept in memory. */
const CACHED_KEYS_MAX = 1024;

/** @param vaultDir such as `portcullis-data/vault` */
export function createVault(fs: FileSystem, vaultDir: string, master: MasterKey): Vault {
  const keys = createVaultKeys(fs, vaultDir, master);
  const reader = createVaultReader(fs, vaultDir);
  const unwrapped = new Map<string, VaultKey>();
  const settled = new Set<string>();
  const unwrap = async (id: string): Promise<VaultKey> => {
    const key = await keys.unwrap(id);
    if (unwrapped.size >= CACHED_KEYS_MAX) unwrapped.delete(unwrapped.keys().next().value as string);
    unwrapped.set(id, key);
    return key;
  };
  const open = async (
    record: VaultRecord | 'erased' | undefined,
    isDestroyed: (keyId: string) => boolean,
  ): Promise<Content | 'erased' | 'none'> => {
    if (record === undefined) return 'none';
    if (record === 'erased' || isDestroyed(record.vaultKeyId)) return 'erased';
    const { seed, parts } = openContent(
      unwrapped.get(record.vaultKeyId) ?? (await unwrap(record.vaultKeyId)),
      record.sealed,
    );
    return { seed, parts };
  };
  // Asked even of a key in memory: another thread may have destroyed it.
  const isDestroyed = (keyId: string): boolean => keys.state(keyId) === 'destroyed';
  return {
    keys,
    content: async (index) => open(reader.read(index), isDestroyed),
    openBatch() {
      const batch = openVaultBatch(fs, vaultDir);
      const destroyed = new Map<string, boolean>();
      const wasDestroyed = (keyId: string): boolean => {
        let known = destroyed.get(keyId);
        if (known === undefined) destroyed.set(keyId, (known = isDestroyed(keyId)));
        return known;
      };
      return {
        content: async (index) => open(batch.read(index) ?? reader.read(index), wasDestroyed),
        close: () => batch.close(),
      };
    },
    declareLost: (accounts) => declareLostKeys(fs, vaultDir, keys, accounts),
    eraseAccount(account) {
      const ids = keys.destroy(account);
      for (const id of ids) unwrapped.delete(id);
      return ids;
    },
    eraseByAge: (options) => eraseByAge({ fs, vaultDir, settled, ...options }),
  };
}
