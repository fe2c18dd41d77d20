import { PrivacyError } from '../privacy-error.ts';
import { compare, ONE, type Rational, rational, type RationalInput, ZERO } from './rational.ts';

// An epsilon is no delta, though both are fractions. The brand is a phantom: nothing of it exists at run time.

declare const unit: unique symbol;
type Branded<Name extends string> = Rational & { readonly [unit]: Name };

/** Privacy loss of pure and approximate differential privacy; ≥ 0. */
export type Epsilon = Branded<'epsilon'>;
/** Probability that the loss is more than epsilon; 0 ≤ delta < 1. */
export type Delta = Branded<'delta'>;
/** Loss of zero-concentrated differential privacy (Bun and Steinke 2016); ≥ 0. */
export type Rho = Branded<'rho'>;
/** Chance that a record is in a sample; 0 < rate ≤ 1. */
export type SamplingRate = Branded<'rate'>;

/** @throws PrivacyError `out_of_range` */
export function epsilon(value: RationalInput): Epsilon {
  return notNegative(value, 'Epsilon') as Epsilon;
}

/** @throws PrivacyError `out_of_range` */
export function delta(value: RationalInput): Delta {
  const parsed = notNegative(value, 'Delta');
  if (compare(parsed, ONE) >= 0) {
    throw new PrivacyError(
      'out_of_range',
      'Delta is 1 or more, which promises nothing. Use a value well below one over the number of units, such as 1e-6.',
    );
  }
  return parsed as Delta;
}

/** @throws PrivacyError `out_of_range` */
export function rho(value: RationalInput): Rho {
  return notNegative(value, 'Rho') as Rho;
}

/** @throws PrivacyError `out_of_range` */
export function samplingRate(value: RationalInput): SamplingRate {
  const parsed = notNegative(value, 'A sampling rate');
  if (compare(parsed, ZERO) === 0 || compare(parsed, ONE) > 0) {
    throw new PrivacyError('out_of_range', 'A sampling rate must be above 0 and at most 1.');
  }
  return parsed as SamplingRate;
}

function notNegative(value: RationalInput, name: string): Rational {
  const parsed = rational(value);
  if (parsed.numerator < 0n)
    throw new PrivacyError('out_of_range', `${name} is negative; it must be 0 or more.`);
  return parsed;
}
