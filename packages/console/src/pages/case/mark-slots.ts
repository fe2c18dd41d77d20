/** A stretch of a prompt: words that all examples share, or what one caller put in. */
export type Stretch = { readonly text: string; readonly isSlot: boolean };

type Word = { readonly word: string; readonly start: number; readonly end: number };

/** The longest common subsequence takes time by the product of both lengths. */
const WORDS_MAX = 400;
/** Fewer shared words in a row, between two slots, are shared by chance. */
const RUN_MIN = 2;

/** Words without regard to case and signs, as the detector counts them. */
function wordsOf(text: string): Word[] {
  return [...text.matchAll(/[\p{L}\p{N}]+(?:['’][\p{L}\p{N}]+)*/gu)].slice(0, WORDS_MAX).map((match) => ({
    word: match[0].toLowerCase(),
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/**
 * Marks in each prompt what it does not share with all the others: the slots of their template.
 * @returns the stretches of each prompt, in order; none is marked where there is only one prompt
 */
export function markSlots(prompts: readonly string[]): Stretch[][] {
  const all = prompts.map(wordsOf);
  if (all.length < 2) return prompts.map((text) => [{ text, isSlot: false }]);
  const common = all.map((words) => words.map((each) => each.word)).reduce(commonSubsequence);
  return prompts.map((text, i) => stretchesOf(text, all[i] ?? [], common));
}

/** @see Wagner and Fischer, "The string-to-string correction problem", 1974 */
function commonSubsequence(a: readonly string[], b: readonly string[]): string[] {
  const width = b.length + 1;
  const lengths = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const found: string[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) {
      found.push(a[i] as string);
      i += 1;
      j += 1;
    } else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return found;
}

function stretchesOf(text: string, words: readonly Word[], common: readonly string[]): Stretch[] {
  let next = 0;
  const isFixed = words.map(({ word }) => {
    if (common[next] !== word) return false;
    next += 1;
    return true;
  });
  dropShortRuns(isFixed);
  const stretches: Stretch[] = [];
  let shown = 0;
  words.forEach(({ end }, i) => {
    const isSlot = isFixed[i] === false;
    if (i + 1 < words.length && isFixed[i + 1] === isFixed[i]) return;
    // The signs and spaces between belong to the words that all share.
    const until = isSlot ? end : (words[i + 1]?.start ?? text.length);
    stretches.push({ text: text.slice(shown, until), isSlot });
    shown = until;
  });
  if (shown < text.length) stretches.push({ text: text.slice(shown), isSlot: false });
  return stretches;
}

function dropShortRuns(isFixed: boolean[]): void {
  for (let from = 0; from < isFixed.length; ) {
    let to = from;
    while (to < isFixed.length && isFixed[to] === isFixed[from]) to += 1;
    const isBetweenSlots = from > 0 && to < isFixed.length;
    if (isFixed[from] === true && isBetweenSlots && to - from < RUN_MIN) isFixed.fill(false, from, to);
    from = to;
  }
}
