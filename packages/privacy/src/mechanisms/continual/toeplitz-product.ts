import { rational } from '../../units/rational.ts';
import type { BufferedToeplitz } from './buffered-toeplitz.ts';

/**
 * Binary digits kept beyond the grid. A buffer errs by one unit of the last digit a step, so ten million steps and five scales below 1 err
 * by less than 2⁻³⁷ of a step of the grid.
 */
const GUARD_BITS = 64;
/** Cut down to these, decays and scales are no larger, so no column is longer than the one whose norm was bounded. */
const COEFFICIENT_BITS = 64n;

/**
 * (C · values)ₜ, value by value, rounded to steps of 2^−gridBits. In whole numbers with an error that is bounded, as it is computed before
 * the noise: how doubles round would depend on the values of others.
 */
export function createToeplitzProduct(
  { decays, scales }: BufferedToeplitz,
  gridBits: number,
): (value: bigint) => bigint {
  const fractionBits = BigInt(gridBits + GUARD_BITS);
  const [decay, scale] = [decays.map(fixed), scales.map(fixed)];
  const kept = decays.map(() => 0n);
  const half = 1n << BigInt(GUARD_BITS - 1);
  return (value) => {
    const shifted = value << fractionBits;
    const read = kept.reduce((sum, each, index) => sum + each * (scale[index] as bigint), 0n);
    const sum = shifted + (read >> COEFFICIENT_BITS);
    kept.forEach((each, index) => {
      kept[index] = ((each * (decay[index] as bigint)) >> COEFFICIENT_BITS) + shifted;
    });
    return (sum + half) >> BigInt(GUARD_BITS);
  };
}

function fixed(value: number): bigint {
  const { numerator, denominator } = rational(value);
  return (numerator << COEFFICIENT_BITS) / denominator;
}
