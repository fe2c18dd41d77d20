import {
  add,
  type Delta,
  divide,
  type Epsilon,
  multiply,
  PrivacyError,
  type PrivacyEvents,
  type Rational,
  rational,
  toNumberDown,
} from '@portcullis/privacy';

// From zero-concentrated differential privacy (Bun and Steinke 2016) to epsilon and delta, as Canonne, Kamath and Steinke (2020) convert it.
// Every order alpha gives a bound that holds, so that a search that ends early is a little too high and never too low.

/** Who computed what a report costs, and its version; a change of the figures is a new one. */
export const ACCOUNTANT = 'portcullis zero-concentrated 1';

/** Room for what floating point may lose below the bound. */
const SLACK = 1e-9;
const STEPS = 200;

/**
 * What events cost in zero-concentrated differential privacy: l2² / 2σ² for discrete Gaussian noise of that variance on every answer, and their
 * sum, as a fraction.
 * @throws PrivacyError `cannot_account` for any other event
 */
export function priceConcentrated(events: PrivacyEvents<'add-remove'>): Rational {
  return events.reduce((sum, event) => {
    if (event.kind !== 'discrete-gaussian')
      throw new PrivacyError(
        'cannot_account',
        `There is no price here for an event of the kind ${event.kind}.`,
      );
    return add(sum, divide(event.l2Squared, multiply(rational(2n), event.variance)));
  }, rational(0n));
}

/** A delta that holds for a loss of `rho` at this epsilon. */
export function deltaAt(rho: number, epsilonValue: number): number {
  if (rho === 0) return 0;
  const alpha = bisect(
    1 + 1e-9,
    (epsilonValue + 1) / (2 * rho) + 2,
    (at) => (2 * at - 1) * rho - epsilonValue + Math.log1p(-1 / at) > 0,
  );
  const logarithm =
    (alpha - 1) * (alpha * rho - epsilonValue) + alpha * Math.log1p(-1 / alpha) - Math.log(alpha - 1);
  return Math.min(1, Math.exp(logarithm) * (1 + SLACK));
}

/** An epsilon that holds for a loss of `rho` at this delta. */
export function epsilonAt(rho: number, deltaValue: number): number {
  if (deltaAt(rho, 0) <= deltaValue) return 0;
  const highest = rho + 2 * Math.sqrt(rho * Math.log(1 / deltaValue)) + 1;
  return bisect(0, highest, (at) => deltaAt(rho, at) <= deltaValue);
}

/** The most that may be lost within epsilon and delta. */
export function rhoWithin(epsilonLimit: Epsilon, deltaLimit: Delta): Rational {
  const [most, allowed] = [toNumberDown(epsilonLimit), toNumberDown(deltaLimit)];
  const over = bisect(0, most + 1, (rho) => deltaAt(rho, most) > allowed);
  // The side that was found to be over, less what bisection leaves between the two.
  return rational(Math.max(0, over * (1 - SLACK)));
}

/** The least value found for which it holds; it must hold from some value on. */
function bisect(from: number, to: number, holds: (at: number) => boolean): number {
  let [low, high] = [from, to];
  for (let step = 0; step < STEPS && high - low > 1e-15 * high; step += 1) {
    const middle = (low + high) / 2;
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}
