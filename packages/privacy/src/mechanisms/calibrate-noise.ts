import type { Accountant } from '../accountants/accountant.ts';
import { lossAccountant } from '../accountants/loss-accountant.ts';
import type { PrivacyEvents } from '../events/privacy-event.ts';
import { PrivacyError } from '../privacy-error.ts';
import type { Adjacency } from '../units/adjacency.ts';
import type { Delta, Epsilon } from '../units/parameters.ts';
import { compare, makeRational, multiply, type Rational, rational } from '../units/rational.ts';

/** What is asked of all events together. */
export type NoiseTarget<A extends Adjacency> = Readonly<{
  epsilon: Epsilon;
  delta: Delta;
  /** The events of all answers at one noise, such as a scale over a sensitivity. They must cost less the more noise there is. */
  eventsAt(noise: Rational): PrivacyEvents<A>;
  /** `lossAccountant` unless set. */
  accountant?: Accountant;
}>;

/** Relative steps of an answer: 2⁻¹⁰. */
const DIGITS = 10n;
const DOUBLINGS_MAX = 40;

/**
 * The least noise, to a thousandth and rounded up, at which an accountant proves (ε, δ) for all events together.
 * @throws PrivacyError `out_of_range` where no noise from 2⁻⁴⁰ to 2⁴⁰ is it, and what the accountant refuses
 */
export function calibrateNoise<A extends Adjacency>(target: NoiseTarget<A>): Rational {
  const { epsilon, delta, eventsAt, accountant = lossAccountant } = target;
  const keeps = (noise: Rational): boolean =>
    compare(rational(accountant.delta(eventsAt(noise), epsilon).upper), delta) <= 0;
  const [low, high] = bracket(keeps);
  let [bad, good] = [1n << DIGITS, 1n << (DIGITS + 1n)];
  const at = (steps: bigint): Rational => multiply(low, makeRational(steps, 1n << DIGITS));
  while (good - bad > 1n) {
    const middle = (bad + good) / 2n;
    if (keeps(at(middle))) good = middle;
    else bad = middle;
  }
  return good === 1n << (DIGITS + 1n) ? high : at(good);
}

/** Neighbouring powers of two of which the greater keeps the promise and the smaller does not. */
function bracket(keeps: (noise: Rational) => boolean): readonly [Rational, Rational] {
  let noise = rational(1);
  const grows = !keeps(noise);
  for (let doubling = 0; doubling < DOUBLINGS_MAX; doubling += 1) {
    const next = multiply(noise, grows ? rational(2) : makeRational(1n, 2n));
    if (keeps(next) === grows) return grows ? [noise, next] : [next, noise];
    noise = next;
  }
  throw new PrivacyError(
    'out_of_range',
    'No noise from 2^-40 to 2^40 is the least that keeps this epsilon and delta. Check that the events cost less the more noise there is.',
  );
}
