import type { Adjacency, Under } from '../units/adjacency.ts';
import type { Delta, Epsilon, Rho, SamplingRate } from '../units/parameters.ts';
import type { Rational } from '../units/rational.ts';
import { requireEvent } from './require-event.ts';

// What was released, apart from what it costs: events are frozen facts, accountants price them. An accountant that has no proof for an
// event says so (`cannot_account`); it never guesses.

/** How the batches of a training run were really drawn. Only Poisson sampling is amplified. */
export type BatchSampling =
  | Readonly<{ kind: 'poisson'; rate: SamplingRate; witness: SamplingWitness }>
  | Readonly<{ kind: 'shuffled' | 'fixed-order'; epochs: number }>
  /** A Poisson sample of which at most `batchMax` of the `units` are kept, at random (Ganesh et al. 2025). */
  | Readonly<{ kind: 'truncated-poisson'; rate: SamplingRate; units: number; batchMax: number }>;

/** Sizes of the batches that were drawn. A Poisson sample has batches of varying size; a loader that gives equal ones did not draw it. */
export type SamplingWitness = Readonly<{ units: number; batchSizes: readonly number[] }>;

/** What was released, whatever its adjacency. */
export type EventShape =
  /** Standard deviation over l2 sensitivity. */
  | { readonly kind: 'gaussian'; readonly noiseMultiplier: Rational }
  /** On integers: both in steps of the grid. `dimensions` answers, each of its own noise, with `l2` over all of them. */
  | {
      readonly kind: 'discrete-gaussian';
      readonly variance: Rational;
      readonly l2Squared: Rational;
      readonly dimensions: number;
    }
  /** Scale over l1 sensitivity. */
  | { readonly kind: 'laplace'; readonly noiseMultiplier: Rational }
  /** On integers: scale and l1 in steps of the grid. */
  | { readonly kind: 'discrete-laplace'; readonly scale: Rational; readonly l1: Rational }
  /** The true one of `categories` answers with `truth`, else another one, all alike. */
  | { readonly kind: 'randomised-response'; readonly truth: Rational; readonly categories: number }
  | { readonly kind: 'pure'; readonly epsilon: Epsilon }
  | { readonly kind: 'approximate'; readonly epsilon: Epsilon; readonly delta: Delta }
  | { readonly kind: 'zero-concentrated'; readonly rho: Rho }
  /** Noise of that deviation on a sum to which the unit adds `shifts[i]` with probability `weights[i]`; weights sum to 1. */
  | {
      readonly kind: 'gaussian-mixture';
      readonly deviation: Rational;
      readonly shifts: readonly Rational[];
      readonly weights: readonly Rational[];
    }
  /** Standard deviation over the norm that one unit's contribution to a step is clipped to. */
  | {
      readonly kind: 'training-steps';
      readonly noiseMultiplier: Rational;
      readonly steps: number;
      readonly sampling: BatchSampling;
    }
  /**
   * Running sums by a binary tree with noise in every node (Kairouz et al. 2021), begun anew with every pass over the data. A unit takes
   * part in one step of a pass. Standard deviation over the norm that its contribution is clipped to.
   */
  | {
      readonly kind: 'tree-steps';
      readonly noiseMultiplier: Rational;
      readonly stepsOfPass: number;
      readonly passes: number;
    };

/** One release. Frozen. */
export type PrivacyEvent<A extends Adjacency> = Readonly<EventShape> & Under<A>;

/** What several releases on the same data were, in order. */
export type PrivacyEvents<A extends Adjacency> = readonly PrivacyEvent<A>[];

/**
 * @returns the event under the adjacency that is named, a copy that is frozen with all that it holds
 * @throws PrivacyError `bad_parameter` for another adjacency; `out_of_range` where it can not have been; `cannot_account` where its kind is
 *   not defined under the adjacency
 */
export function privacyEvent<A extends Adjacency>(
  adjacency: A,
  shape: Readonly<EventShape>,
): PrivacyEvent<A> {
  requireEvent(adjacency, shape);
  return frozenCopy({ ...shape, adjacency });
}

function frozenCopy<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  const copy = Array.isArray(value)
    ? value.map(frozenCopy)
    : Object.fromEntries(Object.entries(value).map(([name, each]) => [name, frozenCopy(each)]));
  return Object.freeze(copy) as T;
}
