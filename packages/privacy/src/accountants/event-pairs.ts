import type { BatchSampling, PrivacyEvent, PrivacyEvents } from '../events/privacy-event.ts';
import { PrivacyError } from '../privacy-error.ts';
import type { Adjacency } from '../units/adjacency.ts';
import { type Rational, toNumberDown, toNumberUp } from '../units/rational.ts';
import {
  approximatePair,
  discreteGaussianPair,
  discreteLaplacePair,
  randomisedResponsePair,
} from './pld/atom-pairs.ts';
import type { Counted } from './pld/cumulant.ts';
import { gaussianMixturePair, replacedGaussianPair } from './pld/gaussian-pairs.ts';
import { laplacePair } from './pld/laplace-pair.ts';
import { type LossPair, mixPairs } from './pld/loss-pair.ts';
import { checkWitness } from './sampling-witness.ts';

/** What events are to the accountants: Gaussian noise as one squared ratio of sensitivity to deviation, the rest as pairs. */
export type PricedLosses = { readonly gaussianSquare: number; readonly terms: readonly Counted[] };

/** @throws PrivacyError `cannot_account`, `out_of_range` */
export function pricedLosses<A extends Adjacency>(events: PrivacyEvents<A>): PricedLosses {
  let gaussianSquare = 0;
  // Equal releases are counted together, as a power is cheaper than products.
  const terms = new Map<string, Counted>();
  for (const event of events) {
    const square = gaussianSquareOf(event);
    if (square !== null) gaussianSquare += square;
    else {
      const key = keyOf(event);
      const { pair, count } = pairOf(event);
      terms.set(key, { pair, count: count + (terms.get(key)?.count ?? 0) });
    }
  }
  return { gaussianSquare, terms: [...terms.values()] };
}

/** The terms with the Gaussian noise among them. */
export function allPairs({ gaussianSquare, terms }: PricedLosses): readonly Counted[] {
  if (gaussianSquare === 0) return terms;
  return [...terms, { pair: gaussianMixturePair(1 / Math.sqrt(gaussianSquare), [1], [1]), count: 1 }];
}

/** (sensitivity / deviation)², rounded up, of an event that is Gaussian noise; else null. */
export function gaussianSquareOf<A extends Adjacency>(event: PrivacyEvent<A>): number | null {
  if (event.kind === 'gaussian') return squareOver(event.noiseMultiplier, 1);
  const norm = event.adjacency === 'replace-one' ? 4 : 1;
  if (event.kind === 'tree-steps') {
    const depth = Math.ceil(Math.log2(event.stepsOfPass + 1));
    return squareOver(event.noiseMultiplier, norm * depth * event.passes);
  }
  if (event.kind !== 'training-steps') return null;
  // Without amplification a unit is in one batch of an epoch, and the other batches do not depend on it.
  const { sampling } = event;
  if (sampling.kind === 'shuffled' || sampling.kind === 'fixed-order') {
    return squareOver(event.noiseMultiplier, norm * sampling.epochs);
  }
  return null;
}

function squareOver(noise: Rational, times: number): number {
  if (noise.numerator <= 0n) throw new PrivacyError('out_of_range', 'A noise multiplier must be above 0.');
  return (times / toNumberDown(noise) ** 2) * (1 + 4 * Number.EPSILON);
}

function pairOf<A extends Adjacency>(event: PrivacyEvent<A>): Counted {
  switch (event.kind) {
    case 'laplace':
      return once(laplacePair(toNumberDown(event.noiseMultiplier), 1));
    case 'discrete-laplace':
      return once(discreteLaplacePair(toNumberDown(event.scale), wholeSteps(event.l1)));
    case 'discrete-gaussian':
      return once(
        discreteGaussianPair(toNumberDown(event.variance), stepsInOne(event.l2Squared, event.dimensions)),
      );
    case 'randomised-response':
      return once(randomisedResponsePair(toNumberUp(event.truth), event.categories));
    case 'pure':
      return once(approximatePair(toNumberUp(event.epsilon), 0));
    case 'approximate':
      return once(approximatePair(toNumberUp(event.epsilon), toNumberUp(event.delta)));
    case 'gaussian-mixture':
      return once(
        gaussianMixturePair(
          toNumberDown(event.deviation),
          event.shifts.map(toNumberUp),
          event.weights.map(toNumberUp),
        ),
      );
    case 'training-steps':
      return {
        pair: sampledPair(event.adjacency, toNumberDown(event.noiseMultiplier), event.steps, event.sampling),
        count: event.steps,
      };
    default:
      throw new PrivacyError(
        'cannot_account',
        `A release of kind ${event.kind} has no privacy-loss distribution here. Use the zero-concentrated accountant.`,
      );
  }
}

function once(pair: LossPair): Counted {
  return { pair, count: 1 };
}

function sampledPair(adjacency: Adjacency, noise: number, steps: number, sampling: BatchSampling): LossPair {
  if (sampling.kind !== 'poisson' && sampling.kind !== 'truncated-poisson')
    throw new TypeError(sampling.kind);
  const rate = toNumberUp(sampling.rate);
  if (sampling.kind === 'poisson') checkWitness(sampling.witness, rate, steps);
  const plain =
    adjacency === 'replace-one'
      ? replacedGaussianPair(noise, 1, rate)
      : gaussianMixturePair(noise, [0, 1], [1 - rate, rate]);
  if (sampling.kind === 'poisson') return plain;
  // Whether the batch would be cut without the unit is a public coin; if it would, the unit takes another's place (Ganesh et al. 2025).
  const { units, batchMax } = sampling;
  const cut = binomialTail(units - 1, rate, batchMax - 1);
  if (cut === 0) return plain;
  const kept = (binomialTail(units, rate, batchMax) * batchMax) / (cut * units);
  return mixPairs(plain, replacedGaussianPair(noise, 2, kept), cut);
}

/** P(X > above) of a binomial X. */
function binomialTail(trials: number, rate: number, above: number): number {
  if (rate === 1) return trials > above ? 1 : 0;
  let [log, sum] = [trials * Math.log1p(-rate), 0];
  for (let hits = 0; hits <= trials; hits += 1) {
    if (hits > above) sum += Math.exp(log);
    log += Math.log((trials - hits) / (hits + 1)) + Math.log(rate) - Math.log1p(-rate);
  }
  return sum;
}

/** Noise on whole numbers is proved for a change by whole numbers. A part of a step is rounded up. */
function wholeSteps({ numerator, denominator }: Rational): number {
  return Number((numerator + denominator - 1n) / denominator);
}

/** How far one answer can move. Several answers share a squared change in unknown parts, unless it is that of one step. */
function stepsInOne({ numerator, denominator }: Rational, dimensions: number): number {
  const squared = Number(numerator / denominator);
  if (squared <= 1) return 1;
  if (dimensions === 1) return Math.floor(Math.sqrt(squared));
  throw new PrivacyError(
    'cannot_account',
    'Discrete Gaussian noise on several answers that one unit moves by more than a step has no privacy-loss distribution here. Use the zero-concentrated accountant.',
  );
}

/** What makes two events the same release; steps are counted apart. */
function keyOf<A extends Adjacency>(event: PrivacyEvent<A>): string {
  return JSON.stringify(event, (name, value: unknown) =>
    name === 'witness' || name === 'steps' ? undefined : typeof value === 'bigint' ? `${value}` : value,
  );
}
