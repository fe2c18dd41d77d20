import type { AccountState, KeyState, SnapshotChange } from '../accounts/account.ts';
import type { Config } from '../config/config.ts';
import type { Appender } from '../ledger/appender.ts';
import type { Clock } from '../seams/clock.ts';

/** What a gate needs from outside; nothing here is a projection, so detection can not stall traffic. */
export type GatePorts = {
  readonly config: Pick<Config, 'gate' | 'upstreams' | 'standing' | 'contact' | 'vault' | 'limits'>;
  readonly appender: Appender;
  readonly snapshot: AccountSnapshot;
  /** Shared counters, see budgets.ts. */
  readonly budgetMemory: SharedArrayBuffer;
  readonly receipts: ReceiptSource;
  readonly clock: Clock;
  readonly log: Log;
};

/** Keys and accounts in memory, read-only for the gate. */
export type AccountSnapshot = {
  /** @param sha256 of the API key, hex */
  find(sha256: string): { readonly key: KeyState; readonly account: AccountState } | undefined;
  apply(changes: readonly SnapshotChange[]): void;
};

/** Gives an account its own receipt. */
export type ReceiptSource = {
  /**
   * @returns the receipt as JSON text; `pending` where the entry is durable but not yet published
   *   (ask again within the publish interval); `absent` where it does not exist or belongs to somebody else.
   */
  receipt(
    account: string,
    index: number,
  ): Promise<{ kind: 'receipt'; json: string } | { kind: 'pending' | 'absent' }>;
};

/** Structured logs; fields never hold content or keys. */
export type Log = (
  level: 'debug' | 'info' | 'warn' | 'error',
  event: string,
  fields?: Readonly<Record<string, string | number | boolean | null>>,
) => void;
