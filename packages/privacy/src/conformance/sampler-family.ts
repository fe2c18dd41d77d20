import { multiply, type Rational, rational, divide } from '../units/rational.ts';

/** By parameter: the scale, but of `discrete-gaussian` the variance. */
export type SamplerFamily = 'geometric' | 'discrete-laplace' | 'discrete-gaussian';

/** x of P(y) ∝ exp(−x). */
export function exponentOf(family: SamplerFamily, parameter: Rational, y: bigint): Rational {
  if (family === 'discrete-gaussian') return divide(rational(y * y), multiply(rational(2n), parameter));
  return divide(rational(y < 0n ? -y : y), parameter);
}

/** Negative outcomes of a geometric are impossible. */
export function isTwoSided(family: SamplerFamily): boolean {
  return family !== 'geometric';
}

/** The first y with an exponent of `exponent` or more. */
export function reachOf(family: SamplerFamily, parameter: number, exponent: number): number {
  return Math.ceil(
    family === 'discrete-gaussian' ? Math.sqrt(2 * parameter * exponent) : parameter * exponent,
  );
}
