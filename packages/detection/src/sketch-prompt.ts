import { combine, mix } from './hash32.ts';
import type { Reading } from './read-prompt.ts';

/** MinHash values (Broder 1997) and the bands they are cut into (locality-sensitive hashing, Indyk and Motwani 1998). */
const bands = 8;
const rowsPerBand = 2;
const hashes = bands * rowsPerBand;
const shingleTokens = 3;
/** Letters after which the start and the end of a prompt become an anchor: a short one and a longer one each. */
const edgeLetters = [14, 30] as const;
const minEdgeTokens = 3;
/** A text shorter than this has no bands: two of its shingles would be most of it. */
const minShingles = 6;

export const anchorCount = bands + 2 * edgeLetters.length;
/** Stands for "no such anchor". */
export const noAnchor = 0;

/** Hashes by which prompts from one template can find each other: both edges, and bands of the MinHash. */
export type PromptSketcher = { sketch(reading: Reading): Int32Array };

function edge(reading: Reading, letters: number, fromEnd: boolean): number {
  let hash = fromEnd ? 7 : 3;
  let sum = 0;
  for (let i = 0; i < reading.count; i++) {
    const at = fromEnd ? reading.count - 1 - i : i;
    hash = combine(hash, reading.hashes[at] as number);
    sum += reading.letters[at] as number;
    if (sum >= letters && i + 1 >= minEdgeTokens) return hash || 1;
  }
  return noAnchor;
}

/** `sketch` answers a buffer that its next call overwrites. */
export function createPromptSketcher(seed: number): PromptSketcher {
  const multipliers = Int32Array.from({ length: hashes }, (_, i) => mix(seed + i * 2 + 1) | 1);
  const offsets = Int32Array.from({ length: hashes }, (_, i) => mix(seed + i * 2 + 2));
  const lows = new Uint32Array(hashes);
  const anchors = new Int32Array(anchorCount);

  function minHash(reading: Reading): boolean {
    lows.fill(0xffffffff);
    let shingles = 0;
    for (let i = shingleTokens - 1; i < reading.count; i++) {
      if (!reading.letters[i - 2] && !reading.letters[i - 1] && !reading.letters[i]) continue;
      const h0 = combine(reading.hashes[i - 2] as number, reading.hashes[i - 1] as number);
      const shingle = combine(h0, reading.hashes[i] as number);
      shingles++;
      for (let k = 0; k < hashes; k++) {
        const h = (Math.imul(shingle, multipliers[k] as number) + (offsets[k] as number)) >>> 0;
        if (h < (lows[k] as number)) lows[k] = h;
      }
    }
    return shingles >= minShingles;
  }

  return {
    sketch(reading) {
      let next = 0;
      for (const letters of edgeLetters) {
        anchors[next++] = edge(reading, letters, false);
        anchors[next++] = edge(reading, letters, true);
      }
      const hasBands = minHash(reading);
      for (let band = 0; band < bands; band++) {
        const key = combine(
          combine(band + 11, lows[band * rowsPerBand] as number),
          lows[band * rowsPerBand + 1] as number,
        );
        anchors[next++] = hasBands ? key || 1 : noAnchor;
      }
      return anchors;
    },
  };
}
