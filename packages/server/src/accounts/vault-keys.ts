import type { VaultKey } from './account.ts';

/** What the account directory needs of the vault's key store: one data key an account, wrapped on disk. */
export type VaultKeys = {
  /** Makes the account's data key; durable when it resolves. */
  create(account: string): Promise<VaultKey>;
  /** `missing` where an account that exists has no key and nobody destroyed it. */
  state(account: string): 'present' | 'destroyed' | 'lost' | 'missing';
  /** Writes down that the keys of accounts are gone for good. */
  declareLost(accounts: readonly string[]): void;
  /** Undefined where there is none now. @throws ServerError `vault-key-missing` where it can not be unwrapped */
  unwrap(account: string): Promise<VaultKey | undefined>;
  /** Destroys the account's keys, and with them its content. @returns how many there were */
  destroy(account: string): Promise<number>;
};
