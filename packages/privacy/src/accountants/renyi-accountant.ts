import type { PrivacyEvent } from '../events/privacy-event.ts';
import { PrivacyError } from '../privacy-error.ts';
import type { Adjacency } from '../units/adjacency.ts';
import { toNumberDown, toNumberUp } from '../units/rational.ts';
import type { Accountant } from './accountant.ts';
import { gaussianSquareOf } from './event-pairs.ts';
import { randomisedResponsePair } from './pld/atom-pairs.ts';
import { pureEpsilonOf } from './pure-accountant.ts';
import { ORDERS, addCurves, type RenyiCurve, renyiDelta, renyiEpsilon } from './renyi.ts';
import {
  atomsDivergence,
  gaussianDivergence,
  laplaceDivergence,
  pureDivergence,
  sampledGaussianDivergence,
} from './renyi-divergences.ts';
import { checkWitness } from './sampling-witness.ts';

/** Rényi divergences added up order by order. Holds for adaptive choices as it stands; looser than the loss accountant. No lower bounds. */
export const renyiAccountant: Accountant = {
  name: 'renyi',
  epsilon: (events, delta) => ({
    lower: 0,
    upper: renyiEpsilon(addCurves(events.map(curveOf), ORDERS), toNumberDown(delta)),
  }),
  delta: (events, epsilon) => ({
    lower: 0,
    upper: renyiDelta(addCurves(events.map(curveOf), ORDERS), toNumberDown(epsilon)),
  }),
};

/** What a rounding error may take off a divergence. */
const OUTWARD = 1 + 1e-12;

function curveOf<A extends Adjacency>(event: PrivacyEvent<A>): RenyiCurve {
  const at = divergenceOf(event);
  return { orders: ORDERS, divergences: ORDERS.map((order) => at(order) * OUTWARD) };
}

function divergenceOf<A extends Adjacency>(event: PrivacyEvent<A>): (order: number) => number {
  const square = gaussianSquareOf(event);
  if (square !== null) return (order) => gaussianDivergence(Math.sqrt(square), order);
  if (event.kind === 'zero-concentrated') return (order) => order * toNumberUp(event.rho);
  if (event.kind === 'discrete-gaussian')
    return (order) => (order * toNumberUp(event.l2Squared)) / (2 * toNumberDown(event.variance));
  if (event.kind === 'laplace')
    return (order) => laplaceDivergence(toNumberDown(event.noiseMultiplier), order);
  if (
    event.kind === 'training-steps' &&
    event.sampling.kind === 'poisson' &&
    event.adjacency === 'add-remove'
  ) {
    const rate = toNumberUp(event.sampling.rate);
    checkWitness(event.sampling.witness, rate, event.steps);
    return (order) =>
      event.steps * sampledGaussianDivergence(rate, toNumberDown(event.noiseMultiplier), order);
  }
  if (event.kind === 'randomised-response') {
    // A truth that is 1, or rounds to it, tells an answer that nobody else gives.
    const { atoms, infinite } = randomisedResponsePair(toNumberUp(event.truth), event.categories);
    return (order) => (infinite > 0 ? Infinity : atomsDivergence(atoms, order));
  }
  const epsilon = pureEpsilonOf(event);
  if (epsilon !== null) return (order) => pureDivergence(toNumberUp(epsilon), order);
  throw new PrivacyError(
    'cannot_account',
    `A release of kind ${event.kind} has no Rényi bound here. Use the loss accountant.`,
  );
}
