import { PrivacyError } from '../privacy-error.ts';
import type { BitSource } from '../random/bit-source.ts';

const WORD_BITS = 32;
const WORD = 2 ** WORD_BITS;

/**
 * Uniform on 0 … n − 1: as many bits as n − 1 has, drawn again until they are below n.
 * @throws PrivacyError `bad_parameter` where n is below 1
 */
export function uniformBelow(n: bigint, source: BitSource): bigint {
  if (n < 1n) throw new PrivacyError('bad_parameter', 'A range to draw from is empty.');
  return n <= Number.MAX_SAFE_INTEGER
    ? BigInt(uniformBelowSafe(Number(n), source))
    : uniformBelowWide(n, source);
}

/** The same for 1 ≤ n ≤ 2⁵³ − 1. The same bits give the same number. */
export function uniformBelowSafe(n: number, source: BitSource): number {
  if (n === 1) return 0;
  const last = n - 1;
  const high = Math.floor(last / WORD);
  for (;;) {
    const drawn =
      high === 0
        ? source.bits(WORD_BITS - Math.clz32(last))
        : source.bits(WORD_BITS - Math.clz32(high)) * WORD + source.bits(WORD_BITS);
    if (drawn <= last) return drawn;
  }
}

/** The same for any n ≥ 1: the highest bits first, then words of 32. */
export function uniformBelowWide(n: bigint, source: BitSource): bigint {
  const length = n === 1n ? 0 : (n - 1n).toString(2).length;
  for (;;) {
    const first = length % WORD_BITS;
    let drawn = first === 0 ? 0n : BigInt(source.bits(first));
    for (let taken = first; taken < length; taken += WORD_BITS)
      drawn = (drawn << 32n) | BigInt(source.bits(WORD_BITS));
    if (drawn < n) return drawn;
  }
}
