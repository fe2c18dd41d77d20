import { type Cumulants, cumulants, type Points } from './cumulant.ts';

// Under P a loss near the epsilon that is asked for is rare, and a transform in doubles is blind below 1e-16 of its largest value. Tilting
// every factor by exp(theta · loss) moves the centre of the sum there and is undone afterwards, so that a delta is exact relative to itself
// however small it is (Keich 2005 for sums on a lattice; Alghamdi et al. 2023 for privacy losses).

export type Tilt = {
  readonly theta: number;
  /** The epsilon that it is for. */
  readonly place: number;
  /** Mean and standard deviation of the sum of losses under the tilt. */
  readonly centre: number;
  readonly deviation: number;
  /** −ln of the tilted mass that may lie outside a window to each side, and the exponents by which Chernoff's bound finds its ends. */
  readonly spare: number;
  readonly above: number;
  readonly below: number;
  /** About how wide the window is. */
  readonly width: number;
  /** Whether it is weaker than the one that is centred on the place; then the place is not well known either. */
  readonly weakened: boolean;
};

// In inverse standard deviations of the sum. Beyond the largest, all weight is on the greatest possible loss anyway.
const THETA_MIN = 1e-3;
const THETA_MAX = 1e3;
/** theta times the step of a lattice. */
const STEEPEST = 20;

/** The tilt whose centre is where the finite losses alone give about that delta. @param precision relative, of delta */
export function tiltForDelta(points: readonly Points[], delta: number, precision: number): Tilt {
  const target = Math.log(delta);
  const theta = search(points, (tilt, { log, mean, variance }) => {
    // Saddle point estimate of ln delta at epsilon = mean; without the last term where the losses have no spread left.
    const spread = Math.max(1, 2 * Math.PI * variance * tilt * tilt);
    return log - tilt * mean - Math.log1p(tilt) - 0.5 * Math.log(spread) - target;
  });
  return narrowest(points, theta, cumulants(points, theta).mean, delta, precision);
}

/** The tilt whose centre is that epsilon, or the nearest that can be had. */
export function tiltForEpsilon(
  points: readonly Points[],
  epsilon: number,
  delta: number,
  precision: number,
): Tilt {
  const theta = search(points, (_, { mean }) => epsilon - mean);
  return narrowest(points, theta, epsilon, delta, precision);
}

/**
 * Of a tilt and some weaker ones that too are exact enough, the one with the narrowest window. Where few large losses decide, a strong tilt
 * makes all sums of several of them likely, and its window is many times as wide.
 */
function narrowest(
  points: readonly Points[],
  theta: number,
  epsilon: number,
  delta: number,
  precision: number,
): Tilt {
  const [strong, ...weaker] = [1, 0.8, 0.6, 0.45, 0.3].map((part) =>
    windowed(points, part * theta, epsilon, delta, precision),
  );
  return weaker
    .filter((tilt) => roundingOf(points, tilt, delta) < 100 * precision)
    .reduce(
      (best, next) => (next.width < best.width / 1.3 ? { ...next, weakened: true } : best),
      strong as Tilt,
    );
}

/** About the relative error of delta that a transform's rounding makes: 2e-15 of each factor's norm, seen through the tilt's weights. */
function roundingOf(points: readonly Points[], { theta, place }: Tilt, delta: number): number {
  const scale = Math.exp(cumulants(points, theta).log - theta * place) / delta;
  const count = points.reduce((sum, point) => sum + point.count, 0);
  return scale * count * 2e-15 * Math.hypot(peak(theta), Math.sqrt(1 / (4 * theta ** 3 * STEP)));
}

/** A step such as most answers take. */
const STEP = 1e-4;

/** Zero of a function that falls with theta, by halving ln theta. */
function search(points: readonly Points[], value: (theta: number, at: Cumulants) => number): number {
  const unit = 1 / Math.max(1e-12, Math.sqrt(cumulants(points, 0).variance));
  // Between the points of a lattice a tilt has to carry a delta over a whole step, and its rounding error with it.
  const steepest = points.reduce((least, { step }) => Math.min(least, STEEPEST / step), THETA_MAX * unit);
  let [low, high] = [Math.log(Math.min(steepest, THETA_MIN * unit)), Math.log(steepest)];
  // 2^-12 of the range is 0.4 % of theta, far closer than matters.
  for (let round = 0; round < 12; round += 1) {
    const middle = (low + high) / 2;
    if (value(Math.exp(middle), cumulants(points, Math.exp(middle))) > 0) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}

/** In inverse deviations, outwards and inwards from where a normal law is held best: √(2 · spare). */
const SLOPES = [6.5, 9, 14, 22];
const SLOPES_HEAVY = [6.5, 5, 4, 3, 2, 1.4, 1, 0.7, 0.5, 0.35, 0.25, 0.12, 0.06];

function windowed(
  points: readonly Points[],
  theta: number,
  epsilon: number,
  delta: number,
  precision: number,
): Tilt {
  const { log, mean, variance } = cumulants(points, theta);
  const deviation = Math.max(Math.sqrt(variance), 0.1 / theta);
  // Mass outside counts as exp(log − theta · epsilon) · peak in delta.
  const scale = log - theta * epsilon - Math.log(delta);
  const spare = Math.max(12, scale + Math.log(peak(theta) / precision));
  const reach = (sign: number) => (slope: number) =>
    ((cumulants(points, theta + (sign * slope) / deviation).log - log + spare) / slope) * deviation;
  const [above, below] = [least(reach(1)), least(reach(-1))];
  return {
    theta,
    place: epsilon,
    centre: mean,
    deviation,
    spare,
    above: above.at / deviation,
    below: below.at / deviation,
    width: above.value + below.value,
    weakened: false,
  };
}

/** The first local minimum over the slopes in either direction. */
function least(value: (slope: number) => number): { at: number; value: number } {
  let best = { at: Number.NaN, value: Infinity };
  for (const slopes of [SLOPES, SLOPES_HEAVY]) {
    for (const at of slopes) {
      const next = value(at);
      if (next > best.value) break;
      best = { at, value: next };
    }
  }
  return best;
}

/** The largest value of exp(−theta x)(1 − exp(−x)), at exp(−x) = theta / (1 + theta). */
export function peak(theta: number): number {
  return theta <= 0 ? 1 : Math.exp(theta * Math.log(theta / (1 + theta))) / (1 + theta);
}
