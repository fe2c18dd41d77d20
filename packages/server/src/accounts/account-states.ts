import type { Entry, Standing } from '@portcullis/record';
import type { ProjectionStore } from '../projections/projection-store.ts';
import { readAccounts, readKeys } from '../projections/accounts-projection.ts';
import { readStanding } from '../projections/standings-projection.ts';
import type { AccountState, KeyState, Limits, SnapshotChange, VaultKey } from './account.ts';
import { limitsOf } from './checks.ts';

type Held = {
  readonly account: string;
  readonly slot: number;
  vaultKey: VaultKey | undefined;
  limits: Limits;
  limitsIndex: number;
  standing: Standing;
  case: string | null;
  standingIndex: number;
};

/**
 * What every gate should know of accounts, in memory. Entries may be observed twice and out of order (once when an append is
 * acknowledged, once from the ledger): each field remembers the entry it comes from, and an older one changes nothing.
 */
export type AccountStates = {
  readonly count: number;
  has(account: string): boolean;
  accountOfKey(key: string): string | undefined;
  state(account: string): AccountState | undefined;
  /** @returns what changed by this entry */
  observe(entry: Entry, index: number): SnapshotChange[];
  /** An account without a vault key is not in the snapshot: nothing of it could be kept. */
  giveVaultKey(account: string, vaultKey: VaultKey): SnapshotChange[];
  all(): SnapshotChange[];
};

export function createAccountStates(): AccountStates {
  const accounts = new Map<string, Held>();
  const keys = new Map<string, { readonly sha256: string; state: KeyState }>();
  const stateOf = (held: Held | undefined): AccountState | undefined =>
    held?.vaultKey && {
      account: held.account,
      slot: held.slot,
      standing: held.standing,
      case: held.case,
      limits: held.limits,
      vaultKey: held.vaultKey,
    };
  const changeOf = (held: Held | undefined): SnapshotChange[] => {
    const account = stateOf(held);
    return account === undefined ? [] : [{ kind: 'account', account }];
  };
  const keyChange = (key: string): SnapshotChange[] => {
    const known = keys.get(key);
    return known === undefined ? [] : [{ kind: 'key', sha256: known.sha256, key: known.state }];
  };
  const observers = createObservers(accounts, keys);
  return {
    get count() {
      return accounts.size;
    },
    has: (account) => accounts.has(account),
    accountOfKey: (key) => keys.get(key)?.state.account,
    state: (account) => stateOf(accounts.get(account)),
    observe(entry, index) {
      if (entry.type === 'account.created' || entry.type === 'account.limited')
        return observers.limits(entry, index) ? changeOf(accounts.get(entry.account)) : [];
      if (entry.type === 'key.issued' || entry.type === 'key.revoked')
        return observers.key(entry) ? keyChange(entry.key) : [];
      if (entry.type !== 'standing.set') return [];
      return entry.accounts.flatMap((account) =>
        observers.standing(account, entry.standing, entry.case, index) ? changeOf(accounts.get(account)) : [],
      );
    },
    giveVaultKey(account, vaultKey) {
      const held = accounts.get(account);
      if (held) held.vaultKey = vaultKey;
      return changeOf(held);
    },
    all: () => [...[...accounts.values()].flatMap(changeOf), ...[...keys.keys()].flatMap(keyChange)],
  };
}

function createObservers(
  accounts: Map<string, Held>,
  keys: Map<string, { readonly sha256: string; state: KeyState }>,
) {
  return {
    limits(entry: Extract<Entry, { type: 'account.created' | 'account.limited' }>, index: number): boolean {
      const held = accounts.get(entry.account);
      if (held !== undefined) {
        if (index <= held.limitsIndex) return false;
        held.limits = limitsOf(entry);
        held.limitsIndex = index;
        return true;
      }
      if (entry.type === 'account.limited') return false;
      accounts.set(entry.account, {
        account: entry.account,
        slot: accounts.size, // slots live as long as the shared counters do: one run of the program
        vaultKey: undefined,
        limits: limitsOf(entry),
        limitsIndex: index,
        standing: 'open',
        case: null,
        standingIndex: -1,
      });
      return true;
    },
    key(entry: Extract<Entry, { type: 'key.issued' | 'key.revoked' }>): boolean {
      const known = keys.get(entry.key);
      if (entry.type === 'key.issued') {
        if (known !== undefined) return false;
        const state = { key: entry.key, account: entry.account, revoked: false };
        keys.set(entry.key, { sha256: entry.key_sha256, state });
        return true;
      }
      if (known === undefined || known.state.revoked) return false;
      known.state = { ...known.state, revoked: true };
      return true;
    },
    standing(account: string, standing: Standing, caseId: string | null, index: number): boolean {
      const held = accounts.get(account);
      if (held === undefined || index <= held.standingIndex) return false;
      held.standing = standing;
      held.case = standing === 'open' ? null : caseId;
      held.standingIndex = index;
      return true;
    },
  };
}

/** Replays what the projections hold into memory, as the entries it came from. */
export function loadAccountStates(states: AccountStates, { db }: Pick<ProjectionStore, 'db'>): void {
  const base = { version: 1, time: '1970-01-01T00:00:00.000Z', by: 'portcullis' } as const;
  for (const { account, createdIndex, limitsIndex, limits } of readAccounts(db)) {
    const fields = {
      ...base,
      account,
      ...(limits.requestsPerMinute === undefined ? {} : { requests_per_minute: limits.requestsPerMinute }),
      ...(limits.tokensPerMinute === undefined ? {} : { tokens_per_minute: limits.tokensPerMinute }),
      ...(limits.tokensPerDay === undefined ? {} : { tokens_per_day: limits.tokensPerDay }),
    };
    states.observe({ type: 'account.created', ...fields }, createdIndex);
    states.observe({ type: 'account.limited', ...fields }, limitsIndex);
    const now = readStanding(db, account);
    if (now !== undefined) {
      const { standing, case: caseId, decision, reason, index } = now;
      states.observe(
        { type: 'standing.set', ...base, accounts: [account], standing, case: caseId, decision, reason },
        index,
      );
    }
  }
  for (const { key, account, sha256, issuedIndex, revokedIndex } of readKeys(db)) {
    states.observe({ type: 'key.issued', ...base, key, account, key_sha256: sha256 }, issuedIndex);
    if (revokedIndex !== null)
      states.observe({ type: 'key.revoked', ...base, key, account, reason: '' }, revokedIndex);
  }
}
