import { privacyEvent } from '../events/privacy-event.ts';
import { PrivacyError } from '../privacy-error.ts';
import { createDiscreteLaplace } from '../samplers/discrete-laplace.ts';
import type { Adjacency } from '../units/adjacency.ts';
import type { Epsilon } from '../units/parameters.ts';
import { divide, makeRational, multiply, type Rational, rational, subtract } from '../units/rational.ts';
import type { Sensitivity } from '../units/sensitivity.ts';
import { type StreamMechanism, type StreamPlan, toStreamMechanism } from './mechanism.ts';
import {
  requireCount,
  requireIntegers,
  requireLoss,
  requireNorm,
  requireOneWay,
  requireWhole,
} from './require.ts';

export type SparseVectorParameters<A extends Adjacency> = Readonly<{
  /** For all questions of one opening together. */
  epsilon: Epsilon;
  /** How far one unit can move any one answer; a whole number. */
  sensitivity: Sensitivity<'linf'>;
  /** After so many answers above their thresholds the stream ends. */
  aboveMax: number;
  /** One unit moves all answers in the same direction. Not under `replace-one`. */
  monotonic?: boolean;
  adjacency: A;
}>;

/** The true answer to a question and what it is compared with. Questions may depend on what was answered before. */
export type ThresholdQuestion = Readonly<{ answer: bigint; threshold: bigint }>;

/**
 * Which answers are above their thresholds, for as many questions as one likes, until `aboveMax` were (Lyu, Su and Li 2017, Algorithms 1
 * and 7): one noise on all thresholds and one on each answer, both on whole numbers; no value is published with an "above". Most variants
 * in print are not private at all; what holds here is that the noise on answers grows with `aboveMax`, and that the stream ends.
 * @throws PrivacyError `out_of_range`; from `next` `not_finite`, and `budget_exhausted` once the stream has ended
 */
export function sparseVectorMechanism<A extends Adjacency>(
  parameters: SparseVectorParameters<A>,
): StreamMechanism<ThresholdQuestion, boolean, A> {
  return toStreamMechanism(planSparseVector(parameters));
}

export function planSparseVector<A extends Adjacency>(
  parameters: SparseVectorParameters<A>,
): StreamPlan<ThresholdQuestion, boolean, A> {
  const { epsilon, aboveMax, adjacency } = parameters;
  const { threshold, answer } = scalesOf(parameters);
  const [thresholdNoise, answerNoise] = [createDiscreteLaplace(threshold), createDiscreteLaplace(answer)];
  return {
    events: [privacyEvent(adjacency, { kind: 'pure', epsilon })],
    start: (source) => {
      const shift = thresholdNoise(source);
      let left = aboveMax;
      return (question) => {
        if (left === 0) throw ended(aboveMax);
        requireIntegers([question.answer, question.threshold]);
        const above = question.answer + answerNoise(source) >= question.threshold + shift;
        if (above) left -= 1;
        return above;
      };
    },
  };
}

/** Scales of the two noises: sensitivity/ε₁ and 2 · aboveMax · sensitivity/ε₂, or half of the latter for monotonic answers. */
export function scalesOf<A extends Adjacency>({
  epsilon,
  sensitivity,
  aboveMax,
  monotonic = false,
  adjacency,
}: SparseVectorParameters<A>): Readonly<{ threshold: Rational; answer: Rational }> {
  requireLoss(epsilon);
  requireNorm(sensitivity, 'linf');
  requireWhole(sensitivity.value);
  requireCount(aboveMax, 'The number of answers above');
  requireOneWay(monotonic, adjacency);
  const weight = (monotonic ? 1 : 2) * aboveMax;
  const forThreshold = multiply(epsilon, thresholdShare(weight));
  return {
    threshold: divide(sensitivity.value, forThreshold),
    answer: divide(multiply(sensitivity.value, rational(BigInt(weight))), subtract(epsilon, forThreshold)),
  };
}

/**
 * The share of ε that the threshold takes: ε₁ : ε₂ = 1 : weight^(2/3) makes the error least (there, section 4.2). Any share between 0 and
 * 1 is as private, so this one is a double, cut to few digits to keep the coins short.
 */
function thresholdShare(weight: number): Rational {
  const steps = 2 ** 10;
  const share = Math.max(1, Math.round(steps / (1 + weight ** (2 / 3))));
  return makeRational(BigInt(share), BigInt(steps));
}

function ended(aboveMax: number): PrivacyError {
  return new PrivacyError(
    'budget_exhausted',
    `${aboveMax} answers were above their thresholds, which is what was paid for. Reserve a budget and open another stream.`,
  );
}
