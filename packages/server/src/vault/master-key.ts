/**
 * Wraps the data keys of accounts. The embedded one is a file or an environment variable; one that asks a KMS has the same two calls.
 * `aad` binds a wrapped key to its id, so that one account's file can not stand for another's.
 */
export type MasterKey = {
  /** Names the key, for operators who rotate it; not secret. */
  readonly id: string;
  wrap(dataKey: Uint8Array, aad: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /** @throws ServerError `vault-key-missing` where it was wrapped by another master key, or changed */
  unwrap(wrapped: Uint8Array, aad: Uint8Array): Uint8Array | Promise<Uint8Array>;
};
