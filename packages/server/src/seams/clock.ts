/** Where time comes from: an argument everywhere, so that tests and fault runs can step it. */
export type Clock = {
  /** Unix time in milliseconds; may step. */
  now(): number;
  /** Milliseconds that never step back; for durations. */
  monotonic(): number;
};

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};
