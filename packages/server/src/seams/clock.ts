/** Where time comes from: an argument everywhere, so that tests and fault runs can step it. */
export type Clock = {
  /** Unix time in milliseconds; may step. */
  now(): number;
  /** Milliseconds that never step back, from one origin in all threads of a process; for durations. */
  monotonic(): number;
};

export const systemClock: Clock = {
  now: () => Date.now(),
  // Unlike performance.now(), which starts anew in each thread.
  monotonic() {
    const [seconds, nanoseconds] = process.hrtime();
    return seconds * 1e3 + nanoseconds / 1e6;
  },
};
