/** What is read of a prompt, in characters; its length is counted in full. */
const READ_MAX = 1000;

/** Shares of characters, each a kind of its own. */
const KINDS = [
  /\p{Lu}/gu,
  /\d/g,
  /,/g,
  /\./g,
  /['’]/g,
  /["“”]/g,
  /[-–—]/g,
  /[()]/g,
  /[:;]/g,
  /[!?]/g,
  /[^\p{L}\p{N}\s,.'’"“”\-–—():;!?]/gu,
  // biome-ignore lint/suspicious/noControlCharactersInRegex: everything outside ASCII
  /[^\x00-\x7f]/g,
  /\s/g,
];

/** Where the logarithm of the length stands in a profile. */
export const LENGTH_AT = 0;

/** Numbers in a profile. */
export const PROFILE = KINDS.length + 8;

/**
 * How a prompt is written, not what it says: length, shares of kinds of characters (their square root, which evens out the variance of a
 * count), length of words, how it begins and ends, repeated words.
 * @returns `PROFILE` numbers
 */
export function profilePrompt(prompt: string): Float64Array {
  const text = prompt.slice(0, READ_MAX);
  const trimmed = text.trim();
  const words = text.match(/[\p{L}\p{N}]+/gu) ?? [];
  const ofWords = (sum: number): number => sum / Math.max(1, words.length);
  const length = ofWords(words.reduce((sum, word) => sum + word.length, 0));
  const spread = ofWords(words.reduce((sum, word) => sum + (word.length - length) ** 2, 0));
  const raised = words.filter((word) => /^\p{Lu}/u.test(word)).length;
  const share = (kind: RegExp): number =>
    Math.sqrt((text.match(kind)?.length ?? 0) / Math.max(1, text.length));
  return Float64Array.from([
    Math.log1p(prompt.length),
    ...KINDS.map(share),
    ofWords(raised),
    length,
    Math.sqrt(spread),
    Number(/^\p{Lu}/u.test(trimmed)),
    Number(/[.。]$/.test(trimmed)),
    Number(/[\p{L}\p{N}]$/u.test(trimmed)),
    ofWords(new Set(words.map((word) => word.toLowerCase())).size),
  ]);
}
