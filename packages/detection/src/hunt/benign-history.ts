import { hashText } from '../hash32.ts';
import { type AccountState, addExchange, copyForLooks } from '../signals/account-state.ts';
import type { Embedder } from '../signals/embed-prompt.ts';
import type { Traffic } from '../traffic.ts';
import { isCountLook, LOOKS_S } from './looks.ts';
import { type WatchedAccount, watchAccount } from './watched-account.ts';

/** Benign accounts kept; of more, a share chosen by a hash of the name and the seed. */
const ACCOUNTS_MAX = 4000;

/**
 * The benign accounts of a calibration and how each stood at every look, so that traffic can be compared with benign accounts that
 * had been watched just as long.
 */
export type BenignHistory = {
  observe(traffic: Traffic): void;
  /** Every benign account kept; their maxima rise while traffic is looked at. */
  readonly accounts: ReadonlyMap<string, WatchedAccount>;
  /** States as they stood at look `look`; those of the end, where the benign exchanges do not reach so far. */
  at(look: number): ReadonlyMap<string, AccountState>;
  /** Seconds from the first to the last benign exchange. */
  span(): number;
};

/** @param onCountLook called when an account has made one of the numbers of exchanges at which it is looked at by itself */
export function createBenignHistory(
  embedder: Embedder,
  seed: number,
  onCountLook: (watched: WatchedAccount, elapsed: number) => void,
): BenignHistory {
  const accounts = new Map<string, WatchedAccount>();
  const snapshots: Map<string, AccountState>[] = [];
  let share = 1;
  let first: number | undefined;
  let span = 0;

  const isKept = (account: string): boolean => (hashText(account, seed) >>> 0) / 2 ** 32 < share;

  function thin(): void {
    while (accounts.size > ACCOUNTS_MAX) {
      share /= 2;
      for (const account of accounts.keys()) if (!isKept(account)) accounts.delete(account);
      for (const snapshot of snapshots) {
        for (const account of snapshot.keys()) if (!isKept(account)) snapshot.delete(account);
      }
    }
  }

  return {
    accounts,
    observe(traffic) {
      if (!isKept(traffic.account)) return;
      first ??= traffic.time;
      const elapsed = traffic.time - first;
      while (elapsed >= (LOOKS_S[snapshots.length] ?? Number.POSITIVE_INFINITY)) {
        snapshots.push(snapshotOf(accounts, snapshots.at(-1)));
      }
      span = Math.max(span, elapsed);
      let watched = accounts.get(traffic.account);
      if (watched === undefined) {
        watched = watchAccount(traffic.account, elapsed);
        accounts.set(traffic.account, watched);
        thin();
      }
      addExchange(watched.state, traffic, elapsed, embedder);
      if (isCountLook(watched.state.exchanges)) onCountLook(watched, elapsed);
    },
    at: (look) => snapshots[look] ?? new Map([...accounts].map(([account, { state }]) => [account, state])),
    span: () => span,
  };
}

/** An account that sent nothing since the look before is shared with it. */
function snapshotOf(
  accounts: ReadonlyMap<string, WatchedAccount>,
  before: ReadonlyMap<string, AccountState> | undefined,
): Map<string, AccountState> {
  const snapshot = new Map<string, AccountState>();
  for (const [account, { state }] of accounts) {
    const earlier = before?.get(account);
    snapshot.set(account, earlier?.exchanges === state.exchanges ? earlier : copyForLooks(state));
  }
  return snapshot;
}
