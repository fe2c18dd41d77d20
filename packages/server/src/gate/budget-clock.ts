import type { Clock } from '../seams/clock.ts';

/** The time that budgets run on: Unix milliseconds that never go back and never stand still. */
export type BudgetClock = () => number;

/**
 * The system's clock where it goes forward; where it steps back, this one goes on from where it was. So a step neither gives a window back
 * that was used, nor holds one open for as long as the step was. All gate threads share how far it is ahead of the system's monotonic clock
 * (one word of the budget memory, which only grows): they never disagree on the window.
 * @param clock `monotonic` must have one origin in all threads
 */
export function createBudgetClock(memory: SharedArrayBuffer, clock: Clock): BudgetClock {
  const ahead = new BigInt64Array(memory, 0, 1);
  return () => {
    const monotonicMs = clock.monotonic();
    const seen = BigInt(Math.round(clock.now() - monotonicMs));
    for (;;) {
      const known = Atomics.load(ahead, 0);
      if (seen <= known) return monotonicMs + Number(known);
      if (Atomics.compareExchange(ahead, 0, known, seen) === known) return monotonicMs + Number(seen);
    }
  };
}
