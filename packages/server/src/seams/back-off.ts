/** The pause before the next of several attempts: twice the last one, up to a longest. */
export type BackOff = {
  /** @returns the pause before this attempt, in milliseconds; the next one is twice as long */
  next(): number;
  /** What was attempted works: the next pause is the first again. */
  reset(): void;
};

/** Both in milliseconds. */
export type BackOffLimits = { readonly firstMs: number; readonly maxMs: number };

export function createBackOff(limits: BackOffLimits): BackOff {
  let failures = 0;
  return {
    next: () => pauseAfter(failures++, limits),
    reset: () => void (failures = 0),
  };
}

/** @param failures in a row before the one that is waited for now */
export function pauseAfter(failures: number, { firstMs, maxMs }: BackOffLimits): number {
  return Math.min(firstMs * 2 ** failures, maxMs);
}
