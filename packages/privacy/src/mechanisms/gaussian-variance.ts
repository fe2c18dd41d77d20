import { zeroConcentratedRho } from '../accountants/zero-concentrated.ts';
import { PrivacyError } from '../privacy-error.ts';
import { type Delta, type Epsilon, type Rho, rho as rhoOf } from '../units/parameters.ts';
import {
  compare,
  divide,
  makeRational,
  multiply,
  ONE,
  type Rational,
  rational,
  toNumberDown,
} from '../units/rational.ts';
import { gaussianDeltaUp } from './gaussian-delta.ts';

/** Binary digits of a variance: few, so that coins stay short. */
const VARIANCE_BITS = 40;
const EPSILON_MAX = 700;
const DELTA_MIN = 1e-280;

/**
 * l2² / (2ρ): what a zero-concentrated loss of ρ asks for, exactly (Bun and Steinke 2016; for whole numbers Canonne, Kamath and Steinke 2020,
 * Theorem 4).
 * @throws PrivacyError `out_of_range`
 */
export function varianceForRho(l2Squared: Rational, rho: Rho): Rational {
  if (rho.numerator > 0n) return divide(l2Squared, multiply(rational(2), rho));
  throw new PrivacyError('out_of_range', 'Rho is 0, which allows no release. Use a value above 0.');
}

/**
 * The least variance, to nine digits, at which one answer that a unit moves by `shift` steps at most is proved to keep (ε, δ).
 * @throws PrivacyError `out_of_range`
 */
export function varianceForDelta(shift: bigint, epsilon: Epsilon, delta: Delta): Rational {
  requireCalibrated(epsilon, delta);
  const [loss, most] = [toNumberDown(epsilon), toNumberDown(delta)];
  const steps = Number(shift);
  const keeps = (variance: number): boolean => gaussianDeltaUp(loss, steps, variance) <= most;
  let high = steps * steps;
  while (!keeps(high)) high *= 4;
  let low = high;
  while (keeps(low)) low /= 4;
  while (high / low > 1 + 1e-9) {
    const middle = Math.sqrt(low * high);
    if (keeps(middle)) high = middle;
    else low = middle;
  }
  // δ need not fall with every little growth of a variance of a few steps, so what is returned is what was judged.
  for (let variance = high; ; variance *= 1 + 1e-9) {
    const rounded = roundUp(variance);
    if (keeps(toNumberDown(rounded))) return rounded;
  }
}

/**
 * The greatest ρ of which (ε, δ) follows by the tightest conversion that is known.
 * @throws PrivacyError `out_of_range`
 */
export function rhoForDelta(epsilon: Epsilon, delta: Delta): Rho {
  requireCalibrated(epsilon, delta);
  return rhoOf(zeroConcentratedRho(toNumberDown(epsilon), toNumberDown(delta)));
}

function requireCalibrated(epsilon: Epsilon, delta: Delta): void {
  const within = compare(epsilon, rational(EPSILON_MAX)) <= 0 && epsilon.numerator > 0n;
  if (within && compare(delta, rational(DELTA_MIN)) >= 0 && compare(delta, ONE) < 0) return;
  throw new PrivacyError(
    'out_of_range',
    `Gaussian noise is found for an epsilon above 0 and up to ${EPSILON_MAX}, and a delta of ${DELTA_MIN} or more.`,
  );
}

/** The next of the fractions with so many binary digits and a power of two below: a double as well. */
function roundUp(variance: number): Rational {
  const exponent = VARIANCE_BITS - 1 - Math.floor(Math.log2(variance));
  if (exponent <= 0) return makeRational(BigInt(Math.ceil(variance)), 1n);
  return makeRational(BigInt(Math.ceil(variance * 2 ** exponent)), 1n << BigInt(exponent));
}
