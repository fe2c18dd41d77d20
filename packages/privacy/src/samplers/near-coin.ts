import type { BitSource } from '../random/bit-source.ts';

/** Half a unit in the last place of a value below 2, twice over: what dividing by k may have added. */
const DIVISION_ERROR = 2 ** -52;

/**
 * A coin whose chance is known to lie within `error` of `chance`: it reads the digits of the chance while they are certain, and the same
 * bits as a coin that knows the chance exactly. Doubling and subtracting 1 are exact on doubles, so the interval stays one.
 * @returns 1 or 0 as the coin fell; −1 − j where j digits all agreed with the bits drawn and the next is not certain: the exact coin goes on
 */
export function nearCoin(chance: number, error: number, source: BitSource): number {
  let low = chance - error - DIVISION_ERROR;
  let high = chance + error + DIVISION_ERROR;
  for (let digits = 0; ; digits++) {
    if (low <= 0) return -1 - digits;
    low *= 2;
    high *= 2;
    if (high < 1) {
      if (source.bits(1) === 1) return 0;
    } else if (low >= 1) {
      if (source.bits(1) === 0) return 1;
      low -= 1;
      high -= 1;
    } else return -1 - digits;
  }
}
