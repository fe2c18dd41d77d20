import type { BitSource } from '../random/bit-source.ts';
import type { Draw } from '../samplers/draw.ts';
import { uniformBelowSafe } from '../samplers/uniform.ts';

// Draws never see a tail of 1e-17, and an attack that waits for it has time. Tapes can be searched for it: the one that leads furthest
// is cut at a random bit, or a few of its bits are repeated, and whichever leads further is kept. A rejection sampler has to be led past
// its rejections as well, which takes two repetitions at once.

const EDITS_MAX = 3;
const CHUNK_BITS_MAX = 6;
const REPEATS_MAX = 24;

export type TailSearch = Readonly<{ sign: 1n | -1n; target: bigint; triesMax: number }>;

/** Is there a tape on which `sign` · draw is `target` or more? Looked for `triesMax` times; what is found is proof, what is not is not. */
export function reachesTail(draw: Draw, { sign, target, triesMax }: TailSearch, random: BitSource): boolean {
  let best: number[] = [];
  let furthest: bigint | null = null;
  for (let tries = 0; tries < triesMax; tries++) {
    let tape = best;
    for (let edits = below(EDITS_MAX, random); edits >= 0; edits--) tape = edited(tape, random);
    const read: number[] = [];
    const outcome = sign * draw(replayThenRandom(tape, read, random));
    if (outcome >= target) return true;
    if (furthest !== null && (outcome < furthest || (outcome === furthest && read.length > best.length)))
      continue;
    furthest = outcome;
    best = read;
  }
  return false;
}

/** A copy that ends early, or has a few of its bits many times in a row. */
function edited(tape: readonly number[], random: BitSource): number[] {
  const place = below(tape.length + 1, random);
  if (random.bits(2) === 0) return tape.slice(0, place);
  const chunk = tape.slice(place, place + 1 + below(CHUNK_BITS_MAX, random));
  const repeated = Array.from({ length: 1 + below(REPEATS_MAX, random) }, () => chunk).flat();
  return [...tape.slice(0, place), ...repeated, ...tape.slice(place)];
}

function below(n: number, random: BitSource): number {
  return uniformBelowSafe(n, random);
}

/** Reads the tape, then random bits, and writes down what was read. */
function replayThenRandom(tape: readonly number[], read: number[], random: BitSource): BitSource {
  return {
    bits: (count) => {
      let value = 0;
      for (let taken = 0; taken < count; taken++) {
        const bit = tape[read.length] ?? random.bits(1);
        read.push(bit);
        value = value * 2 + bit;
      }
      return value;
    },
  };
}
