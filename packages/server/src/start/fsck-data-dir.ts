import { resolve } from 'node:path';
import { RecordError } from '@portcullis/record';
import { createVerifier } from '@portcullis/record/signing';
import type { VaultConfig, WitnessConfig } from '../config/config.ts';
import { readSqliteLock } from '../ledger/checkpoint-lock-sqlite.ts';
import { ledgerPaths } from '../ledger/data-dir.ts';
import { type FsckReport, fsck } from '../ledger/fsck.ts';
import { nodeFileSystem } from '../seams/file-system-node.ts';
import { ServerError } from '../server-error.ts';
import { nextMasterKeyPath } from '../vault/master-key-local.ts';
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
export async function fsckDataDir(
  dataDir: string,
  { vault, witnesses = [], progress }: FsckDataDirOptions = {},
): Promise<FsckReport> {
  const fs = nodeFileSystem;
  const { lock } = ledgerPaths(dataDir);
  let vaultKeys: VaultKeys | undefined;
  try {
    vaultKeys = vault === undefined ? undefined : openKeys(dataDir, vault);
  } catch (error) {
    if (!(error instanceof ServerError || error instanceof RecordError)) throw error;
    const nothing = {
      size: 0,
      publishedSize: 0,
      archived: 0,
      contentOpened: false,
      vault: { records: 0, erased: 0, lost: 0 },
    };
    return { ok: false, sentence: error.message, ...nothing };
  }
  return fsck(dataDir, {
    fs,
    witnesses: witnesses.flatMap(({ vkeys }) => vkeys.map(createVerifier)),
    readLock: () => (fs.stat(lock) === undefined ? [] : readSqliteLock(lock)),
    ...(vaultKeys === undefined ? {} : { vaultKeys }),
    ...(progress === undefined ? {} : { progress }),
  });
}

/**
 * Undefined where the master key is not at hand: the ledger can be judged without it.
 * @throws ServerError `bad-config` where it is there and is none
 */
function openKeys(dataDir: string, vault: Pick<VaultConfig, 'masterKey'>): VaultKeys | undefined {
  const { masterKey } = vault;
  const isAtHand =
    'file' in masterKey
      ? [resolve(dataDir, masterKey.file)]
          .flatMap((path) => [path, nextMasterKeyPath(path)])
          .some((path) => nodeFileSystem.stat(path) !== undefined)
      : process.env[masterKey.env] !== undefined;
  if (!isAtHand || !hasVaultKeys(nodeFileSystem, ledgerPaths(dataDir).vault)) return undefined;
  return openVault({ dataDir, vault }, nodeFileSystem, process.env).keys;
}
