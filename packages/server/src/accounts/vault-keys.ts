import type { VaultKey } from './account.ts';

/** What the account directory needs of the vault's key store: one data key an account, wrapped on disk. */
export type VaultKeys = {
  /** Makes the account's data key; durable when it resolves. */
  create(account: string): Promise<VaultKey>;
  /** Undefined where it was destroyed or never made. @throws ServerError `vault-key-missing` where it can not be unwrapped */
  unwrap(account: string): Promise<VaultKey | undefined>;
  /** Destroys the account's keys, and with them its content. @returns how many there were */
  destroy(account: string): Promise<number>;
};
