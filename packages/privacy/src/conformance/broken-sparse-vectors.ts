import type { BitSource } from '../random/bit-source.ts';
import { createDiscreteLaplace } from '../samplers/discrete-laplace.ts';
import type { Draw } from '../samplers/draw.ts';
import { type Rational, rational } from '../units/rational.ts';
import { type BrokenMechanism, onBoth } from './broken-mechanism.ts';

// The variants of the sparse vector technique in print that are not private, or not as private as they say (Lyu, Su and Li 2017, figure
// 1), on whole numbers. All claim ε = 1 for questions of sensitivity 1, and one answer above unless said otherwise.

type Variant = Readonly<{
  threshold: Rational;
  /** Null: answers have no noise of their own. */
  answer: Rational | null;
  aboveMax: number;
  /** What is published of an answer above. */
  publish: (noisyAnswer: bigint) => string;
}>;

/** The truth about neighbours: every question's answer differs by one at most. Thresholds are 0. */
type Answers = readonly bigint[];

const above = (): string => '+';
const scale = (text: string): Rational => rational(text);
const repeated = (answer: bigint, times: number): bigint[] => Array.from({ length: times }, () => answer);

export const BROKEN_SPARSE_VECTORS: readonly BrokenMechanism[] = Object.freeze([
  variant(
    'sparse-vector-with-values',
    'answers above are published with the noise that they were compared with (algorithm 3)',
    { threshold: scale('2'), answer: scale('2'), aboveMax: 1, publish: String },
    // Below for long, so that the threshold is known to be high; then a value of which the noise shows that it passed.
    [...repeated(0n, 8), 1n],
    [...repeated(1n, 8), 0n],
  ),
  variant(
    'sparse-vector-noise-of-one',
    'the noise on answers does not grow with how many may be above (algorithm 4)',
    { threshold: scale('4'), answer: scale('4/3'), aboveMax: 16, publish: above },
    [...repeated(1n, 16), ...repeated(0n, 16)],
    [...repeated(0n, 16), ...repeated(1n, 16)],
    moreInFirstHalf,
  ),
  variant(
    'sparse-vector-bare-answers',
    'only the threshold has noise (algorithm 5)',
    { threshold: scale('2'), answer: null, aboveMax: 100, publish: above },
    [0n, 1n],
    [1n, 0n],
  ),
  variant(
    'sparse-vector-without-end',
    'any number of answers may be above (algorithm 6)',
    { threshold: scale('2'), answer: scale('2'), aboveMax: Infinity, publish: above },
    [...repeated(0n, 16), ...repeated(1n, 16)],
    [...repeated(1n, 16), ...repeated(0n, 16)],
    moreInFirstHalf,
  ),
]);

/** A summary of what is published tells as much as an attacker needs of it. */
function moreInFirstHalf(published: readonly string[], questions: number): number {
  return published.reduce(
    (sum, answer, place) => sum + (answer === '-' ? 0 : place < questions / 2 ? 1 : -1),
    0,
  );
}

function variant(
  name: string,
  fault: string,
  parameters: Variant,
  first: Answers,
  second: Answers,
  summary: (published: readonly string[], questions: number) => unknown = (published) => published.join(' '),
): BrokenMechanism {
  const thresholdNoise = createDiscreteLaplace(parameters.threshold);
  const answerNoise = parameters.answer === null ? null : createDiscreteLaplace(parameters.answer);
  const release = (answers: Answers, source: BitSource): unknown =>
    summary(run(answers, thresholdNoise, answerNoise, parameters, source), answers.length);
  return { name, fault, claim: { epsilon: 1, delta: 0 }, neighbours: onBoth(release, first, second) };
}

function run(
  answers: Answers,
  thresholdNoise: Draw,
  answerNoise: Draw | null,
  { aboveMax, publish }: Variant,
  source: BitSource,
): string[] {
  const threshold = thresholdNoise(source);
  const published: string[] = [];
  let left = aboveMax;
  for (const answer of answers) {
    if (left === 0) break;
    const noisy = answer + (answerNoise?.(source) ?? 0n);
    const passes = noisy >= threshold;
    published.push(passes ? publish(noisy) : '-');
    if (passes) left--;
  }
  return published;
}
