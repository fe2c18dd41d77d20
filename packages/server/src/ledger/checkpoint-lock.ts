/**
 * The one place that says which checkpoint is the latest: a compare-and-swap of the signed note. Who holds it is the only
 * writer. A lock is trusted for this and nothing else; its content is signed.
 */
export type CheckpointLock = {
  /** The latest signed checkpoint of a log, or undefined where none was ever signed. */
  read(origin: string): string | undefined;
  /**
   * Puts `next` in the place of `previous`; durable when this returns.
   * @throws ServerError `conflict` where another note stands there; any other error leaves open whether `next` was kept
   */
  swap(origin: string, previous: string | undefined, next: string): void;
  /** Lets another writer in. */
  close(): void;
};
