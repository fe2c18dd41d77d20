import type { AccountState } from '../signals/account-state.ts';
import { floorOfSample } from '../signals/sample-keys.ts';

// What accounts send that others send too: keys of prompts or of templates, in samples that every account takes by the same order. Two accounts can be compared in
// what lies above the floors of both; whether one of a key's holders is a neighbour says something only beside how many hold it at large, as public texts are everybody's.

/** How often keys occur at large is counted on at most this many accounts. */
const CROWD_ACCOUNTS = 3000;
/** Keys that a share is drawn towards nothing with. */
const EQUIVALENT = 4;
const LIFT_MAX = 6;

/** Where samples of keys lie in an account's words. */
export type KeyRange = { readonly at: number; readonly size: number };

/** Of one account beside some others. */
export type Shared = {
  /** Keys of the account that could be compared, over all those others, and those that they sent too. */
  readonly compared: number;
  readonly found: number;
  /** What samples of as many accounts at large have of its keys. */
  readonly expected: number;
};

export type SharedKeys = {
  /** What one account has in common with others. */
  with(account: number, others: readonly number[]): Shared;
  /** Share of the account's keys that anybody else sent. */
  public(account: number): number;
};

/** O(accounts · keys · log): counted once for everybody. */
export function createSharedKeys(states: readonly AccountState[], { at, size }: KeyRange): SharedKeys {
  const every = Math.max(1, Math.ceil(states.length / CROWD_ACCOUNTS));
  const isCounted = (account: number): boolean => account % every === 0;
  const counted = states.filter((_, account) => isCounted(account));
  const keys = Uint32Array.from(counted.flatMap(({ words }) => keysOf(words))).sort();

  function keysOf(words: Uint32Array): number[] {
    return [...words.subarray(at, at + size)].filter((key) => key !== 0);
  }

  /** Share of the others at large whose samples hold the key. */
  function shareAtLarge(account: number, key: number): number {
    const own = isCounted(account) ? 1 : 0;
    const holders = firstAbove(keys, key) - firstAbove(keys, key - 1) - own;
    return holders / Math.max(1, counted.length - own);
  }

  return {
    with(account, others) {
      const { words } = states[account] as AccountState;
      let compared = 0;
      let found = 0;
      let expected = 0;
      for (let i = at; i < at + size && words[i] !== 0; i++) {
        const key = words[i] as number;
        expected += others.length * shareAtLarge(account, key);
        for (const other of others) {
          const theirs = (states[other] as AccountState).words;
          if (floorOfSample(theirs, at, size) > key) continue;
          compared++;
          if (holds(theirs, at, size, key)) found++;
        }
      }
      return { compared, found, expected };
    },
    public(account) {
      const own = keysOf((states[account] as AccountState).words);
      const common = own.filter((key) => shareAtLarge(account, key) > 0).length;
      return common / (own.length + EQUIVALENT);
    },
  };
}

/** Share of what was compared. @param others how many: few keys beside many others are still few */
export const shareOf = ({ compared, found }: Shared, others: number): number =>
  found / (compared + EQUIVALENT * Math.max(1, others));

/** How much more often neighbours share keys than accounts at large, as a logarithm. */
export const liftOf = ({ found, expected }: Shared): number =>
  Math.min(LIFT_MAX, Math.max(-LIFT_MAX, Math.log((found + 0.5) / (expected + 0.5))));

/** By halves; keys lie descending. */
function holds(words: Uint32Array, at: number, size: number, key: number): boolean {
  let from = at;
  let until = at + size;
  while (from < until) {
    const middle = (from + until) >> 1;
    if ((words[middle] as number) > key) from = middle + 1;
    else until = middle;
  }
  return from < at + size && words[from] === key;
}

/** Index of the first value above `value`; `ascending` is sorted. */
function firstAbove(ascending: Uint32Array, value: number): number {
  let from = 0;
  let until = ascending.length;
  while (from < until) {
    const middle = (from + until) >> 1;
    if ((ascending[middle] as number) <= value) from = middle + 1;
    else until = middle;
  }
  return from;
}
