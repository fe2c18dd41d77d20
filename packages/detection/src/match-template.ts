import { combine } from './hash32.ts';
import type { Reading } from './read-prompt.ts';
import type { SharedTemplateState, Template } from './shared-template-state.ts';
import { anchorCount, noAnchor } from './sketch-prompt.ts';
import type { Thresholds } from './thresholds.ts';

/** A frame keeps this many tokens from the start and from the end of a prompt. */
const frameHeadTokens = 64;
const frameTailTokens = 32;
const edgeOfText = 5;
const slotCount = 1024;

export type Frame = { pairs: Int32Array; letters: Uint8Array; positions: Int32Array };

/** Compares the prompt at hand with templates that share an anchor with it. */
export type TemplateMatcher = {
  /** Takes in the prompt that the other calls speak of. */
  load(reading: Reading): void;
  /** Whether token `i` of a frame stands in the prompt beside a neighbour it has in the frame. */
  has(pairs: Int32Array, i: number): boolean;
  /** The template that shares the most letters with the prompt, if it shares enough. */
  match(state: SharedTemplateState, anchors: Int32Array): Template | null;
};

/** The pairs of neighbours around the tokens that a frame keeps. */
export function frameOf(reading: Reading): Frame {
  const kept = Math.min(reading.count, frameHeadTokens + frameTailTokens);
  const pairs = new Int32Array(kept + 1);
  const letters = new Uint8Array(kept);
  const positions = new Int32Array(kept);
  let before = edgeOfText;
  for (let i = 0; i < kept; i++) {
    const at = i < frameHeadTokens ? i : reading.count - kept + i;
    const hash = reading.hashes[at] as number;
    pairs[i] = combine(before, hash);
    letters[i] = reading.letters[at] as number;
    positions[i] = at;
    before = hash;
  }
  pairs[kept] = combine(before, edgeOfText);
  return { pairs, letters, positions };
}

export function createTemplateMatcher(thresholds: Thresholds): TemplateMatcher {
  // An open-addressing set of the prompt's pairs; a slot is in use when its stamp is the current one.
  const keys = new Int32Array(slotCount);
  const stamps = new Int32Array(slotCount);
  const seenIds = new Int32Array(anchorCount);
  let stamp = 0;

  function add(key: number): void {
    let at = key & (slotCount - 1);
    while (stamps[at] === stamp && keys[at] !== key) at = (at + 1) & (slotCount - 1);
    keys[at] = key;
    stamps[at] = stamp;
  }

  function contains(key: number): boolean {
    let at = key & (slotCount - 1);
    while (stamps[at] === stamp) {
      if (keys[at] === key) return true;
      at = (at + 1) & (slotCount - 1);
    }
    return false;
  }

  const has = (pairs: Int32Array, i: number): boolean =>
    contains(pairs[i] as number) || contains(pairs[i + 1] as number);

  /** Shared letters, or 0 when they are too few for one template. */
  function sharedLetters(template: Template): number {
    const { pairs, letters, presence, seen } = template;
    let shared = 0;
    let frame = 0;
    let run = 0;
    let longestRun = 0;
    for (let i = 0; i < letters.length; i++) {
      const weight = letters[i] as number;
      const isFrame =
        template.words !== null && (presence[i] as number) >= seen * thresholds.minFramePresence;
      if (isFrame) frame += weight;
      const isShared = weight > 0 && (isFrame || template.words === null) && has(pairs, i);
      run = isShared ? run + weight : 0;
      if (isShared) shared += weight;
      if (run > longestRun) longestRun = run;
    }
    if (longestRun < thresholds.minRunLetters) return 0;
    return shared >= thresholds.minFrameLetters && shared >= frame * thresholds.minFrameMatch ? shared : 0;
  }

  return {
    load(reading) {
      stamp++;
      let before = edgeOfText;
      for (let i = 0; i < reading.count; i++) {
        const hash = reading.hashes[i] as number;
        add(combine(before, hash));
        before = hash;
      }
      add(combine(before, edgeOfText));
    },
    has,
    match(state, anchors) {
      let best: Template | null = null;
      let most = 0;
      let looked = 0;
      for (const anchor of anchors) {
        const id = anchor === noAnchor ? undefined : state.anchors.get(anchor);
        if (id === undefined || seenIds.subarray(0, looked).includes(id)) continue;
        seenIds[looked++] = id;
        const template = state.templates.get(id) ?? state.candidates.get(id);
        if (!template) continue;
        const shared = sharedLetters(template);
        if (shared > most) {
          most = shared;
          best = template;
        }
      }
      return best;
    },
  };
}
