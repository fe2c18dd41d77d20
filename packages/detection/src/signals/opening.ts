import { characterClass, digit, ideograph, letter } from '../character-class.ts';
import { combine, mix } from '../hash32.ts';

/** Words (an ideograph counts as one) that make an opening. */
const WORDS = 5;

/** A 32-bit hash of the prompt's first words, numbers as one sign: equal for prompts from one template with the slots at the end. */
export function openingOf(prompt: string): number {
  const text = prompt.slice(0, 200).toLowerCase();
  let hash = 0;
  let word = 0;
  let inWord = false;
  let words = 0;
  for (let i = 0; i < text.length && words < WORDS; i++) {
    const unit = text.charCodeAt(i);
    const kind = characterClass[unit] as number;
    if (kind === letter || kind === digit) {
      word = mix(word ^ (kind === digit ? 48 : unit));
      inWord = true;
      continue;
    }
    if (inWord) {
      hash = combine(hash, word);
      words++;
    }
    word = 0;
    inWord = false;
    if (kind === ideograph) {
      hash = combine(hash, unit);
      words++;
    }
  }
  return inWord && words < WORDS ? combine(hash, word) >>> 0 : hash >>> 0;
}
