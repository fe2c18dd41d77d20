import { mix } from '../hash32.ts';
import { createPromptReader } from '../read-prompt.ts';
import { createPromptSketcher, noAnchor } from '../sketch-prompt.ts';
import { defaultThresholds } from '../thresholds.ts';

/** Letters below which a text says too little to be told from others: everybody sends "thank you". */
const LETTERS_MIN = defaultThresholds.minFrameLetters;
/** UTF-16 units read from the start and from the end of a prompt. */
const HEAD_UNITS = 2000;
const TAIL_UNITS = 500;

/** Keys of one prompt: equal keys mean the same text, or texts from one template (numbers, quotes and addresses left out). */
export type PromptKeyer = {
  /** Reads a prompt; what the others answer speaks of it. @returns whether it is long enough to have keys */
  read(prompt: string): boolean;
  /** Of the whole text, without white space and case; 1 to 2^32 − 1. */
  whole(): number;
  /** Of both edges and of bands of its MinHash; 0 where there is none. A buffer that the next `read` overwrites. */
  templates(): Uint32Array;
};

/** Has buffers of its own, about 250 KB. */
export function createPromptKeyer(seed: number): PromptKeyer {
  const reader = createPromptReader({ ...defaultThresholds, headUnits: HEAD_UNITS, tailUnits: TAIL_UNITS });
  const sketcher = createPromptSketcher(seed);
  let reading: ReturnType<typeof reader.read> | undefined;
  let keys = new Uint32Array(0);
  return {
    read(prompt) {
      reading = reader.read(prompt);
      if (reading.totalLetters < LETTERS_MIN) return false;
      const anchors = sketcher.sketch(reading);
      if (keys.length !== anchors.length) keys = new Uint32Array(anchors.length);
      for (let i = 0; i < anchors.length; i++) {
        const anchor = anchors[i] as number;
        // Mixed, as the order of hashes decides what is sampled.
        keys[i] = anchor === noAnchor ? 0 : mix(anchor ^ seed ^ Math.imul(i + 1, 0x9e3779b1)) || 1;
      }
      return true;
    },
    whole: () => mix((reading?.value ?? 0) ^ seed) >>> 0 || 1,
    templates: () => keys,
  };
}
