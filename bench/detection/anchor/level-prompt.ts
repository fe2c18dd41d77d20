/** Words that are left of a prompt: an AG News headline and a film review are told apart by their length alone otherwise. */
const WORDS = 8;

/** A prompt without what shows how it is written: letters alone, small, and no more than the first eight words. */
export function levelPrompt(prompt: string): string {
  const words = prompt.toLowerCase().match(/\p{L}+/gu) ?? [];
  return words.slice(0, WORDS).join(' ');
}
