import { characterClass, digit, ideograph, letter } from '../character-class.ts';
import { mix } from '../hash32.ts';
import { createPromptKeyer, type PromptKeyer } from './prompt-keys.ts';

// A prompt as a point: hashed words and character n-grams (feature hashing with signs, Weinberger et al. 2009), brought to unit
// length, then random Fourier features of a Gaussian kernel (Rahimi and Recht 2007) by three Hadamard products instead of a
// dense matrix (Yu et al. 2016, "Orthogonal random features", the SORF construction). The mean of an account's points is its
// mean embedding: the distance of two means estimates the maximum mean discrepancy (Gretton et al. 2012), O(1) an exchange.

/** Dimensions of a point; a power of four. */
export const DIMENSIONS = 256;
/** 1 / length scale of the kernel, on points of unit length. */
const GAMMA = 1.6;
/** UTF-16 units read from the start and from the end of a prompt. */
const HEAD_UNITS = 2000;
const TAIL_UNITS = 500;
const LETTERS_WEIGHT = 0.35;

export type Embedder = {
  /** Writes the point of `prompt` into a buffer that the next call overwrites. The squared length is close to 1/2 + 1/2·E[cos]. */
  embed(prompt: string): Float32Array;
  /** Ten sign bits of the hashed point: prompts that mean about the same often share them. Of the last `embed`. */
  cell(): number;
  /** Keys by which prompts are compared one by one. */
  readonly keyer: PromptKeyer;
};

export function createEmbedder(seed: number): Embedder {
  const next = random32(seed);
  const signs = [0, 1, 2].map(() => Float32Array.from({ length: DIMENSIONS }, () => (next() & 1 ? 1 : -1)));
  const phases = Float32Array.from({ length: DIMENSIONS }, () => ((next() >>> 0) / 2 ** 32) * 2 * Math.PI);
  const hashed = new Float32Array(DIMENSIONS);
  const point = new Float32Array(DIMENSIONS);
  const scale = Math.sqrt(2 / DIMENSIONS);
  let signature = 0;

  return {
    embed(prompt) {
      hashed.fill(0);
      if (prompt.length <= HEAD_UNITS + TAIL_UNITS) addFeatures(hashed, prompt);
      else addFeatures(hashed, `${prompt.slice(0, HEAD_UNITS)} ${prompt.slice(-TAIL_UNITS)}`);
      normalise(hashed);
      point.set(hashed);
      for (const sign of signs) {
        for (let i = 0; i < DIMENSIONS; i++) point[i] = (point[i] as number) * (sign[i] as number);
        hadamard(point);
      }
      signature = 0;
      for (let i = 0; i < 10; i++) signature = (signature << 1) | ((point[i * 25] as number) > 0 ? 1 : 0);
      for (let i = 0; i < DIMENSIONS; i++) {
        // Three unnormalised transforms scale by DIMENSIONS^1.5; rows then have the length a Gaussian matrix's would (√DIMENSIONS).
        point[i] = scale * cosine(((point[i] as number) / DIMENSIONS) * GAMMA + (phases[i] as number));
      }
      return point;
    },
    cell: () => signature,
    keyer: createPromptKeyer(seed),
  };
}

/** Words count 1, four-letter pieces of words less; scripts without spaces give single and paired characters. Digits are one letter. */
function addFeatures(into: Float32Array, prompt: string): void {
  const text = prompt.toLowerCase();
  let word = 0;
  let length = 0;
  let c1 = 0;
  let c2 = 0;
  let c3 = 0;
  for (let i = 0; i <= text.length; i++) {
    const unit = i < text.length ? text.charCodeAt(i) : 32;
    const kind = characterClass[unit] as number;
    if (kind === ideograph) {
      if (length > 0) addFeature(into, word, 1);
      length = 0;
      word = 0;
      addFeature(into, unit ^ 0x5bd10000, 1);
      if (c1 !== 32) addFeature(into, Math.imul(c1, 65599) ^ unit, 1);
      c1 = unit;
      continue;
    }
    const inWord = kind === letter || kind === digit;
    const c = kind === digit ? 48 : unit;
    if (inWord) {
      word = Math.imul(word ^ c, 0x01000193) + 1;
      length++;
      if (length >= 4) {
        addFeature(into, Math.imul(Math.imul(Math.imul(c3, 31) ^ c2, 65599) ^ c1, 31) ^ c, LETTERS_WEIGHT);
      }
    } else if (length > 0) {
      addFeature(into, word, 1);
      length = 0;
      word = 0;
    }
    c3 = c2;
    c2 = c1;
    c1 = inWord ? c : 32;
  }
}

function addFeature(into: Float32Array, key: number, weight: number): void {
  const h = mix(key);
  const at = h & (DIMENSIONS - 1);
  into[at] = (into[at] as number) + (h & DIMENSIONS ? weight : -weight);
}

/** Square roots dampen what a long prompt repeats; then unit length. */
function normalise(vector: Float32Array): void {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) {
    const value = vector[i] as number;
    sum += Math.abs(value);
    vector[i] = value < 0 ? -Math.sqrt(-value) : Math.sqrt(value);
  }
  if (sum === 0) return;
  const factor = 1 / Math.sqrt(sum);
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) * factor;
}

/** The fast Walsh–Hadamard transform in place, unnormalised; two levels a pass, so that the vector is read half as often. */
function hadamard(vector: Float32Array): void {
  for (let quarter = 1; quarter < DIMENSIONS; quarter <<= 2) {
    for (let start = 0; start < DIMENSIONS; start += quarter << 2) {
      for (let i = start; i < start + quarter; i++) {
        const a = vector[i] as number;
        const b = vector[i + quarter] as number;
        const c = vector[i + 2 * quarter] as number;
        const d = vector[i + 3 * quarter] as number;
        const sumAB = a + b;
        const gapAB = a - b;
        const sumCD = c + d;
        const gapCD = c - d;
        vector[i] = sumAB + sumCD;
        vector[i + quarter] = gapAB + gapCD;
        vector[i + 2 * quarter] = sumAB - sumCD;
        vector[i + 3 * quarter] = gapAB - gapCD;
      }
    }
  }
}

/** One turn of the cosine in this many steps; the kernel is itself an estimate with far larger errors. */
const STEPS = 4096;
const cosines = Float32Array.from({ length: STEPS }, (_, i) => Math.cos((2 * Math.PI * i) / STEPS));
const STEPS_PER_RADIAN = STEPS / (2 * Math.PI);

function cosine(radians: number): number {
  return cosines[Math.round(radians * STEPS_PER_RADIAN) & (STEPS - 1)] as number;
}

/** xorshift32 (Marsaglia 2003), for the fixed random matrix only. */
function random32(seed: number): () => number {
  let state = mix(seed + 0x9e3779b9) || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return mix(state);
  };
}
