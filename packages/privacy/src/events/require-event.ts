import { PrivacyError } from '../privacy-error.ts';
import type { Adjacency } from '../units/adjacency.ts';
import { add, compare, ONE, type Rational, ZERO } from '../units/rational.ts';
import type { EventShape } from './privacy-event.ts';

// Accountants read events as facts. A number that can not be one (a scale below 0, half an epoch, chances that do not add up to 1) has no
// price, and some formulas would answer 0 for it.

/** @throws PrivacyError `bad_parameter` for another adjacency; `out_of_range` where the event can not have been; `cannot_account` where its kind is not defined under the adjacency */
export function requireEvent(adjacency: Adjacency, shape: Readonly<EventShape>): void {
  if (adjacency !== 'add-remove' && adjacency !== 'replace-one') {
    throw new PrivacyError('bad_parameter', 'An adjacency is add-remove or replace-one. Say which.');
  }
  switch (shape.kind) {
    case 'gaussian':
    case 'laplace':
      return requirePositive(shape.noiseMultiplier, 'A noise multiplier');
    case 'discrete-gaussian':
      requirePositive(shape.variance, 'A variance');
      requirePositive(shape.l2Squared, 'A squared l2 sensitivity');
      return requireWhole(shape.dimensions, 'The number of answers');
    case 'discrete-laplace':
      requirePositive(shape.scale, 'A scale');
      return requirePositive(shape.l1, 'An l1 sensitivity');
    case 'randomised-response':
      requireWhole(shape.categories, 'The number of categories', 2);
      return requireChance(shape.truth, 'The chance of the truth');
    case 'gaussian-mixture':
      return requireMixture(adjacency, shape);
    case 'training-steps':
      requirePositive(shape.noiseMultiplier, 'A noise multiplier');
      requireWhole(shape.steps, 'The number of steps');
      return requireSampling(shape.sampling);
    case 'tree-steps':
      requirePositive(shape.noiseMultiplier, 'A noise multiplier');
      requireWhole(shape.stepsOfPass, 'The number of steps of a pass');
      return requireWhole(shape.passes, 'The number of passes');
    case 'pure':
    case 'approximate':
    case 'zero-concentrated':
      return undefined;
    default:
      throw new PrivacyError('out_of_range', 'There is no release of that kind.');
  }
}

type Of<Kind extends EventShape['kind']> = Readonly<Extract<EventShape, { kind: Kind }>>;

function requireMixture(adjacency: Adjacency, { deviation, shifts, weights }: Of<'gaussian-mixture'>): void {
  if (adjacency === 'replace-one') {
    throw new PrivacyError(
      'cannot_account',
      'A mixture says what a unit adds, and not what another one in its place would. State it under add-remove.',
    );
  }
  requirePositive(deviation, 'A deviation');
  const fits =
    shifts.length === weights.length &&
    shifts.every((shift) => compare(shift, ZERO) >= 0) &&
    shifts.some((shift) => compare(shift, ZERO) > 0) &&
    weights.every((weight) => compare(weight, ZERO) >= 0) &&
    compare(weights.reduce(add, ZERO), ONE) === 0;
  if (fits) return;
  throw new PrivacyError(
    'out_of_range',
    'A mixture has as many shifts as weights, none below 0, one shift above it, and weights that add up to 1.',
  );
}

function requireSampling(sampling: Of<'training-steps'>['sampling']): void {
  switch (sampling.kind) {
    case 'shuffled':
    case 'fixed-order':
      return requireWhole(sampling.epochs, 'The number of epochs');
    case 'poisson':
      return requireChance(sampling.rate, 'A sampling rate');
    case 'truncated-poisson':
      requireChance(sampling.rate, 'A sampling rate');
      requireWhole(sampling.units, 'The number of units');
      return requireWhole(sampling.batchMax, 'The largest batch');
    default:
      throw new PrivacyError('out_of_range', 'There is no sampling of that kind.');
  }
}

function requirePositive(value: Rational, what: string): void {
  if (compare(value, ZERO) > 0) return;
  throw new PrivacyError('out_of_range', `${what} must be above 0.`);
}

function requireChance(value: Rational, what: string): void {
  if (compare(value, ZERO) > 0 && compare(value, ONE) <= 0) return;
  throw new PrivacyError('out_of_range', `${what} must be above 0 and at most 1.`);
}

function requireWhole(value: number, what: string, least = 1): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new PrivacyError('out_of_range', `${what} must be a whole number of ${least} or more.`);
}
