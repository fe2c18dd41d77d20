/** A stretch of a prompt: words of the template, or what one caller put into a slot of it. */
export type Stretch = { readonly text: string; readonly isSlot: boolean };

type Word = { readonly word: string; readonly start: number; readonly end: number };

/** Words as a template has them: lower case, without what stands around them. */
function wordsOf(text: string): Word[] {
  return [...text.matchAll(/[\p{L}\p{N}]+(?:['’][\p{L}\p{N}]+)*/gu)].map((match) => ({
    word: match[0].toLowerCase(),
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/**
 * Lays a template over a prompt that was made from it. The template has its fixed words in order, with `…` where callers differ; each piece between
 * is looked for behind the one before, so that what lies between two pieces is what stood in the slot.
 * @returns the whole prompt in stretches; one slot where the template does not fit
 */
export function alignTemplate(template: string, prompt: string): Stretch[] {
  const words = wordsOf(prompt);
  const pieces = template
    .split('…')
    .map((piece) => wordsOf(piece).map((each) => each.word))
    .filter((piece) => piece.length > 0);
  const fixed: [start: number, end: number][] = [];
  let from = 0;
  for (const piece of pieces) {
    const at = findPiece(words, piece, from);
    if (at === undefined) continue;
    fixed.push([(words[at] as Word).start, (words[at + piece.length - 1] as Word).end]);
    from = at + piece.length;
  }
  const stretches: Stretch[] = [];
  let shown = 0;
  const add = (end: number, isSlot: boolean): void => {
    if (end > shown) stretches.push({ text: prompt.slice(shown, end), isSlot });
    shown = Math.max(shown, end);
  };
  for (const [start, end] of fixed) {
    add(start, true);
    add(end, false);
  }
  add(prompt.length, true);
  // Spaces and signs alone are nobody's choice.
  return stretches.map((each) => (/[\p{L}\p{N}]/u.test(each.text) ? each : { ...each, isSlot: false }));
}

function findPiece(words: readonly Word[], piece: readonly string[], from: number): number | undefined {
  for (let at = from; at + piece.length <= words.length; at += 1)
    if (piece.every((word, i) => words[at + i]?.word === word)) return at;
  return undefined;
}
