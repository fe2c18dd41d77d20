import { accountOfVaultKey, type VaultKeys as KeyStore } from '../vault/vault-keys.ts';
import type { VaultKeys } from './vault-keys.ts';

/** The vault's key store by account. Its directory is listed once, not once an account. */
export function createAccountVaultKeys(store: KeyStore): VaultKeys {
  const idOf = new Map(store.list().map((id) => [accountOfVaultKey(id), id]));
  return {
    async create(account) {
      const key = await store.keyOf(account);
      idOf.set(account, key.id);
      return key;
    },
    async unwrap(account) {
      const id = idOf.get(account);
      return id === undefined ? undefined : store.unwrap(id);
    },
    async destroy(account) {
      idOf.delete(account);
      return store.destroy(account).length;
    },
  };
}
