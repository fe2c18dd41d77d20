import { PrivacyError } from '../privacy-error.ts';

// Budgets and scales are fractions of integers: 0.1 spent ten times is exactly 1, and a sampler's probabilities are exact. Only what leaves
// for floating point is rounded, and always outward.

/** numerator / denominator, reduced, denominator > 0. Frozen. */
export type Rational = { readonly numerator: bigint; readonly denominator: bigint };
/** `'0.1'`, `'1/3'` and `'2e-6'` mean what they say; a number means the double that it is. */
export type RationalInput = Rational | bigint | number | string;

/** Longest text that is read, and largest power of ten in it. */
const TEXT_LENGTH_MAX = 80;
const EXPONENT_MAX = 400;
const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?(?:e([+-]?\d{1,4}))?$/iu;
const FRACTION = /^([+-]?\d+)\/(\d+)$/u;

export function makeRational(numerator: bigint, denominator: bigint): Rational {
  if (denominator === 0n) throw new PrivacyError('bad_parameter', 'A denominator is zero.');
  const sign = denominator < 0n ? -1n : 1n;
  const divisor = greatestCommonDivisor(absolute(numerator), absolute(denominator)) * sign;
  return Object.freeze({ numerator: numerator / divisor, denominator: denominator / divisor });
}

export const ZERO: Rational = makeRational(0n, 1n);
export const ONE: Rational = makeRational(1n, 1n);

/** @throws PrivacyError `not_finite`, `bad_parameter` */
export function rational(value: RationalInput): Rational {
  if (typeof value === 'bigint') return makeRational(value, 1n);
  if (typeof value === 'number') return fromNumber(value);
  if (typeof value === 'string') return fromText(value.trim());
  return makeRational(value.numerator, value.denominator);
}

export function add(a: Rational, b: Rational): Rational {
  return makeRational(
    a.numerator * b.denominator + b.numerator * a.denominator,
    a.denominator * b.denominator,
  );
}

export function subtract(a: Rational, b: Rational): Rational {
  return makeRational(
    a.numerator * b.denominator - b.numerator * a.denominator,
    a.denominator * b.denominator,
  );
}

export function multiply(a: Rational, b: Rational): Rational {
  return makeRational(a.numerator * b.numerator, a.denominator * b.denominator);
}

/** @throws PrivacyError `bad_parameter` where b is zero */
export function divide(a: Rational, b: Rational): Rational {
  return makeRational(a.numerator * b.denominator, a.denominator * b.numerator);
}

/** Negative, zero or positive, as a − b. */
export function compare(a: Rational, b: Rational): number {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The least double that is not below. */
export function toNumberUp(value: Rational): number {
  const near = nearest(value);
  return near === Infinity || compare(fromNumber(near), value) >= 0 ? near : nextAfter(near, Infinity);
}

/** The greatest double that is not above. */
export function toNumberDown(value: Rational): number {
  const up = toNumberUp(value);
  if (up === Infinity) return Number.MAX_VALUE;
  return compare(fromNumber(up), value) === 0 ? up : nextAfter(up, -Infinity);
}

/** `1/3`, `2`, `-1/1024`; `rational` reads it back. */
export function rationalText({ numerator, denominator }: Rational): string {
  return denominator === 1n ? `${numerator}` : `${numerator}/${denominator}`;
}

function fromNumber(value: number): Rational {
  if (!Number.isFinite(value)) {
    throw new PrivacyError(
      'not_finite',
      'A number is not finite. Pass a finite number, or text such as "0.1".',
    );
  }
  let denominator = 1n;
  let scaled = value;
  // Powers of two scale exactly; a subnormal needs 1,074 of them.
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    denominator *= 2n;
  }
  return makeRational(BigInt(scaled), denominator);
}

function fromText(text: string): Rational {
  const fraction = text.length <= TEXT_LENGTH_MAX ? FRACTION.exec(text) : null;
  if (fraction !== null) return makeRational(BigInt(fraction[1] as string), BigInt(fraction[2] as string));
  const decimal = text.length <= TEXT_LENGTH_MAX ? DECIMAL.exec(text) : null;
  const exponent = Number(decimal?.[4] ?? 0);
  if (decimal === null || Math.abs(exponent) > EXPONENT_MAX) {
    throw new PrivacyError('bad_parameter', 'A text is not a number. Write it as 0.1, 1e-6 or 1/3.');
  }
  const [, sign, whole, part = ''] = decimal;
  const digits = BigInt(`${whole}${part}`) * (sign === '-' ? -1n : 1n);
  const power = exponent - part.length;
  return power >= 0
    ? makeRational(digits * 10n ** BigInt(power), 1n)
    : makeRational(digits, 10n ** BigInt(-power));
}

/** Within one unit in the last place; Infinity beyond the largest double. */
function nearest({ numerator, denominator }: Rational): number {
  const magnitude = absolute(numerator);
  // Both are cut to 64 bits at most, which leaves the quotient more exact than a double.
  const shift = BigInt(bitLength(magnitude) - bitLength(denominator) - 64);
  const quotient = shift >= 0n ? magnitude / (denominator << shift) : (magnitude << -shift) / denominator;
  const power = Number(shift);
  // In two steps, as 2 ** power alone may be below the least double while the product is not.
  const value = Number(quotient) * 2 ** Math.floor(power / 2) * 2 ** Math.ceil(power / 2);
  return numerator < 0n ? -value : value;
}

const words = new BigInt64Array(1);
const double = new Float64Array(words.buffer);

/** The neighbouring double in the direction of `towards`. */
export function nextAfter(value: number, towards: number): number {
  if (value === towards || Number.isNaN(value)) return value;
  if (value === 0) return towards > 0 ? Number.MIN_VALUE : -Number.MIN_VALUE;
  double[0] = value;
  words[0] = (words[0] as bigint) + (towards > value === value > 0 ? 1n : -1n);
  return double[0] as number;
}

function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x === 0n ? 1n : x;
}
