import { PrivacyError } from '../../privacy-error.ts';
import type { Interval } from '../interval.ts';
import { boundTail, roughLaw, type TailBounds } from './bound-tail.ts';
import { type Counted, cumulants } from './cumulant.ts';
import { chooseStep } from './grid-plan.ts';
import { reversePair } from './loss-pair.ts';
import { deltaAt, epsilonAt } from './tail-profile.ts';
import { type Tilt, tiltForDelta, tiltForEpsilon } from './tilt.ts';

export type Accuracy = {
  /** (upper − lower) / upper that must be reached. */
  readonly gap: number;
  /** Points of the largest grid; a power of two. */
  readonly sizeMax: number;
};

export const ACCURACY: Accuracy = { gap: 1e-3, sizeMax: 2 ** 22 };

/** Deltas below are not told apart from rounding. */
const DELTA_MIN = 1e-280;
/** What is promised of a delta that an estimate puts below. */
const DELTA_FAR = 1e-200;
/** Epsilons below have to be as close as this one, and not closer. */
const EPSILON_SMALL = 1e-3;
const ROUNDS = 12;
/** Rounds after which a new aim may be taken. */
const AGAIN = 6;
/** Part of the gap that the first step aims at. */
const AIM = 0.7;
/** Gap of a first round that only has to find the place. */
const ROUGH = 0.03;
/** Part of the gap that may be lost to what lies outside the window. */
const PRECISION = 1e-3;

/** Bounds of the least epsilon at that delta, of pairs composed in both directions. @throws PrivacyError `below_floor`, `gap_not_met` */
export function epsilonInterval(
  terms: readonly Counted[],
  delta: number,
  accuracy: Accuracy = ACCURACY,
): Interval {
  const infinite = infiniteMass(terms);
  if (delta <= infinite) {
    const pure = delta === 0 && infinite === 0 ? greatestLoss(terms) : Infinity;
    return { lower: pure, upper: pure };
  }
  const finite = delta - infinite;
  if (finite < DELTA_MIN) throw belowFloor();
  const precision = accuracy.gap * PRECISION;
  return overDirections(terms, (direction, enough) => {
    const most = highestSum(direction);
    if (most <= enough) return { lower: 0, upper: most };
    const points = roughLaw(direction, finite);
    const search: Search = {
      floor: accuracy.gap * EPSILON_SMALL,
      begin: () => ({ tilt: tiltForDelta(points, finite, precision), delta: finite }),
      again: ({ upper }, aim) =>
        isFar(aim.tilt, upper)
          ? { tilt: tiltForEpsilon(points, upper, finite, precision), delta: finite }
          : aim,
      // The pessimistic grid adds θ(θ + 1)h²/12 to each cumulant and the optimistic one takes off half of it; over θ that is epsilon.
      stepFor: ({ theta, centre }, gap) =>
        Math.sqrt((8 * gap * Math.max(centre, 1e-3)) / (moved(direction) * (theta + 1))),
      read: ({ upper, lower, shift }) => ({
        lower: Math.max(0, epsilonAt(lower, delta) - shift),
        upper: Math.min(most, Math.max(0, epsilonAt(upper, delta) + shift)),
      }),
    };
    return refine(direction, search, accuracy, enough);
  });
}

/** Bounds of the least delta at that epsilon. @throws PrivacyError `below_floor`, `gap_not_met` */
export function deltaInterval(
  terms: readonly Counted[],
  epsilon: number,
  accuracy: Accuracy = ACCURACY,
): Interval {
  const infinite = infiniteMass(terms);
  const precision = accuracy.gap * PRECISION;
  const found = overDirections(terms, (direction, enough) => {
    if (epsilon >= highestSum(direction)) return { lower: infinite, upper: infinite };
    const rough = roughDelta(direction, epsilon);
    if (rough === null) return { lower: infinite, upper: infinite + DELTA_FAR };
    const aimAt = (delta: number): Aim => ({
      tilt: tiltForEpsilon(roughLaw(direction, delta), epsilon, delta, precision),
      delta,
    });
    const search: Search = {
      floor: 0,
      begin: () => aimAt(rough),
      // Losses are followed as far out as an estimate of delta told; where it was much too high, further.
      again: ({ upper }, aim) =>
        upper - infinite < aim.delta / 8 ? aimAt(Math.max(DELTA_MIN, upper - infinite)) : aim,
      stepFor: ({ theta }, gap) => Math.sqrt((8 * gap) / (moved(direction) * (theta + 1) * theta)),
      read: ({ upper, lower, shift }) => ({
        lower: deltaAt(lower, epsilon + shift),
        upper: deltaAt(upper, Math.max(0, epsilon - shift)),
      }),
    };
    return refine(direction, search, accuracy, enough);
  });
  if (found.lower === 0 && found.upper > 0 && found.upper <= DELTA_FAR) throw belowFloor();
  return found;
}

/** Whether a tilt was chosen for another place than the one that was found. */
function isFar({ place, deviation }: Tilt, found: number): boolean {
  return Math.abs(found - place) > deviation / 2;
}

/** About the delta at an epsilon, mostly too high: how far out losses count depends on it, and it on them. Null below the floor. */
function roughDelta(terms: readonly Counted[], epsilon: number): number | null {
  let delta = 1e-12;
  for (;;) {
    const points = roughLaw(terms, delta);
    const { theta } = tiltForEpsilon(points, epsilon, delta, 1);
    const estimate = Math.exp(cumulants(points, theta).log - theta * epsilon) / (1 + theta) ** 2;
    if (estimate >= delta * 1e-2) return estimate;
    if (!(delta > DELTA_MIN)) return null;
    delta = Math.max(DELTA_MIN, estimate, delta * delta);
  }
}

/** Where a round looks. */
type Aim = { readonly tilt: Tilt; readonly delta: number };

type Search = {
  /** A width that is always close enough. */
  readonly floor: number;
  begin(): Aim;
  /** A better aim, where bounds of the answer are known. */
  again(found: Interval, aim: Aim): Aim;
  /** The step that gives about that gap. */
  stepFor(tilt: Tilt, gap: number): number;
  read(bounds: TailBounds): Interval;
};

/** The greater of both directions: a record added, a record removed. */
function overDirections(
  terms: readonly Counted[],
  bound: (terms: readonly Counted[], enough: number) => Interval,
): Interval {
  if (terms.every(({ pair }) => pair.symmetric)) return bound(terms, -Infinity);
  const reversed = terms.map(({ pair, count: times }) => ({ pair: reversePair(pair), count: times }));
  // The direction that may lose more first, as the other one mostly turns out to matter less.
  const directions = highestSum(terms) >= highestSum(reversed) ? [terms, reversed] : [reversed, terms];
  const [first, second] = directions as [readonly Counted[], readonly Counted[]];
  const most = bound(first, -Infinity);
  const other = bound(second, most.lower);
  return { lower: Math.max(most.lower, other.lower), upper: Math.max(most.upper, other.upper) };
}

/** Takes smaller steps until the gap is met, or until the upper bound is not above `enough`. */
function refine(
  terms: readonly Counted[],
  search: Search,
  { gap, sizeMax }: Accuracy,
  enough: number,
): Interval {
  let aim = search.begin();
  // Rough at first where that is likely to do, or to show where to look.
  let wanted =
    search.stepFor(aim.tilt, aim.tilt.weakened ? Math.max(gap, ROUGH) : gap * AIM) * (enough > 0 ? 4 : 1);
  let best: Interval = { lower: 0, upper: Infinity };
  for (let round = 0; round < ROUNDS; round += 1) {
    const step = chooseStep(terms, wanted);
    const bounds = boundTail(terms, aim.tilt, step, aim.delta, sizeMax);
    if (bounds === null) break;
    const found = search.read(bounds);
    best = { lower: Math.max(best.lower, found.lower), upper: Math.min(best.upper, found.upper) };
    const width = best.upper - best.lower;
    if (width <= Math.max(gap * best.upper, search.floor) || best.upper <= enough) return best;
    const last = aim;
    if (Number.isFinite(best.upper) && round < AGAIN) aim = search.again(best, aim);
    const known = last === aim && Number.isFinite(width);
    wanted = known
      ? step * Math.min(0.7, Math.max(1 / 16, Math.sqrt((AIM * gap * best.upper) / width)))
      : search.stepFor(aim.tilt, Math.max(gap * AIM, ROUGH));
  }
  throw new PrivacyError(
    'gap_not_met',
    `The bounds reached are ${best.lower} and ${best.upper}. Ask for a wider gap, or allow a larger grid.`,
  );
}

/** Of both directions; what is paid where delta is 0. */
function greatestLoss(terms: readonly Counted[]): number {
  return Math.max(
    highestSum(terms),
    highestSum(terms.map((term) => ({ ...term, pair: reversePair(term.pair) }))),
  );
}

/** Chance that any of the losses is infinite. */
function infiniteMass(terms: readonly Counted[]): number {
  return -Math.expm1(
    terms.reduce((sum, term) => sum + term.count * Math.log1p(-Math.min(1, term.pair.infinite)), 0),
  );
}

function belowFloor(): PrivacyError {
  return new PrivacyError(
    'below_floor',
    `Delta is below ${DELTA_MIN}, where doubles end. Ask for a larger delta, or for delta 0.`,
  );
}

/** How many releases are moved on a grid: atoms lie on it mostly, and are not. */
function moved(terms: readonly Counted[]): number {
  return terms.reduce((sum, { pair, count }) => {
    const still = pair.continuous ? pair.atoms.masses.reduce((total, mass) => total + mass, 0) : 0;
    return sum + count * Math.max(1e-3, 1 - still);
  }, 0);
}

/** The greatest loss that there can be. */
function highestSum(terms: readonly Counted[]): number {
  return terms.reduce((total, term) => total + term.count * term.pair.highest, 0);
}
