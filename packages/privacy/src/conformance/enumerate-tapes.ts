import type { BitSource } from '../random/bit-source.ts';

/** What a draw does on all tapes of `bitsMax` bits together. Chances are multiples of 2^−bitsMax, and exact. */
export type TapeOutcomes = Readonly<{
  /** By the outcome as text: the chance of the tapes that decide for it within `bitsMax` bits. Its true chance is no less. */
  chances: ReadonlyMap<string, number>;
  /** The chance of the tapes that are too short to decide. No true chance is more than this above its entry. */
  unresolved: number;
}>;

const TAPE_END = new Error('The tape is at its end.');

/** Runs a draw on every tape of random bits that it reads to its end within `bitsMax` bits; 1 ≤ bitsMax ≤ 50. */
export function enumerateTapes(draw: (source: BitSource) => unknown, bitsMax: number): TapeOutcomes {
  const tape = new Uint8Array(bitsMax);
  let written = 0;
  let place = 0;
  const bit = (): number => {
    if (place === bitsMax) throw TAPE_END;
    if (place === written) tape[written++] = 0;
    return tape[place++] as number;
  };
  const source: BitSource = {
    bits: (count) => {
      let value = 0;
      for (let read = 0; read < count; read++) value = value * 2 + bit();
      return value;
    },
  };
  const chances = new Map<string, number>();
  let unresolved = 0;
  do {
    place = 0;
    const outcome = outcomeOf(draw, source);
    // Tapes that begin with what was read all end the same way.
    if (outcome === null) unresolved += 2 ** -bitsMax;
    else chances.set(outcome, (chances.get(outcome) ?? 0) + 2 ** -place);
    written = place;
    while (written > 0 && tape[written - 1] === 1) written--;
    if (written > 0) tape[written - 1] = 1;
  } while (written > 0);
  return { chances, unresolved };
}

function outcomeOf(draw: (source: BitSource) => unknown, source: BitSource): string | null {
  try {
    return String(draw(source));
  } catch (error) {
    if (error === TAPE_END) return null;
    throw error;
  }
}
