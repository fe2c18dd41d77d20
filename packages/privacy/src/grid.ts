import { PrivacyError } from './privacy-error.ts';
import { divide, multiply, type Rational, rational, type RationalInput } from './units/rational.ts';

// Noise is made of whole steps, so values become whole steps before it is added. Rounding is half up: it commutes with shifts by a
// step, so two values that are at most Δ apart are at most ⌈Δ⌉ steps apart. Rounding half to even is not, and costs a step more.

/** Doubles are multiples of 2⁻¹⁰⁷⁴ and below 2¹⁰²⁴. */
const EXPONENT_MIN = -1074;
const EXPONENT_MAX = 1023;

/** Steps of 2^exponent. */
export type Grid = Readonly<{ exponent: number; step: Rational }>;

/** @throws PrivacyError `out_of_range` where the exponent is no whole number in −1074 … 1023 */
export function grid(exponent: number): Grid {
  if (!Number.isInteger(exponent) || exponent < EXPONENT_MIN || exponent > EXPONENT_MAX) {
    throw new PrivacyError('out_of_range', "A grid's exponent must be a whole number from -1074 to 1023.");
  }
  const step =
    exponent < 0 ? { numerator: 1n, denominator: 1n << BigInt(-exponent) } : 1n << BigInt(exponent);
  return Object.freeze({ exponent, step: rational(step) });
}

/** The coarsest grid of which one step is at most `size`, such as a scale over 2²⁰. @throws PrivacyError `out_of_range` */
export function gridBelow(size: RationalInput): Grid {
  const { numerator, denominator } = rational(size);
  if (numerator <= 0n) throw new PrivacyError('out_of_range', "A grid's step must be above 0.");
  let exponent = numerator.toString(2).length - denominator.toString(2).length;
  if (
    exponent >= 0 ? denominator << BigInt(exponent) > numerator : denominator > numerator << BigInt(-exponent)
  )
    exponent--;
  return grid(exponent);
}

/**
 * The nearest step to a value that lies in `lower` … `upper`. Nothing is clamped: a value that is not where its sensitivity says it is
 * breaks the promise, and so is an error of the caller.
 * @throws PrivacyError `not_finite`, `out_of_range`
 */
export function toSteps(value: number, { step }: Grid, lower: number, upper: number): bigint {
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new PrivacyError(
      'not_finite',
      'A value is not a finite number. Drop or replace such values before they are released.',
    );
  }
  if (!(lower <= value && value <= upper)) {
    throw new PrivacyError(
      'out_of_range',
      'A value is outside its bounds. Clamp it to bounds that were chosen without looking at the data.',
    );
  }
  const { numerator, denominator } = divide(rational(value), step);
  return floorDivide(2n * numerator + denominator, 2n * denominator);
}

/** Steps, rounded up: how far apart two snapped values are of which the originals are at most `distance` apart. */
export function stepsUp(distance: Rational, { step }: Grid): bigint {
  const { numerator, denominator } = divide(distance, step);
  return -floorDivide(-numerator, denominator);
}

/** The exact value of so many steps. */
export function fromSteps(steps: bigint, { step }: Grid): Rational {
  return multiply(rational(steps), step);
}

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}
