import { randomBytes } from 'node:crypto';
import type { VaultKey } from '../account.ts';
import type { VaultKeys } from '../vault-keys.ts';

/** A key store without a disk, for tests. `order` tells what was called when. */
export function createMemoryVaultKeys(): VaultKeys & {
  readonly kept: Map<string, VaultKey>;
  readonly order: string[];
} {
  const kept = new Map<string, VaultKey>();
  const order: string[] = [];
  return {
    kept,
    order,
    async create(account) {
      order.push(`create ${account}`);
      const key = { id: `vk-${randomBytes(6).toString('hex')}`, key: randomBytes(32) };
      kept.set(account, key);
      return key;
    },
    unwrap: async (account) => kept.get(account),
    async destroy(account) {
      order.push(`destroy ${account}`);
      return kept.delete(account) ? 1 : 0;
    },
  };
}
