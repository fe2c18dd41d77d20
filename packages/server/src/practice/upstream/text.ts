import { splitTokens } from './tokens.ts';

/** Some words are not ASCII on purpose: whoever splits a stream inside UTF-8 must put it together again. */
const words = (
  'gate ledger answer entry proof river stone window garden music copper winter summer paper bridge harbour engine signal ' +
  'lantern meadow orchard pocket quiet rapid silver thunder velvet wonder yellow zephyr amber basket candle drift ember ' +
  'forest glacier hollow island jasmine kettle linen marble needle ocean pepper quartz ribbon saffron timber umbrella ' +
  'valley willow naïve café Straße Zürich jalapeño Ålesund 日本語 Ελλάδα мир ✓ 🌊 façade'
).split(' ');

const sentenceWordsMin = 6;
const sentenceWordsMax = 14;

/** Says what it is, so that no reader can take it for a model's answer. */
export function openingOf(model: string): string {
  return `This is a practice answer from ${model}; no model was asked.`;
}

function sentence(next: () => number): string {
  const count = sentenceWordsMin + Math.floor(next() * (sentenceWordsMax - sentenceWordsMin + 1));
  const chosen = Array.from({ length: count }, () => words[Math.floor(next() * words.length)] ?? 'gate');
  return ` ${chosen.join(' ')}.`;
}

/** Endless tokens: `opening`, then made-up sentences. Lazy, so that a stream of millions stays flat in memory. */
export function* endlessTokens(opening: string, next: () => number): Generator<string, never> {
  yield* splitTokens(opening);
  for (;;) yield* splitTokens(sentence(next));
}

/** A whole answer of `opening` and two to twelve sentences (about 40 to 300 tokens). */
export function answerText(opening: string, next: () => number): string {
  const count = 2 + Math.floor(next() * 11);
  return opening + Array.from({ length: count }, () => sentence(next)).join('');
}
