import { PrivacyError } from '../privacy-error.ts';
import { makeRational, multiply, type Rational, rational, type RationalInput } from './rational.ts';

export type Norm = 'l0' | 'l1' | 'l2' | 'linf';

/** How far one unit can move an answer, in the norm that its type names. A mechanism asks for the norm it is proved in. */
export type Sensitivity<N extends Norm> = Readonly<{ norm: N; value: Rational }>;

/** @throws PrivacyError `out_of_range` where the value is not above 0, or an `l0` is no whole number */
export function sensitivity<N extends Norm>(norm: N, value: RationalInput): Sensitivity<N> {
  const parsed = rational(value);
  if (parsed.numerator <= 0n) throw new PrivacyError('out_of_range', 'A sensitivity must be above 0.');
  if (norm === 'l0' && parsed.denominator !== 1n) {
    throw new PrivacyError('out_of_range', 'An l0 sensitivity counts answers, so it must be a whole number.');
  }
  return Object.freeze({ norm, value: parsed });
}

/** One unit changes at most `l0` answers by at most `linf` each: l1 = l0 · linf. */
export function l1From(l0: Sensitivity<'l0'>, linf: Sensitivity<'linf'>): Sensitivity<'l1'> {
  return sensitivity('l1', multiply(l0.value, linf.value));
}

/** l2 = √l0 · linf, rounded up at 2⁻⁶⁴ of its size. */
export function l2From(l0: Sensitivity<'l0'>, linf: Sensitivity<'linf'>): Sensitivity<'l2'> {
  return sensitivity('l2', multiply(squareRootUp(l0.value), linf.value));
}

/** The least multiple of 2⁻⁶⁴ whose square is not below. */
export function squareRootUp({ numerator, denominator }: Rational): Rational {
  const scaled = (numerator << 128n) / denominator + 1n;
  const root = integerSquareRoot(scaled - 1n);
  const exact = root * root * denominator === numerator << 128n;
  return makeRational(exact ? root : root + 1n, 1n << 64n);
}

/** The greatest integer whose square is not above. Newton's method on integers. */
export function integerSquareRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let guess = 1n << BigInt((value.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (guess + value / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}
