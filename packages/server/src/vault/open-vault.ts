import type { VaultConfig } from '../config/config.ts';
import { ledgerPaths } from '../ledger/data-dir.ts';
import type { FileSystem } from '../seams/file-system.ts';
import { openMasterKey } from './master-key-local.ts';
import { createVault, type Vault } from './vault.ts';
import { hasVaultKeys } from './vault-keys.ts';

/**
 * The vault of a data directory, with the master key that the configuration names.
 * A missing key file is made at first start, never where the vault already has keys that another one wrapped.
 * @param env such as `process.env`
 * @throws ServerError `bad-config`
 */
export function openVault(
  config: { readonly dataDir: string; readonly vault: Pick<VaultConfig, 'masterKey'> },
  fs: FileSystem,
  env: Readonly<Record<string, string | undefined>>,
): Vault {
  const { vault: vaultDir } = ledgerPaths(config.dataDir);
  const { dataDir } = config;
  const create = !hasVaultKeys(fs, vaultDir);
  return createVault(
    fs,
    vaultDir,
    openMasterKey({ source: config.vault.masterKey, dataDir, fs, env, create }),
  );
}
