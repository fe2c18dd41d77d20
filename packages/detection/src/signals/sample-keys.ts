// A sample of the different keys that an account sent: those with the largest hashes (bottom-k sampling, Cohen and Kaplan 2007, with the order
// turned round so that 0 means empty). Every account samples by the same order, so that what two accounts have in common can be counted in
// their samples, and samples merge to the sample of both.

/** Puts a key into the sample that lies in `words` from `at`, descending; a key that is in already changes nothing. @param key 1 to 2^32 − 1 */
export function sampleKey(words: Uint32Array, at: number, size: number, key: number): void {
  const last = at + size - 1;
  if (key <= (words[last] as number)) return;
  let place = at;
  while ((words[place] as number) > key) place++;
  if (words[place] === key) return;
  words.copyWithin(place + 1, place, last);
  words[place] = key;
}

/** The largest key that the sample may lack although it was sent: 0 while the sample has room. */
export const floorOfSample = (words: Uint32Array, at: number, size: number): number =>
  words[at + size - 1] as number;

/** Adds the keys of another sample of the same size. */
export function mergeSample(into: Uint32Array, other: Uint32Array, at: number, size: number): void {
  for (let i = at; i < at + size && other[i] !== 0; i++) sampleKey(into, at, size, other[i] as number);
}
