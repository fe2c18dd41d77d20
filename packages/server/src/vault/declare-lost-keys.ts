import type { FileSystem } from '../seams/file-system.ts';
import { readAllRecords } from './rebuild-positions.ts';
import { accountOfVaultKey, type VaultKeys } from './vault-keys.ts';

/**
 * Writes down that the newest keys of accounts are gone although nobody destroyed them, so that the next key gets another id than those that
 * sealed what is in the vault. A key that turns up in a backup later counts again. Reads the whole vault once.
 */
export function declareLostKeys(
  fs: FileSystem,
  vaultDir: string,
  keys: Pick<VaultKeys, 'declareLost'>,
  accounts: readonly string[],
): void {
  const newest = new Map(accounts.map((account) => [account, 1]));
  for (const { record } of readAllRecords(fs, vaultDir, () => {})) {
    if (record === undefined) continue;
    const account = accountOfVaultKey(record.vaultKeyId);
    const epoch = Number(record.vaultKeyId.slice(account.length + 1));
    const known = newest.get(account);
    if (known !== undefined) newest.set(account, Math.max(known, epoch));
  }
  for (const [account, epoch] of newest) keys.declareLost(`${account}@${epoch}`);
}
