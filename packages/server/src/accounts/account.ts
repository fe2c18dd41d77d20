import type { Standing } from '@portcullis/record';

/** The largest limit: what a counter of the gate holds (36 bits, see gate/budgets.ts). A larger one could not be enforced. */
export const LIMIT_MAX = 2 ** 36 - 1;

/** Ceilings of one account; 0 means nothing is let through, undefined means no limit. */
export type Limits = {
  readonly requestsPerMinute?: number;
  readonly tokensPerMinute?: number;
  readonly tokensPerDay?: number;
};

/** A data key of the vault, unwrapped; never logged. */
export type VaultKey = { readonly id: string; readonly key: Uint8Array };

/** What a gate knows of an account. Plain data: it is sent between threads. */
export type AccountState = {
  readonly account: string;
  /** The account's place in the shared budget counters. */
  readonly slot: number;
  readonly standing: Standing;
  /** The case that put it there, told to the account so that it can be heard. */
  readonly case: string | null;
  readonly limits: Limits;
  readonly vaultKey: VaultKey;
};

/** An API key; only its SHA-256 is known after it was issued. */
export type KeyState = { readonly key: string; readonly account: string; readonly revoked: boolean };

/** Changes to the read-only snapshot in a gate's memory, in order. Sent by the main thread to every gate thread. */
export type SnapshotChange =
  | { readonly kind: 'account'; readonly account: AccountState }
  | { readonly kind: 'key'; readonly sha256: string; readonly key: KeyState };
