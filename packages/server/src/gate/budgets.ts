import { LIMIT_MAX, type Limits } from '../accounts/account.ts';

// Counters that all gate threads share. Each counter is one 64-bit word, window number and amount together, changed only by
// compare-and-swap: a window's turn and a count can therefore never be seen apart, and no two threads can both take what is
// left. Windows are fixed: the clock's minute, and the UTC day.

/** The three limits of an account, in the order they are checked. */
export const BUDGETS = ['requests-minute', 'tokens-minute', 'tokens-day'] as const;
export type BudgetName = (typeof BUDGETS)[number];

const COUNTERS = BUDGETS.length;
const COUNTER_BYTES = 8;
/** Before the counters stands one word of budget-clock.ts. */
const HEAD_BYTES = 8;
/** Low bits hold the amount (up to 68,719,476,735), high bits the window (minutes fit until the year 2225). */
const AMOUNT_BITS = 36n;
const AMOUNT_MAX = LIMIT_MAX;
const WINDOW_MASK = 2 ** 27 - 1;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const WINDOW_MS = [MINUTE_MS, MINUTE_MS, DAY_MS] as const;

/** What was taken before an exchange, so that it can be corrected after it. */
export type Reservation = { readonly slot: number; readonly tokens: number; readonly timeMs: number };

/** Why nothing was taken. `asked` alone is over the limit where it is greater than `limit`: waiting does not help then. */
export type OverBudget = {
  readonly budget: BudgetName;
  readonly limit: number;
  readonly left: number;
  readonly asked: number;
  /** Until the window turns, in whole seconds, at least 1. */
  readonly retryAfterSeconds: number;
};

export type BudgetState = { readonly budget: BudgetName; readonly limit: number; readonly left: number };

export type Budgets = {
  /** Takes one request and `tokens` from all windows, or nothing at all. */
  reserve(slot: number, limits: Limits, tokens: number, timeMs: number): Reservation | OverBudget;
  /**
   * Puts the real number of tokens in the place of the reserved one. Too much reserved is given back where its window still
   * runs; too little is charged to the window that runs now, even beyond the limit, so that the next request waits for it.
   */
  settle(reservation: Reservation, tokens: number, timeMs: number): void;
  /** Gives back everything, the request too: for exchanges that were never started. */
  cancel(reservation: Reservation, timeMs: number): void;
  /** After a restart: the tokens that the ledger shows for the UTC day of `timeMs`. */
  seed(slot: number, tokensToday: number, timeMs: number): void;
  /** What is left now, for the limits an account has. */
  left(slot: number, limits: Limits, timeMs: number): BudgetState[];
};

/** Shared counters for accounts with slots below `slots`; growable in place up to `slotsMax`. */
export function createBudgetMemory(slots: number, slotsMax: number = slots): SharedArrayBuffer {
  const bytes = (count: number): number => HEAD_BYTES + count * COUNTERS * COUNTER_BYTES;
  return new SharedArrayBuffer(bytes(slots), { maxByteLength: bytes(Math.max(slots, slotsMax)) });
}

/** @throws RangeError where an account's slot lies beyond the memory */
export function createBudgets(memory: SharedArrayBuffer): Budgets {
  const words = new BigInt64Array(memory, HEAD_BYTES);
  return {
    reserve: (slot, limits, tokens, timeMs) => reserve(words, slot, limits, tokens, timeMs),
    settle: (reservation, tokens, timeMs) => settle(words, reservation, tokens, timeMs),
    cancel(reservation, timeMs) {
      settle(words, reservation, 0, timeMs);
      add(words, reservation.slot * COUNTERS, windowOf(0, reservation.timeMs), -1);
    },
    seed(slot, tokensToday, timeMs) {
      add(words, slot * COUNTERS + 2, windowOf(2, timeMs), tokensToday);
    },
    left(slot, limits, timeMs) {
      const states: BudgetState[] = [];
      for (let i = 0; i < COUNTERS; i++) {
        const limit = limitOf(limits, i);
        if (limit === undefined) continue;
        const used = usedNow(Atomics.load(words, slot * COUNTERS + i), windowOf(i, timeMs));
        states.push({ budget: BUDGETS[i] as BudgetName, limit, left: Math.max(0, limit - used) });
      }
      return states;
    },
  };
}

function reserve(
  words: BigInt64Array,
  slot: number,
  limits: Limits,
  tokens: number,
  timeMs: number,
): Reservation | OverBudget {
  for (let i = 0; i < COUNTERS; i++) {
    const amount = i === 0 ? 1 : tokens;
    const window = windowOf(i, timeMs);
    const limit = limitOf(limits, i) ?? Number.POSITIVE_INFINITY;
    const used = take(words, slot * COUNTERS + i, window, amount, limit);
    if (used === undefined) continue;
    for (let back = 0; back < i; back++) {
      add(words, slot * COUNTERS + back, windowOf(back, timeMs), back === 0 ? -1 : -tokens);
    }
    const retryAfterSeconds = Math.max(1, Math.ceil((windowMs(i) - (timeMs % windowMs(i))) / 1000));
    const left = Math.max(0, limit - used);
    return { budget: BUDGETS[i] as BudgetName, limit, left, asked: amount, retryAfterSeconds };
  }
  return { slot, tokens, timeMs };
}

function settle(words: BigInt64Array, reservation: Reservation, tokens: number, timeMs: number): void {
  const delta = tokens - reservation.tokens;
  if (delta === 0) return;
  for (let i = 1; i < COUNTERS; i++) {
    const window = windowOf(i, delta > 0 ? timeMs : reservation.timeMs);
    add(words, reservation.slot * COUNTERS + i, window, delta);
  }
}

/** Takes `amount`, or gives how much is used where it does not fit. */
function take(
  words: BigInt64Array,
  at: number,
  window: number,
  amount: number,
  limit: number,
): number | undefined {
  for (;;) {
    const word = load(words, at);
    const used = usedNow(word, window);
    if (used + amount > limit) return used;
    if (Atomics.compareExchange(words, at, word, pack(window, used + amount)) === word) return undefined;
  }
}

/** Changes a window's amount, never below zero. A window that has passed is left alone. */
function add(words: BigInt64Array, at: number, window: number, amount: number): void {
  for (;;) {
    const word = load(words, at);
    const current = Number(word >> AMOUNT_BITS);
    if (current !== window && (amount < 0 || isLater(current, window))) return;
    const used = Math.max(0, usedNow(word, window) + amount);
    if (Atomics.compareExchange(words, at, word, pack(window, used)) === word) return;
  }
}

function load(words: BigInt64Array, at: number): bigint {
  if (at >= words.length) throw new RangeError('The account has no place in the budget memory.');
  return Atomics.load(words, at);
}

/** A word of another window counts as empty; one of a later window (the clock stepped back a little) keeps counting. */
function usedNow(word: bigint, window: number): number {
  const written = Number(word >> AMOUNT_BITS);
  if (written !== window && !isLater(written, window)) return 0;
  return Number(BigInt.asUintN(Number(AMOUNT_BITS), word));
}

function pack(window: number, amount: number): bigint {
  return (BigInt(window) << AMOUNT_BITS) | BigInt(Math.min(amount, AMOUNT_MAX));
}

/** One window ahead only: a clock that was far in the future and came back must not block an account for long. */
function isLater(written: number, window: number): boolean {
  return written === window + 1;
}

function windowOf(counter: number, timeMs: number): number {
  return Math.floor(timeMs / windowMs(counter)) & WINDOW_MASK;
}

function windowMs(counter: number): number {
  return WINDOW_MS[counter] as number;
}

/** An older ledger may hold a limit beyond what a counter can; it is then the counter's end. */
function limitOf(limits: Limits, counter: number): number | undefined {
  const { requestsPerMinute, tokensPerMinute, tokensPerDay } = limits;
  const limit = counter === 0 ? requestsPerMinute : counter === 1 ? tokensPerMinute : tokensPerDay;
  return limit === undefined ? undefined : Math.min(limit, AMOUNT_MAX);
}
