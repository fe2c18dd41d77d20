import type { Entry } from '@portcullis/record';

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
  /** False after the ledger stopped taking entries; gates then answer 503 without asking. */
  readonly accepting: boolean;
};
