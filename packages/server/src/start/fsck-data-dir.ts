import { createVerifier } from '@portcullis/record/signing';
import type { VaultConfig, WitnessConfig } from '../config/config.ts';
import { readSqliteLock } from '../ledger/checkpoint-lock-sqlite.ts';
import { ledgerPaths } from '../ledger/data-dir.ts';
import { type FsckReport, fsck } from '../ledger/fsck.ts';
import { nodeFileSystem } from '../seams/file-system-node.ts';
import { ServerError } from '../server-error.ts';
import { openVault } from '../vault/open-vault.ts';
import { hasVaultKeys, type VaultKeys } from '../vault/vault-keys.ts';

export type FsckDataDirOptions = {
  /** Where the vault's master key is; with it every vault record is decrypted too. */
  readonly vault?: Pick<VaultConfig, 'masterKey'>;
  /** Their cosignatures are judged, too. */
  readonly witnesses?: readonly WitnessConfig[];
  /** Told now and then how many of the entries are checked. */
  readonly progress?: (checked: number, total: number) => void;
};

/** Recomputes the ledger of a data directory on this machine. It changes nothing, and works beside a running server. */
export function fsckDataDir(
  dataDir: string,
  { vault, witnesses = [], progress }: FsckDataDirOptions = {},
): Promise<FsckReport> {
  const fs = nodeFileSystem;
  const { lock } = ledgerPaths(dataDir);
  const vaultKeys = vault === undefined ? undefined : openKeys(dataDir, vault);
  return fsck(dataDir, {
    fs,
    witnesses: witnesses.flatMap(({ vkeys }) => vkeys.map(createVerifier)),
    readLock: () => (fs.stat(lock) === undefined ? [] : readSqliteLock(lock)),
    ...(vaultKeys === undefined ? {} : { vaultKeys }),
    ...(progress === undefined ? {} : { progress }),
  });
}

/** Undefined where the master key is not at hand: the ledger can be judged without it. */
function openKeys(dataDir: string, vault: Pick<VaultConfig, 'masterKey'>): VaultKeys | undefined {
  if (!hasVaultKeys(nodeFileSystem, ledgerPaths(dataDir).vault)) return undefined;
  try {
    return openVault({ dataDir, vault }, nodeFileSystem, process.env).keys;
  } catch (error) {
    if (error instanceof ServerError) return undefined;
    throw error;
  }
}
