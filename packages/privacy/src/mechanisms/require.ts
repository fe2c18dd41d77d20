import { PrivacyError } from '../privacy-error.ts';
import type { Adjacency } from '../units/adjacency.ts';
import type { Epsilon } from '../units/parameters.ts';
import { compare, type Rational, ZERO } from '../units/rational.ts';
import type { Norm, Sensitivity } from '../units/sensitivity.ts';

// What several mechanisms ask of their parameters and inputs. No message holds a value that could be private.

/** @throws PrivacyError `out_of_range`; `bad_parameter` where it is a number or a text, as types are gone at run time */
export function requireLoss(epsilon: Epsilon): void {
  if (typeof epsilon?.numerator !== 'bigint') {
    throw new PrivacyError('bad_parameter', "Epsilon is no fraction. Make it with epsilon('0.5').");
  }
  if (compare(epsilon, ZERO) > 0) return;
  throw new PrivacyError('out_of_range', 'Epsilon is 0, which allows no release. Use a value above 0.');
}

/** A whole number of at least 1 that was declared, such as how many records of a unit count. @throws PrivacyError `out_of_range` */
export function requireCount(value: number, what: string, most = Number.MAX_SAFE_INTEGER): void {
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return;
  throw new PrivacyError('out_of_range', `${what} must be a whole number from 1 to ${most}.`);
}

/** @throws PrivacyError `bad_parameter` where the number of answers is not the one declared: it would be published with them */
export function requireLength(values: readonly unknown[], count: number): void {
  if (values.length === count) return;
  throw new PrivacyError(
    'bad_parameter',
    `The mechanism was made for ${count} values. Their number is public, so declare it and do not take it from the data.`,
  );
}

/** @throws PrivacyError `not_finite` where a value is no bigint: no double is rounded here without being asked for */
export function requireIntegers(values: readonly bigint[]): void {
  if (values.every((value) => typeof value === 'bigint')) return;
  throw new PrivacyError(
    'not_finite',
    'A value is no bigint. Count in whole numbers, or use a mechanism on a grid.',
  );
}

/** @throws PrivacyError `out_of_range` where a sensitivity is no whole number: values are */
export function requireWhole(sensitivity: Rational): void {
  if (sensitivity.denominator === 1n) return;
  throw new PrivacyError(
    'out_of_range',
    'The sensitivity of whole numbers must be a whole number. Round it up, or use a mechanism on a grid.',
  );
}

/** @throws PrivacyError `bad_parameter` where answers are said to move one way, and a unit that is replaced moves some up and some down */
export function requireOneWay(monotonic: boolean, adjacency: Adjacency): void {
  if (!monotonic || adjacency === 'add-remove') return;
  throw new PrivacyError(
    'bad_parameter',
    'A unit that is replaced can raise some answers and lower others. Leave monotonic out, or use add-remove.',
  );
}

/** A mechanism is proved for one norm, and a sensitivity in another may be smaller. @throws PrivacyError `bad_parameter` */
export function requireNorm<N extends Norm>(sensitivity: Sensitivity<N>, norm: N): void {
  if (sensitivity?.norm === norm) return;
  throw new PrivacyError(
    'bad_parameter',
    `The sensitivity must be in the norm ${norm}. Make it with sensitivity('${norm}', …).`,
  );
}
