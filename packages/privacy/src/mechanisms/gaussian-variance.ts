import { PrivacyError } from '../privacy-error.ts';
import type { Rho } from '../units/parameters.ts';
import { divide, multiply, type Rational, rational } from '../units/rational.ts';

/**
 * l2² / (2ρ): what a zero-concentrated loss of ρ asks for, exactly (Bun and Steinke 2016; for whole numbers Canonne, Kamath and Steinke 2020,
 * Theorem 4).
 * @throws PrivacyError `out_of_range`
 */
export function varianceForRho(l2Squared: Rational, rho: Rho): Rational {
  if (rho.numerator > 0n) return divide(l2Squared, multiply(rational(2), rho));
  throw new PrivacyError('out_of_range', 'Rho is 0, which allows no release. Use a value above 0.');
}
