import { characterClass, digit, ideograph, ignorable, letter, separator } from './character-class.ts';
import { combine, mix } from './hash32.ts';
import { createSlotSkipper } from './skip-slot.ts';
import type { Thresholds } from './thresholds.ts';

/**
 * A prompt as tokens, slots replaced by one constant each. The arrays are buffers that the next `read` overwrites;
 * only the leading `count` items count.
 */
export type Reading = {
  /** The analysed text, lower-cased and NFKC-normalised. */
  text: string;
  count: number;
  readonly hashes: Int32Array;
  /** Letters a token contributes to a frame; 0 for a slot. */
  readonly letters: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Sum of `letters`. */
  totalLetters: number;
  /** Hash of everything analysed, slots included and white space left out: equal for the same text pasted twice. */
  value: number;
};

/** Tokens kept of a long text: this many from its start and its end. */
const headTokens = 256;
const tailTokens = 128;
const maxWordLetters = 12;
const maxPlainWordUnits = 24;
const slots = { number: 1, quoted: 2, address: 3, identifier: 4 };

/** NFKC can lengthen a text up to 18 times; what exceeds this is cut. */
const maxNormalisedUnits = 16384;

type Scan = { reading: Reading; seed: number; strip: boolean };

function addToken(reading: Reading, hash: number, letters: number, start: number, end: number): void {
  const i = reading.count++;
  reading.hashes[i] = hash;
  reading.letters[i] = letters;
  reading.starts[i] = start;
  reading.ends[i] = end;
}

/** Runs of slots count once: "3, 5 and 7" and "3 and 7" differ by words, not by how many numbers stand side by side. */
function addSlot(reading: Reading, kind: number, start: number, end: number): void {
  if (reading.count > 0 && reading.hashes[reading.count - 1] === kind) reading.ends[reading.count - 1] = end;
  else addToken(reading, kind, 0, start, end);
}

const isAddress = (text: string, start: number, end: number): boolean =>
  text.charCodeAt(end) === 0x40 || // local@domain
  (text.startsWith('://', end) && end - start <= 8) ||
  (end - start === 3 && text.startsWith('www.', start));

function endOfAddress(text: string, from: number): number {
  let end = from;
  while (
    end < text.length &&
    text.charCodeAt(end) > 0x20 &&
    characterClass[text.charCodeAt(end)] !== ideograph
  )
    end++;
  return end;
}

/** Reads a word or number that starts at `start`; answers the index after it. */
function readWord(scan: Scan, start: number): number {
  const { reading, strip } = scan;
  const text = reading.text;
  let hash = scan.seed;
  let digits = 0;
  let units = 0;
  let end = start;
  for (; end < text.length; end++) {
    const unit = text.charCodeAt(end);
    const kind = characterClass[unit] as number;
    if (kind === separator || kind === ideograph) break;
    if (kind === ignorable) continue;
    if (kind === digit) digits++;
    units++;
    hash = Math.imul(hash ^ unit, 0x01000193);
  }
  if (strip && isAddress(text, start, end)) {
    end = endOfAddress(text, end);
    addSlot(reading, slots.address, start, end);
  } else if (digits === units) addSlot(reading, slots.number, start, end);
  else if (strip && (units > maxPlainWordUnits || (digits > 0 && units >= 8))) {
    addSlot(reading, slots.identifier, start, end);
  } else addToken(reading, mix(hash ^ units), Math.min(units - digits, maxWordLetters), start, end);
  return end;
}

function tokenise(scan: Scan, skipper: ReturnType<typeof createSlotSkipper>): void {
  const { reading, strip } = scan;
  const text = reading.text;
  reading.count = 0;
  if (strip) skipper.start(text);
  for (let at = 0; at < text.length; ) {
    const unit = text.charCodeAt(at);
    const kind = characterClass[unit] as number;
    if (kind === letter || kind === digit) at = readWord(scan, at);
    else if (kind === ideograph) {
      addToken(reading, mix(unit ^ scan.seed), 3, at, at + 1);
      at++;
    } else {
      const end = strip && kind === separator ? skipper.skip(at, unit) : -1;
      if (end > at) addSlot(reading, slots.quoted, at, end);
      at = end > at ? end : at + 1;
    }
  }
}

/** Keeps the tokens at both ends of a long text and sums the letters. */
function settle(reading: Reading): void {
  if (reading.count > headTokens + tailTokens) {
    const from = reading.count - tailTokens;
    for (const list of [reading.hashes, reading.letters, reading.starts, reading.ends]) {
      list.copyWithin(headTokens, from, reading.count);
    }
    reading.count = headTokens + tailTokens;
  }
  let sum = 0;
  for (let i = 0; i < reading.count; i++) sum += reading.letters[i] as number;
  reading.totalLetters = sum;
}

function hashValue(text: string, seed: number): number {
  let hash = seed;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x20 && characterClass[unit] !== ignorable) hash = Math.imul(hash ^ unit, 0x01000193);
  }
  return mix(hash);
}

/** Makes a reader of prompts with its own buffers (about 250 KB). One reader serves one thread. */
export function createPromptReader(thresholds: Thresholds): { read(prompt: string): Reading } {
  const { headUnits, tailUnits, minFrameLetters } = thresholds;
  const seed = mix(thresholds.seed);
  const reading: Reading = {
    text: '',
    count: 0,
    hashes: new Int32Array(maxNormalisedUnits),
    letters: new Uint8Array(maxNormalisedUnits),
    starts: new Int32Array(maxNormalisedUnits),
    ends: new Int32Array(maxNormalisedUnits),
    totalLetters: 0,
    value: 0,
  };
  const skipper = createSlotSkipper();

  return {
    read(prompt) {
      const isLong = prompt.length > headUnits + tailUnits;
      const part = isLong
        ? `${prompt.slice(0, headUnits)}\n${prompt.slice(prompt.length - tailUnits)}`
        : prompt;
      reading.text = part.normalize('NFKC').toLowerCase().slice(0, maxNormalisedUnits);
      // The length stands in for the middle that is not read; equal ends and equal length count as the same value.
      reading.value = combine(hashValue(reading.text, seed), isLong ? prompt.length : 0);
      tokenise({ reading, seed, strip: true }, skipper);
      settle(reading);
      if (reading.totalLetters < minFrameLetters) {
        // Whoever puts a whole prompt in quotes or in a code block must not vanish by it.
        tokenise({ reading, seed, strip: false }, skipper);
        settle(reading);
      }
      return reading;
    },
  };
}
