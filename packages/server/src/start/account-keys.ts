import type { VaultKey } from '../accounts/account.ts';
import type { VaultKeys as AccountKeys } from '../accounts/vault-keys.ts';
import type { Vault } from '../vault/vault.ts';
import { accountOfVaultKey } from '../vault/vault-keys.ts';

/**
 * The vault's keys as the account directory wants them: by account. The folder is listed once, not once an account.
 * @param discardDerived forgets what was made from content and kept, before an erasure is told as done
 */
export function createAccountKeys(
  vault: Pick<Vault, 'keys' | 'eraseAccount' | 'declareLost'>,
  discardDerived: () => void,
): AccountKeys {
  const { keys } = vault;
  const idOf = new Map(keys.list().map((id) => [accountOfVaultKey(id), id]));
  const remember = (key: VaultKey, account: string): VaultKey => {
    idOf.set(account, key.id);
    return key;
  };
  return {
    state(account) {
      const id = idOf.get(account);
      return id === undefined ? keys.stateOf(account) : keys.state(id);
    },
    declareLost: (accounts) => vault.declareLost(accounts),
    create: async (account) => remember(await keys.keyOf(account), account),
    async unwrap(account) {
      const id = idOf.get(account);
      return id === undefined || keys.state(id) !== 'present' ? undefined : keys.unwrap(id);
    },
    async destroy(account) {
      idOf.delete(account);
      const destroyed = vault.eraseAccount(account).length;
      discardDerived();
      return destroyed;
    },
  };
}
