import { PrivacyError } from '../privacy-error.ts';
import type { Delta, Epsilon, Rho } from '../units/parameters.ts';
import { add, compare, type Rational, rationalText, subtract, toNumberUp, ZERO } from '../units/rational.ts';

// A loss is what an accountant says a release costs. Only measures that add up may be spent from a budget: the sum bounds what was released
// even where each release was chosen after seeing the ones before it (pure: Rogers et al. 2016; zero-concentrated: Feldman and Zrnic 2021;
// approximate by its plain sum: Whitehouse et al. 2023). A tighter curve is an accountant's to tell afterwards, not a budget's.

export type Measure = 'pure' | 'approximate' | 'zero-concentrated';

type AnyLoss =
  | Readonly<{ measure: 'pure'; epsilon: Epsilon }>
  | Readonly<{ measure: 'approximate'; epsilon: Epsilon; delta: Delta }>
  | Readonly<{ measure: 'zero-concentrated'; rho: Rho }>;

/** What was or may be lost, in one measure. Frozen; amounts are fractions, so that ten tenths are one. */
export type Loss<M extends Measure = Measure> = Extract<AnyLoss, { readonly measure: M }>;

/** Amounts by name, in the order in which a sentence tells them. */
type Amounts = Readonly<Partial<Record<'epsilon' | 'delta' | 'rho', Rational>>>;

export function pureLoss(epsilon: Epsilon): Loss<'pure'> {
  return Object.freeze({ measure: 'pure', epsilon });
}

export function approximateLoss(epsilon: Epsilon, delta: Delta): Loss<'approximate'> {
  return Object.freeze({ measure: 'approximate', epsilon, delta });
}

export function zeroConcentratedLoss(rho: Rho): Loss<'zero-concentrated'> {
  return Object.freeze({ measure: 'zero-concentrated', rho });
}

/** Nothing, in the measure of another loss. */
export function noLoss<M extends Measure>(like: Loss<M>): Loss<M> {
  return combine(like, like, () => ZERO);
}

/** What two releases cost together. @throws PrivacyError `bad_parameter` where the measures differ */
export function addLoss<M extends Measure>(a: Loss<M>, b: Loss<NoInfer<M>>): Loss<M> {
  return combine(a, b, add);
}

/** What remains of a limit; never below nothing. */
export function remainingLoss<M extends Measure>(limit: Loss<M>, spent: Loss<NoInfer<M>>): Loss<M> {
  return combine(limit, spent, (a, b) => (compare(a, b) > 0 ? subtract(a, b) : ZERO));
}

/** Whether no amount of the loss is above that of the limit. */
export function fitsLimit<M extends Measure>(loss: Loss<M>, limit: Loss<NoInfer<M>>): boolean {
  const [asked, allowed] = amountsOfBoth(loss, limit);
  return Object.entries(asked).every(
    ([name, amount]) => compare(amount, allowed[name as keyof Amounts] as Rational) <= 0,
  );
}

/** `ε = 1/2, δ = 1/1000000`; a long fraction as a decimal that is not below it. */
export function lossText(loss: Loss): string {
  const { measure: _, ...amounts } = loss;
  return Object.entries(amounts as Amounts)
    .map(([name, amount]) => `${SIGNS[name as keyof Amounts]} = ${shortText(amount)}`)
    .join(', ');
}

const SIGNS = { epsilon: 'ε', delta: 'δ', rho: 'ρ' } as const;
const TEXT_LENGTH_MAX = 24;

function shortText(amount: Rational): string {
  const exact = rationalText(amount);
  return exact.length <= TEXT_LENGTH_MAX ? exact : String(toNumberUp(amount));
}

/** Sums may leave the range that a single epsilon or delta is held to: a delta of 1 is no promise, but it is a fact. */
function combine<M extends Measure>(
  a: Loss<M>,
  b: Loss<M>,
  join: (x: Rational, y: Rational) => Rational,
): Loss<M> {
  const [left, right] = amountsOfBoth(a, b);
  const joined = Object.entries(left).map(([name, amount]) => [
    name,
    join(amount, right[name as keyof Amounts] as Rational),
  ]);
  return Object.freeze({ measure: a.measure, ...Object.fromEntries(joined) }) as Loss<M>;
}

function amountsOfBoth(a: Loss, b: Loss): [Amounts, Amounts] {
  if (a.measure !== b.measure)
    throw new PrivacyError(
      'bad_parameter',
      `A loss in the measure ${a.measure} does not add to one in ${b.measure}. Convert one of them first.`,
    );
  const { measure: _a, ...left } = a;
  const { measure: _b, ...right } = b;
  return [left, right];
}
