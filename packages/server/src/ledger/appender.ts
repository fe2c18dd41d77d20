import type { Entry } from '@portcullis/record';
import type { OutageCode } from './stop-cause.ts';

/** Encrypted content that belongs to an entry: sealed in the caller's thread, written in the same commit (see vault/). */
export type SealedContent = {
  /** The data key it was sealed with. */
  readonly vaultKey: string;
  /** As vault/sealed-content.ts lays it out. */
  readonly sealed: Uint8Array;
};

export type AppendItem = { readonly entry: Entry; readonly content?: SealedContent };

/** Where the entry lies, once it is durable. `leafHash` is 32 bytes. */
export type Appended = { readonly index: number; readonly leafHash: Uint8Array };

/**
 * What everybody but the ledger itself sees of it for writing. The entry is schema-checked and encoded in the caller's thread.
 */
export type Appender = {
  /**
   * Resolves when the entry (and its content) is durable.
   * @throws RecordError `bad-entry` at once
   * @throws ServerError `ledger-overloaded` at once when the bound on waiting entries or bytes is reached;
   *   `ledger-refused` when the ledger can not take it. Then nothing may be released.
   */
  append(item: AppendItem): Promise<Appended>;
  /** Entries that wait for durability now. */
  readonly pendingEntries: number;
  /** False while the ledger takes no entries; gates then answer 503 without asking. */
  readonly accepting: boolean;
  /** Why it takes none, where that is known. */
  readonly outage?: Outage | undefined;
};

/** The ledger takes no entries, and is being opened anew. Plain data. */
export type Outage = {
  readonly code: OutageCode;
  /** For people, in one sentence, without a path. */
  readonly message: string;
  /** Until the next attempt to open it, at least 1. */
  readonly retryAfterSeconds: number;
  /** It is not opened again: a person must look. */
  readonly over: boolean;
};
