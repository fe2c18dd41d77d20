/**
 * The counting rule of the practice models, the same for prompts and answers: a token is the white space before it
 * plus either a run of at most 6 letters, digits or other non-ASCII UTF-16 units, or one ASCII sign; white space at the
 * very end of a text is a token of its own. Joining a text's tokens gives the text. No surrogate pair is cut.
 */
const wordUnitsMax = 6;

function isSpace(unit: number): boolean {
  return unit === 32 || (unit >= 9 && unit <= 13);
}

function isWord(unit: number): boolean {
  return (
    unit >= 128 || (unit >= 48 && unit <= 57) || (unit >= 65 && unit <= 90) || (unit >= 97 && unit <= 122)
  );
}

function tokenEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length && isSpace(text.charCodeAt(at))) at++;
  if (at === text.length) return at;
  const wordStart = at;
  while (at < text.length && at - wordStart < wordUnitsMax && isWord(text.charCodeAt(at))) at++;
  if (at === wordStart) return at + 1;
  const lastUnit = text.charCodeAt(at - 1);
  const endsInHalfPair = lastUnit >= 0xd800 && lastUnit <= 0xdbff && at < text.length;
  return endsInHalfPair ? at + 1 : at;
}

/** Number of tokens in `text` by the rule above; linear in its length. */
export function countTokens(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at = tokenEnd(text, at)) count++;
  return count;
}

/** The tokens of `text`, in order. */
export function splitTokens(text: string): string[] {
  const tokens: string[] = [];
  for (let at = 0; at < text.length; ) {
    const end = tokenEnd(text, at);
    tokens.push(text.slice(at, end));
    at = end;
  }
  return tokens;
}
