/** Scores a window of traffic against benign reference traffic: the larger the less it looks like it. */
export type WindowTest = {
  readonly name: string;
  /** A score may remember what it computed for a prompt between calls. */
  create(): (reference: readonly string[], window: readonly string[]) => number;
};
