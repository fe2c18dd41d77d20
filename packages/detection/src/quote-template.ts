/** A word of what all prompts so far have in common, and whether any of them says something else just before it. */
type Common = {
  readonly words: readonly string[];
  readonly gaps: readonly boolean[];
  readonly gapAtEnd: boolean;
};

const maxQuotedUnits = 160;
/** The longest common subsequence takes the product of two lengths; longer prompts are quoted from their start. */
const maxWords = 600;
const word = /\p{Script=Han}|[[\p{L}\p{M}\p{N}_]--\p{Script=Han}]+/gv;
const isIdeograph = /^\p{Script=Han}$/u;

/**
 * The words that all prompts share, in order, with "…" for what differs: how a reviewer who may read the prompts is shown the template behind them.
 * It is content, and never part of a finding.
 * @returns at most about 160 UTF-16 units; empty where the prompts share no word
 */
export function quoteTemplate(prompts: readonly string[]): string {
  const [first, ...others] = prompts.map(wordsOf);
  if (first === undefined) return '';
  let common: Common = { words: first, gaps: first.map(() => false), gapAtEnd: false };
  for (const words of others) common = shareWith(common, words);
  return spell(common);
}

function wordsOf(prompt: string): string[] {
  return (prompt.normalize('NFKC').toLowerCase().match(word) ?? []).slice(0, maxWords);
}

/** Longest common subsequence (Wagner and Fischer 1974), remembering where either side skips. */
function shareWith(common: Common, other: readonly string[]): Common {
  const lengths = commonLengths(common.words, other);
  const words: string[] = [];
  const gaps: boolean[] = [];
  let skipped = false;
  let i = 0;
  let j = 0;
  while (i < common.words.length && j < other.length) {
    const here = common.words[i] as string;
    if (here === other[j]) {
      words.push(here);
      gaps.push(skipped || common.gaps[i] === true);
      skipped = false;
      i++;
      j++;
      continue;
    }
    skipped = true;
    if (lengthAt(lengths, i + 1, j) >= lengthAt(lengths, i, j + 1)) i++;
    else j++;
  }
  const gapAtEnd = common.gapAtEnd || skipped || i < common.words.length || j < other.length;
  return { words, gaps, gapAtEnd };
}

/** For each pair of positions, the length of the longest common subsequence from there on. */
function commonLengths(left: readonly string[], right: readonly string[]): Uint16Array[] {
  const lengths = Array.from({ length: left.length + 1 }, () => new Uint16Array(right.length + 1));
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      const longer = Math.max(lengthAt(lengths, i + 1, j), lengthAt(lengths, i, j + 1));
      (lengths[i] as Uint16Array)[j] = left[i] === right[j] ? lengthAt(lengths, i + 1, j + 1) + 1 : longer;
    }
  }
  return lengths;
}

const lengthAt = (lengths: readonly Uint16Array[], i: number, j: number): number => lengths[i]?.[j] ?? 0;

function spell({ words, gaps, gapAtEnd }: Common): string {
  let text = '';
  for (const [i, each] of words.entries()) {
    if (text.length + each.length > maxQuotedUnits) return `${text} …`;
    if (gaps[i] === true) text += text === '' ? '… ' : ' … ';
    else if (text !== '' && !isIdeograph.test(each)) text += ' ';
    text += each;
  }
  return gapAtEnd && text !== '' ? `${text} …` : text;
}
