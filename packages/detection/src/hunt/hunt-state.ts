import type { WatchedAccount } from './watched-account.ts';
import type { TrafficWatch } from './watch-traffic.ts';

/** A campaign or an account that was spoken of before. */
export type Spoken = { accounts: number; exchanges: number; order: number };

/** Since when an account is named. `time`: Unix seconds. */
export type Named = { readonly time: number };

/** What the calibrated hunt remembers. */
export type HuntState = {
  /** Benign accounts, whose maxima rise with the watch. */
  benign: Map<string, WatchedAccount>;
  watch: TrafficWatch;
  /** Benign accounts that the looks of this watch are paid with. */
  spent: Set<string>;
  /** Maxima above it are named until the next look. */
  threshold: number;
  /** Accounts named in this watch. */
  named: Map<string, Named>;
  /** Why nobody is named; empty where the guarantee is held. */
  reasons: readonly string[];
  /** What was spoken of, by its key, over all watches; least recent at the start. */
  spoken: Map<string, Spoken>;
  /** The key that an account was last spoken of under. */
  keys: Map<string, string>;
  nextOrder: number;
};
