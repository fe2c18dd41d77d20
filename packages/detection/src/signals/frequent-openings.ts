import { OPENING_COUNTS, OPENINGS, OPENINGS_AT } from './account-layout.ts';

// Openings of prompts that an account repeats with different endings: a Misra–Gries summary. Every opening with more than a share of
// 1 / (OPENINGS + 1) is among those kept.

/** Misra and Gries 1982. */
export function countOpening(words: Uint32Array, opening: number, count = 1): void {
  let free = -1;
  for (let i = 0; i < OPENINGS; i++) {
    if (words[OPENING_COUNTS + i] === 0) free = i;
    else if (words[OPENINGS_AT + i] === opening) {
      words[OPENING_COUNTS + i] = (words[OPENING_COUNTS + i] as number) + count;
      return;
    }
  }
  if (free >= 0) {
    words[OPENINGS_AT + free] = opening;
    words[OPENING_COUNTS + free] = count;
  } else displace(words, opening, count);
}

/** All give up what the least of them has, the newcomer too. */
function displace(words: Uint32Array, opening: number, count: number): void {
  let least = count;
  for (let i = 0; i < OPENINGS; i++) least = Math.min(least, words[OPENING_COUNTS + i] as number);
  for (let i = 0; i < OPENINGS; i++) {
    words[OPENING_COUNTS + i] = (words[OPENING_COUNTS + i] as number) - least;
  }
  if (count > least) countOpening(words, opening, count - least);
}

/** Adds the summary of other exchanges; the bound on the error holds for both together (Agarwal et al. 2012, "Mergeable summaries"). */
export function mergeOpenings(into: Uint32Array, other: Uint32Array): void {
  for (let i = 0; i < OPENINGS; i++) {
    const count = other[OPENING_COUNTS + i] as number;
    if (count > 0) countOpening(into, other[OPENINGS_AT + i] as number, count);
  }
}

/** The opening an account repeats most; 0 where it repeats none. */
export function mainOpening(words: Uint32Array): number {
  let best = 0;
  for (let i = 1; i < OPENINGS; i++) {
    if ((words[OPENING_COUNTS + i] as number) > (words[OPENING_COUNTS + best] as number)) best = i;
  }
  return (words[OPENING_COUNTS + best] as number) > 1 ? (words[OPENINGS_AT + best] as number) : 0;
}

/** Exchanges that begin with the opening sent most, at least. */
export function mainOpeningCount(words: Uint32Array): number {
  return Math.max(...words.subarray(OPENING_COUNTS, OPENING_COUNTS + OPENINGS));
}

/** Whether the account repeats this opening. */
export function repeatsOpening(words: Uint32Array, opening: number): boolean {
  if (opening === 0) return false;
  for (let i = 0; i < OPENINGS; i++) {
    if (words[OPENINGS_AT + i] === opening && (words[OPENING_COUNTS + i] as number) > 1) return true;
  }
  return false;
}
