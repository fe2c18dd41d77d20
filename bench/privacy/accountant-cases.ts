import {
  type Counted,
  gaussianMixturePair,
  laplacePair,
  type LossPair,
  mixPairs,
  replacedGaussianPair,
} from '@portcullis/privacy';

/** One release in both languages: what dp_accounting builds it from, and the pair that it is here. */
type Release = {
  readonly event: readonly (string | number | readonly number[])[];
  readonly count: number;
  readonly pair: LossPair;
};

export type AccountantCase = {
  /** Of the list of published figures. */
  readonly group: number;
  readonly name: string;
  readonly releases: readonly Release[];
  /** Asks for epsilon at that delta, or for delta at that epsilon. */
  readonly asked: { readonly delta: number } | { readonly epsilon: number };
  /** Of theirs, where their default of 1e-4 takes more than 100 s. */
  readonly grid?: number;
};

export function countedPairs({ releases }: AccountantCase): Counted[] {
  return releases.map(({ pair, count }) => ({ pair, count }));
}

function sampled(noise: number, rate: number, count: number): Release {
  return {
    event: ['sampled-gaussian', noise, rate],
    count,
    pair: gaussianMixturePair(noise, [0, 1], [1 - rate, rate]),
  };
}

function laplace(scale: number, rate: number, count: number): Release {
  return { event: ['sampled-laplace', scale, rate], count, pair: laplacePair(scale, rate) };
}

function mixture(noise: number, shifts: number[], weights: number[], count: number): Release {
  return {
    event: ['mixture', noise, shifts, weights],
    count,
    pair: gaussianMixturePair(noise, shifts, weights),
  };
}

/** Samples at 1/2 of `units` records cut to two: `cut` is the chance of it, `kept` the unit's chance to be in then. */
function truncated(units: number, cut: number, kept: number, count: number): Release {
  const pair = mixPairs(gaussianMixturePair(1, [0, 1], [0.5, 0.5]), replacedGaussianPair(1, 2, kept), cut);
  return { event: ['truncated', units, 0.5, 2, 1], count, pair };
}

function dpSgd(group: number, noise: number, rate: number, count: number, delta: number): AccountantCase {
  return {
    group,
    name: `σ ${noise}, rate ${Number(rate.toPrecision(3))}, ${count} steps`,
    releases: [sampled(noise, rate, count)],
    asked: { delta },
  };
}

export const ACCOUNTANT_CASES: readonly AccountantCase[] = [
  {
    group: 3,
    name: 'Gaussian √3, 3 times',
    releases: [
      { event: ['gaussian', Math.sqrt(3)], count: 3, pair: gaussianMixturePair(Math.sqrt(3), [1], [1]) },
    ],
    asked: { epsilon: 1 },
  },
  { group: 4, name: 'σ 0.5, rate 0.2, 3 steps', releases: [sampled(0.5, 0.2, 3)], asked: { epsilon: 1 } },
  { group: 5, name: 'sampled Laplace, 3 times', releases: [laplace(0.5, 0.2, 3)], asked: { delta: 1e-14 } },
  {
    group: 6,
    name: 'mixtures of Gaussians, 5 times',
    releases: [mixture(1, [0, 1, 2], [0.2, 0.6, 0.2], 3), mixture(2, [0, 2, 3], [0.33, 0.34, 0.33], 2)],
    asked: { delta: 1e-6 },
    grid: 1e-3,
  },
  {
    group: 6,
    name: 'cut samples, 5 times',
    releases: [truncated(4, 1 / 2, 5 / 16, 3), truncated(3, 1 / 4, 1 / 3, 2)],
    asked: { delta: 1e-6 },
    grid: 1e-3,
  },
  { group: 8, name: 'Laplace 13.6, 20 times', releases: [laplace(13.6, 1, 20)], asked: { delta: 1e-4 } },
  { group: 8, name: 'Laplace 71, 500 times', releases: [laplace(71, 1, 500)], asked: { delta: 1e-4 } },
  dpSgd(8, 0.67379294682, 0.01, 1, 1e-5),
  dpSgd(16, 0.8, 0.001, 1000, 1e-6),
  dpSgd(16, 2, 0.05, 1000, 1e-6),
  dpSgd(16, 3, 0.001, 50_000, 1e-6),
  dpSgd(16, 1.5, 0.05, 20_000, 1e-6),
  dpSgd(17, 3, 0.1, 512, 1e-6),
  dpSgd(18, 1.12, 256 / 60_000, 14_063, 1e-5),
  dpSgd(18, 0.6, 256 / 60_000, 7031, 1e-5),
  dpSgd(18, 1.2, 256 / 60_000, 2344, 1e-5),
];
