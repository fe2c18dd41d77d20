import { randomBytes } from 'node:crypto';
import type { VaultKey } from '../account.ts';
import type { VaultKeys } from '../vault-keys.ts';

/** A key store without a disk, for tests. `order` tells what was called when. */
export function createMemoryVaultKeys(): VaultKeys & {
  readonly kept: Map<string, VaultKey>;
  readonly order: string[];
  /** Takes a key away without destroying it. */
  mislay(account: string): void;
} {
  const kept = new Map<string, VaultKey>();
  const order: string[] = [];
  const gone = new Map<string, 'destroyed' | 'lost' | 'missing'>();
  return {
    kept,
    order,
    async create(account) {
      order.push(`create ${account}`);
      const key = { id: `vk-${randomBytes(6).toString('hex')}`, key: randomBytes(32) };
      kept.set(account, key);
      return key;
    },
    mislay(account) {
      kept.delete(account);
      gone.set(account, 'missing');
    },
    state: (account) => (kept.has(account) ? 'present' : (gone.get(account) ?? 'missing')),
    declareLost(accounts) {
      for (const account of accounts) gone.set(account, 'lost');
    },
    unwrap: async (account) => kept.get(account),
    async destroy(account) {
      order.push(`destroy ${account}`);
      gone.set(account, 'destroyed');
      return kept.delete(account) ? 1 : 0;
    },
  };
}
