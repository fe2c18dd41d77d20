import { privacyEvent } from '../../events/privacy-event.ts';
import { createDiscreteGaussian } from '../../samplers/discrete-gaussian.ts';
import type { Adjacency } from '../../units/adjacency.ts';
import type { Rho } from '../../units/parameters.ts';
import { add, makeRational, multiply, type Rational, rational } from '../../units/rational.ts';
import { squareRootUp } from '../../units/sensitivity.ts';
import { varianceForRho } from '../gaussian-variance.ts';
import { type StreamMechanism, type StreamPlan, toStreamMechanism } from '../mechanism.ts';
import { requireCount, requireIntegers, requireNorm, requireWhole } from '../require.ts';
import { type BufferedToeplitz, columnNormUp } from './buffered-toeplitz.ts';
import { optimiseToeplitz } from './optimise-toeplitz.ts';
import { createToeplitzProduct } from './toeplitz-product.ts';
import { nextStep, STEPS_MAX, type StreamParameters } from './tree-counter.ts';

export type ToeplitzParameters<A extends Adjacency> = StreamParameters<A> &
  Readonly<{
    /** The loss of the whole stream. */
    rho: Rho;
    /** Numbers kept between steps; 3 unless set. More of them err less, up to about the logarithm of the steps. */
    buffers?: number;
  }>;

const BUFFERS = 3;
/** The rounding of all steps together is at most this part of the sensitivity, as a power of two. */
const ROUNDING_BITS = 12;

/**
 * The running sum after each value, by a buffered Toeplitz factorisation (McMahan, Pillutla, Steinke and Thakurta 2024): what is published
 * is C · values on a grid, with Gaussian noise on each step; running sums are computed from that. It errs less than a tree, most of all
 * on long streams.
 * @throws PrivacyError `out_of_range`; from `next` `not_finite`, and `budget_exhausted` after the last step
 */
export function toeplitzCounterMechanism<A extends Adjacency>(
  parameters: ToeplitzParameters<A>,
): StreamMechanism<bigint, number, A> {
  return toStreamMechanism(planToeplitzCounter(parameters));
}

export function planToeplitzCounter<A extends Adjacency>({
  steps,
  sensitivity,
  rho,
  buffers = BUFFERS,
  adjacency,
}: ToeplitzParameters<A>): StreamPlan<bigint, number, A> {
  requireCount(steps, 'The number of steps', STEPS_MAX);
  requireNorm(sensitivity, 'l1');
  requireWhole(sensitivity.value);
  const matrix = optimiseToeplitz(steps, buffers);
  const gridBits = ROUNDING_BITS + Math.ceil(Math.log2(steps) / 2);
  const l2 = roundUp(stepSensitivity(matrix, steps, sensitivity.value, gridBits));
  const l2Squared = rational(l2 * l2);
  const variance = varianceForRho(l2Squared, rho);
  const noise = createDiscreteGaussian(variance);
  return {
    events: [privacyEvent(adjacency, { kind: 'discrete-gaussian', variance, l2Squared, dimensions: steps })],
    start: (source) => {
      const product = createToeplitzProduct(matrix, gridBits);
      const sum = createRunningSum(matrix);
      let step = 0;
      return (value) => {
        requireIntegers([value]);
        step = nextStep(step, steps);
        return sum(Number(product(value) + noise(source)) / 2 ** gridBits);
      };
    },
  };
}

/**
 * How far one unit can move the snapped product, in l2 and in steps of the grid: its l1 times the longest column, and for each step half a
 * step of rounding on either side. `createToeplitzProduct` errs by less than a millionth of a step besides.
 */
export function stepSensitivity(
  matrix: BufferedToeplitz,
  steps: number,
  l1: Rational,
  gridBits: number,
): Rational {
  const exact = multiply(l1, rational(columnNormUp(matrix, steps)));
  const rounding = multiply(squareRootUp(rational(BigInt(steps))), makeRational(1_000_002n, 1_000_000n));
  return add(multiply(exact, rational(1n << BigInt(gridBits))), rounding);
}

/** Undoes C and adds up, in doubles: noise has been added, so nothing here can tell more than was published. */
function createRunningSum({ decays, scales }: BufferedToeplitz): (published: number) => number {
  const kept = decays.map(() => 0);
  let sum = 0;
  return (published) => {
    const value = scales.reduce((rest, scale, index) => rest - scale * (kept[index] as number), published);
    decays.forEach((decay, index) => {
      kept[index] = decay * (kept[index] as number) + value;
    });
    sum += value;
    return sum;
  };
}

function roundUp({ numerator, denominator }: Rational): bigint {
  return (numerator + denominator - 1n) / denominator;
}
