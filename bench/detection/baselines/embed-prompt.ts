import { hashText } from '../../../packages/detection/src/hash32.ts';

/** Length of an embedding. */
export const EMBEDDING = 128;

/** What is read of a prompt, in characters. */
const READ_MAX = 1000;

/** Several baselines read the same traffic one after the other; about 60 MB. */
const EMBEDDED_MAX = 100_000;
const embedded = new Map<string, Float32Array>();

/**
 * A prompt as hashed words and character trigrams, signed and of length 1. Stands for the sentence embeddings that the
 * published methods use: no model is at hand here, and the same vector serves all of them.
 */
export function embedPrompt(prompt: string): Float32Array {
  const known = embedded.get(prompt);
  if (known) return known;
  if (embedded.size >= EMBEDDED_MAX) embedded.clear();
  const vector = embed(prompt);
  embedded.set(prompt, vector);
  return vector;
}

function embed(prompt: string): Float32Array {
  const text = prompt.slice(0, READ_MAX).toLowerCase();
  const vector = new Float32Array(EMBEDDING);
  const add = (hash: number, weight: number): void => {
    const slot = (hash >>> 8) % EMBEDDING;
    vector[slot] = (vector[slot] as number) + (hash & 1 ? weight : -weight);
  };
  for (const [word] of text.matchAll(/[\p{L}\p{N}]+/gu)) add(hashText(word, 1), 1);
  for (let i = 0; i + 3 <= text.length; i++) add(hashText(text.slice(i, i + 3), 2), 0.5);
  let square = 0;
  for (const x of vector) square += x * x;
  const norm = Math.sqrt(square) || 1;
  for (let i = 0; i < EMBEDDING; i++) vector[i] = (vector[i] as number) / norm;
  return vector;
}

/** Euclidean distance of two embeddings. */
export function distance(a: Float32Array, b: Float32Array): number {
  let dot = 0;
  for (let i = 0; i < EMBEDDING; i++) dot += (a[i] as number) * (b[i] as number);
  return Math.sqrt(Math.max(0, 2 - 2 * dot));
}
