import type { AccountState, KeyState, SnapshotChange } from '../accounts/account.ts';
import type { AccountSnapshot } from './gate-ports.ts';

/** Keys and accounts in a gate's memory. Changes come in order; the latest state of an account or a key holds. */
export function createAccountSnapshot(changes: readonly SnapshotChange[] = []): AccountSnapshot {
  const accounts = new Map<string, AccountState>();
  const keys = new Map<string, KeyState>();
  const apply = (next: readonly SnapshotChange[]): void => {
    for (const change of next) {
      if (change.kind === 'account') accounts.set(change.account.account, change.account);
      else keys.set(change.sha256, change.key);
    }
  };
  apply(changes);
  return {
    find(sha256) {
      const key = keys.get(sha256);
      const account = key === undefined ? undefined : accounts.get(key.account);
      return key === undefined || account === undefined ? undefined : { key, account };
    },
    apply,
  };
}
