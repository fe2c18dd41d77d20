/** One file of the published ledger: a path as in c2sp.org/tlog-tiles, such as `tile/0/x001/067` or `tile/entries/000.p/3`. */
export type LedgerFile = { readonly path: string; readonly bytes: Uint8Array };

/**
 * Where the published ledger lies. Trusted for availability only: every reader recomputes.
 */
export type LedgerStorage = {
  /**
   * Writes files that never change; all are durable when this returns. A file that is already there must have the same bytes.
   * @throws ServerError `ledger-damaged` where it has others
   */
  put(files: readonly LedgerFile[]): void;
  /** Replaces `checkpoint` in one step; durable when this returns. */
  publish(checkpoint: Uint8Array): void;
  /** Replaces `handovers.jsonl` in one step; durable when this returns. */
  putHandovers(lines: Uint8Array): void;
  /** Undefined where there is none. */
  read(path: string): Uint8Array | undefined;
  /** Drops the partial tiles of a tile that is full now; may do nothing. @param path of the full tile */
  dropPartials(path: string): void;
};
