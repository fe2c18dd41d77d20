import { privacyEvent } from '../events/privacy-event.ts';
import { PrivacyError } from '../privacy-error.ts';
import type { BitSource } from '../random/bit-source.ts';
import { bernoulli } from '../samplers/bernoulli.ts';
import { uniformBelow } from '../samplers/uniform.ts';
import { exponentialBounds } from '../units/exponential-bounds.ts';
import type { Epsilon } from '../units/parameters.ts';
import { add, compare, divide, makeRational, ONE, type Rational, rational } from '../units/rational.ts';
import { type Mechanism, type Plan, toMechanism } from './mechanism.ts';
import { requireCount } from './require.ts';

/** How many answers there are to choose from, and the chance of the true one: given, or the largest that an epsilon allows. */
export type RandomisedResponseParameters = Readonly<{ categories: number }> &
  (Readonly<{ truth: Rational; epsilon?: never }> | Readonly<{ epsilon: Epsilon; truth?: never }>);

/** Coins of so many binary digits are thrown in safe integers. */
const TRUTH_BITS = 52n;

/**
 * Each answer, an index below `categories`, is true with the chance of `truth`, else another one, all alike (Warner 1965; Kairouz, Oh and
 * Viswanath 2014). One answer a unit: what is protected is what a unit answered, not that it did.
 * @throws PrivacyError `out_of_range`; on release too
 */
export function randomisedResponseMechanism(
  parameters: RandomisedResponseParameters,
): Mechanism<readonly number[], readonly number[], 'replace-one'> {
  return toMechanism(planRandomisedResponse(parameters));
}

export function planRandomisedResponse(
  parameters: RandomisedResponseParameters,
): Plan<readonly number[], readonly number[], 'replace-one'> {
  const { categories } = parameters;
  requireCount(categories, 'The number of categories', 2 ** 32);
  const truth = parameters.truth ?? truthWithin(parameters.epsilon, categories);
  requireTruth(truth, categories);
  return {
    events: [privacyEvent('replace-one', { kind: 'randomised-response', truth, categories })],
    draw: (answers, source) => {
      answers.forEach((answer) => requireCategory(answer, categories));
      return Object.freeze(answers.map((answer) => respond(answer, truth, categories, source)));
    },
  };
}

/**
 * Shares of the true answers, unbiased: they add up to 1, and one of them may be negative. Nothing more is spent.
 * @throws PrivacyError `out_of_range`, `bad_parameter`
 */
export function estimateShares(
  answers: readonly number[],
  { truth, categories }: Readonly<{ truth: Rational; categories: number }>,
): number[] {
  requireTruth(truth, categories);
  if (answers.length === 0) throw new PrivacyError('bad_parameter', 'There are no answers to estimate from.');
  const chance = Number(truth.numerator) / Number(truth.denominator);
  const other = (1 - chance) / (categories - 1);
  const counts = new Array<number>(categories).fill(0);
  for (const answer of answers) {
    requireCategory(answer, categories);
    counts[answer] = (counts[answer] as number) + 1;
  }
  return counts.map((count) => (count / answers.length - other) / (chance - other));
}

function respond(answer: number, truth: Rational, categories: number, source: BitSource): number {
  if (bernoulli(truth, source)) return answer;
  const other = Number(uniformBelow(BigInt(categories - 1), source));
  return other < answer ? other : other + 1;
}

/** e^ε / (e^ε + categories − 1), rounded down. */
function truthWithin(epsilon: Epsilon, categories: number): Rational {
  const { lower } = exponentialBounds(epsilon);
  const { numerator, denominator } = divide(lower, add(lower, rational(BigInt(categories - 1))));
  return makeRational((numerator << TRUTH_BITS) / denominator, 1n << TRUTH_BITS);
}

function requireTruth(truth: Rational, categories: number): void {
  if (categories >= 2 && compare(truth, ONE) < 0 && truth.numerator * BigInt(categories) > truth.denominator)
    return;
  throw new PrivacyError(
    'out_of_range',
    'There must be two categories or more, and the chance of the truth must be above one in them and below 1.',
  );
}

function requireCategory(answer: number, categories: number): void {
  if (Number.isInteger(answer) && answer >= 0 && answer < categories) return;
  throw new PrivacyError('out_of_range', 'An answer is no index of a category.');
}
