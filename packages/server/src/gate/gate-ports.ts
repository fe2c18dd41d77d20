import type { AccountState, KeyState, SnapshotChange, VaultKey } from '../accounts/account.ts';
import type { Config } from '../config/config.ts';
import type { Appender, SealedContent } from '../ledger/appender.ts';
import type { Clock } from '../seams/clock.ts';

export type GateConfigView = Pick<Config, 'gate' | 'upstreams' | 'standing' | 'contact' | 'vault' | 'limits'>;

/** What a gate needs from outside; nothing here is a projection, so detection can not stall traffic. */
export type GatePorts = {
  readonly config: GateConfigView;
  readonly appender: Appender;
  readonly seal: SealContent;
  readonly snapshot: AccountSnapshot;
  /** Shared counters, see budgets.ts. */
  readonly budgetMemory: SharedArrayBuffer;
  readonly receipts: ReceiptSource;
  readonly clock: Clock;
  readonly log: Log;
  /** Fills the bytes with randomness fit for keys. */
  readonly random: (bytes: Uint8Array) => void;
  /** The text of `/metrics`; left out, this gate's own counters. Threads give the sum over all of them. */
  readonly metricsText?: () => Promise<string>;
};

/** Encrypts an entry's content under an account's data key, as `sealContent` of the vault does; `aad` names the entry. */
export type SealContent = (
  vaultKey: VaultKey,
  aad: string,
  content: { readonly seed: Uint8Array; readonly parts: Readonly<Record<string, Uint8Array>> },
) => SealedContent;

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
