import { DIMENSIONS } from './embed-prompt.ts';
import { type MarkName, marks } from './prompt-marks.ts';

// Where things lie in the two arrays of an account's state. Two views of one buffer instead of an array for each thing: an array of its own
// costs some 200 bytes beside what it holds, and there are as many states as accounts.

export const markNames = Object.keys(marks) as MarkName[];

/** Floats: sums of prompt points by half, then the hours of the day as a sum of points on a circle. */
export const LINK_SUM = 0;
export const TEST_SUM = DIMENSIONS;
export const DAY_COSINE = 2 * DIMENSIONS;
export const DAY_SINE = DAY_COSINE + 1;
export const FLOATS = DAY_SINE + 1;

/** Openings kept with a count each. */
export const OPENINGS = 6;
/** Keys sampled of exact prompts and of templates. */
export const PROMPT_KEYS = 24;
export const TEMPLATE_KEYS = 32;
/** Bits of prompts sent before, and how many exchanges they are filled with. */
export const SEEN_BITS = 2048;
export const SEEN_EXCHANGES = 200;
/** Semantic cells. */
export const CELLS = 1024;

/** Words of 32 bits. What a look reads comes before `SEEN_AT`. */
export const MARK_COUNTS = 0;
export const OPENINGS_AT = MARK_COUNTS + markNames.length;
export const OPENING_COUNTS = OPENINGS_AT + OPENINGS;
export const PROMPTS_AT = OPENING_COUNTS + OPENINGS;
export const TEMPLATES_AT = PROMPTS_AT + PROMPT_KEYS;
export const SEEN_AT = TEMPLATES_AT + TEMPLATE_KEYS;
export const CELLS_AT = SEEN_AT + SEEN_BITS / 32;
export const WORDS = CELLS_AT + CELLS / 32;

export type AccountArrays = { readonly floats: Float32Array; readonly words: Uint32Array };

export function createAccountArrays(): AccountArrays {
  const buffer = new ArrayBuffer(4 * (FLOATS + WORDS));
  return { floats: new Float32Array(buffer, 0, FLOATS), words: new Uint32Array(buffer, 4 * FLOATS, WORDS) };
}

/** @returns whether the bit was clear before. @param from the word that the bits begin with */
export function setBit(words: Uint32Array, from: number, index: number): boolean {
  const at = from + (index >>> 5);
  const mask = 1 << (index & 31);
  const before = words[at] as number;
  words[at] = before | mask;
  return (before & mask) === 0;
}

export function countBits(words: Uint32Array, from: number, bits: number): number {
  let sum = 0;
  for (let at = from; at < from + bits / 32; at++) sum += bitsOf(words[at] as number);
  return sum;
}

/** Bits set in one word (Warren, "Hacker's Delight", 5-1). */
export function bitsOf(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
