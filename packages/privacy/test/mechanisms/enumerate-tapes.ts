import type { BitSource } from '../../src/index.ts';

class TapeEnd extends Error {}

/**
 * Runs a draw on every tape of random bits that it reads to its end within `bitsMax` bits.
 * @returns the chance of each outcome, from below, and the chance that more bits are needed
 */
export function enumerateTapes(
  draw: (source: BitSource) => unknown,
  bitsMax: number,
): { chances: ReadonlyMap<string, number>; unresolved: number } {
  const chances = new Map<string, number>();
  let unresolved = 0;
  const visit = (tape: readonly number[]): void => {
    try {
      const outcome = String(draw(tapeSource(tape)));
      chances.set(outcome, (chances.get(outcome) ?? 0) + 2 ** -tape.length);
    } catch (error) {
      if (!(error instanceof TapeEnd)) throw error;
      if (tape.length === bitsMax) unresolved += 2 ** -bitsMax;
      else for (const bit of [0, 1]) visit([...tape, bit]);
    }
  };
  visit([]);
  return { chances, unresolved };
}

function tapeSource(tape: readonly number[]): BitSource {
  let place = 0;
  return {
    bits: (count) => {
      if (place + count > tape.length) throw new TapeEnd();
      let value = 0;
      for (let read = 0; read < count; read += 1) value = value * 2 + (tape[place++] as number);
      return value;
    },
  };
}
