import type { Clock } from '../seams/clock.ts';
import { ServerError } from '../server-error.ts';

/** Wrong tries in a row that cost nothing but their time; each further one doubles the wait. */
const FREE_TRIES = 5;
const WAIT_MS_MIN = 2_000;
const WAIT_MS_MAX = 15 * 60_000;
/** A name or address that was quiet for so long starts anew. */
const FORGET_MS = 60 * 60_000;
const KEYS_MAX = 10_000;

export type Attempts = {
  /** @throws ServerError `too-many` while a name or an address has to wait */
  check(keys: readonly string[]): void;
  /** Counts a try before it is judged; {@link Attempts.succeeded} takes it back. */
  failed(keys: readonly string[]): void;
  succeeded(keys: readonly string[]): void;
};

/** Slows guessing down, by the name that is guessed at and by the address that guesses. */
export function createAttempts(clock: Clock): Attempts {
  const known = new Map<string, { failures: number; lastMs: number }>();
  const waitMs = (failures: number): number =>
    failures < FREE_TRIES ? 0 : Math.min(WAIT_MS_MAX, WAIT_MS_MIN * 2 ** (failures - FREE_TRIES));
  const current = (key: string) => {
    const one = known.get(key);
    return one !== undefined && clock.now() - one.lastMs < FORGET_MS ? one : undefined;
  };
  return {
    check(keys) {
      const untilMs = Math.max(
        ...keys.map((key) => {
          const one = current(key);
          return one === undefined ? 0 : one.lastMs + waitMs(one.failures);
        }),
      );
      const seconds = Math.ceil((untilMs - clock.now()) / 1000);
      if (seconds > 0)
        throw new ServerError('too-many', `Too many wrong tries. Wait ${seconds} seconds, then try again.`);
    },
    failed(keys) {
      for (const key of keys) {
        const failures = (current(key)?.failures ?? 0) + 1;
        known.delete(key);
        known.set(key, { failures, lastMs: clock.now() });
      }
      // The oldest go: who floods with names forgets only what was before the flood.
      for (const key of known.keys()) {
        if (known.size <= KEYS_MAX) break;
        known.delete(key);
      }
    },
    succeeded(keys) {
      for (const key of keys) known.delete(key);
    },
  };
}
