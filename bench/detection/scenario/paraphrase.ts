import { hashText } from '../../../packages/detection/src/hash32.ts';
import { createSeededRandom, type SeededRandom } from '../../../packages/detection/test/seeded-random.ts';
import { SYNONYMS, ZH_SYNONYMS } from './synonyms.ts';

const OPENINGS = [
  '',
  '',
  '',
  'Please help: ',
  'Hi, ',
  'Quick one. ',
  'I need this: ',
  'Task: ',
  'For a project: ',
];
const CLOSINGS = [
  '',
  '',
  '',
  ' Thanks.',
  ' Keep it clear.',
  ' Please be precise.',
  ' Thank you!',
  ' Explain well.',
];
const ZH_OPENINGS = ['', '', '请问，', '您好，', '想咨询一下，', '麻烦问下，'];
const ZH_CLOSINGS = ['', '', '谢谢。', '请说明。', '急。', '请帮忙解答。'];

const HAN = /[\u3400-\u9fff]/;

/**
 * Rewords a prompt by tables alone, the same way for the same `variant`: synonyms, turned sentences, openings and closings.
 * A model would reword better; what a detector finds here it may miss there.
 * @param depth 1: a word in four and an opening or closing now and then; 2: every word in the tables, sentences turned
 */
export function paraphrase(text: string, depth: 1 | 2, variant: number): string {
  const random = createSeededRandom(hashText(text, variant));
  const isChinese = HAN.test(text);
  let out = isChinese ? swapChinese(text, depth, random) : swapWords(text, depth, random);
  if (depth === 2 || random.next() < 0.3) out = turnSentences(out, random);
  if (depth === 2 || random.next() < 0.5) {
    const [openings, closings] = isChinese ? [ZH_OPENINGS, ZH_CLOSINGS] : [OPENINGS, CLOSINGS];
    out = `${random.pick(openings)}${out}${random.pick(closings)}`;
  }
  return out;
}

function swapWords(text: string, depth: 1 | 2, random: SeededRandom): string {
  return text.replace(/\p{L}+/gu, (word) => {
    const options = SYNONYMS.get(word.toLowerCase());
    if (!options || (depth === 1 && random.next() > 0.25)) return word;
    const other = random.pick(options);
    return word[0] === word[0]?.toLowerCase() ? other : `${other[0]?.toUpperCase()}${other.slice(1)}`;
  });
}

function swapChinese(text: string, depth: 1 | 2, random: SeededRandom): string {
  let out = text;
  for (const [word, options] of ZH_SYNONYMS) {
    if (out.includes(word) && (depth === 2 || random.next() < 0.25))
      out = out.replace(word, random.pick(options));
  }
  return out;
}

/** Moves the first of two or more sentences of one line to its end. */
function turnSentences(text: string, random: SeededRandom): string {
  const sentences = text.match(/[^.!?。！？\n]+[.!?。！？]+\s*/g);
  if (!sentences || sentences.length < 2 || sentences.join('') !== text || random.next() < 0.5) return text;
  const [first, ...rest] = sentences as [string, ...string[]];
  return `${rest.join('').trimEnd()} ${first.trim()}`;
}
