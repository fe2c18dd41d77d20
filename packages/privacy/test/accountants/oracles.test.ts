import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { gaussianDelta, gaussianEpsilon, gaussianNoise } from '../../src/accountants/gaussian-profile.ts';
import type { Interval } from '../../src/accountants/interval.ts';
import { optimalComposition } from '../../src/accountants/optimal-composition.ts';
import {
  approximatePair,
  discreteGaussianPair,
  randomisedResponsePair,
} from '../../src/accountants/pld/atom-pairs.ts';
import { deltaInterval, epsilonInterval } from '../../src/accountants/pld/bound-composition.ts';
import type { Counted } from '../../src/accountants/pld/cumulant.ts';
import { gaussianMixturePair, replacedGaussianPair } from '../../src/accountants/pld/gaussian-pairs.ts';
import { laplacePair } from '../../src/accountants/pld/laplace-pair.ts';
import { type LossPair, mixPairs } from '../../src/accountants/pld/loss-pair.ts';
import { pessimisticGrid } from '../../src/accountants/pld/pessimistic.ts';
import {
  ORDERS,
  type RenyiCurve,
  renyiDelta,
  renyiEpsilon,
  renyiEpsilonMironov,
} from '../../src/accountants/renyi.ts';
import { gaussianDivergence, sampledGaussianDivergence } from '../../src/accountants/renyi-divergences.ts';
import {
  zeroConcentratedDelta,
  zeroConcentratedEpsilon,
  zeroConcentratedRho,
} from '../../src/accountants/zero-concentrated.ts';

// Figures that other libraries publish in their tests and tables, by number of the project's list of them. Tolerances are the publishers'.

const close = (actual: number, expected: number, tolerance: number): void =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not within ${tolerance} of ${expected}`);

/** Both bounds are that near, so that the true value is. */
function bothClose({ lower, upper }: Interval, expected: number, tolerance: number): void {
  assert.ok(lower <= upper, `${lower} is above ${upper}`);
  close(lower, expected, tolerance);
  close(upper, expected, tolerance);
}

const sampled = (noise: number, rate: number): LossPair =>
  gaussianMixturePair(noise, [0, 1], [1 - rate, rate]);
const times = (pair: LossPair, count: number): Counted => ({ pair, count });
const fine = { gap: 1e-4, sizeMax: 2 ** 22 };
const curve = (orders: readonly number[], at: (order: number) => number): RenyiCurve => ({
  orders,
  divergences: orders.map(at),
});

suite('Gaussian noise, exactly', () => {
  test('1: google/differential-privacy go/noise/gaussian_noise_test.go', () => {
    bothClose(gaussianDelta(0.1, 0.1), 0.00875176814581, 1e-10);
    bothClose(gaussianDelta(0.5, Math.log(3)), 0.004159742234000802, 1e-10);
    bothClose(gaussianDelta(2, 0), 0.6826894921370859, 1e-10);
  });

  test('2: dp_accounting gaussian_mechanism', () => {
    bothClose(gaussianEpsilon(1, 1e-5), 4.377178095681, 1e-11);
    bothClose(gaussianNoise(1, 1e-5), 3.7306316348, 1e-10);
    bothClose(gaussianNoise(1, 1e-6), 4.2246788893, 1e-10);
  });

  test('13: a tree of 1,600 steps at 1e-6 costs less than the Rényi figures', () => {
    // A unit is in at most ⌈log2(1601)⌉ = 11 nodes.
    const epsilon = (noise: number): number => gaussianEpsilon(Math.sqrt(11) / noise, 1e-6).upper;
    assert.ok(epsilon(1.13) < 19.74);
    assert.ok(epsilon(8.83) < 2.04);
    const renyi = (noise: number): number =>
      renyiEpsilon(
        curve(ORDERS, (order) => 11 * gaussianDivergence(1 / noise, order)),
        1e-6,
      );
    assert.ok(epsilon(1.13) < renyi(1.13) && renyi(1.13) < 19.74);
    assert.ok(epsilon(8.83) < renyi(8.83) && renyi(8.83) < 2.04);
  });
});

suite('privacy-loss distributions', () => {
  test('3: Gaussian noise of √3, three times', () => {
    const terms = [times(gaussianMixturePair(Math.sqrt(3), [1], [1]), 3)];
    bothClose(deltaInterval(terms, 1), 0.126936, 1e-3);
    bothClose(epsilonInterval(terms, 0.126936), 1, 1e-3);
    bothClose(deltaInterval(terms, 1, fine), gaussianDelta(1, 1).upper, 2e-5);
  });

  test('4: Poisson samples at .2 with noise .5, three times', () => {
    bothClose(deltaInterval([times(sampled(0.5, 0.2), 3)], 1), 0.15594, 1e-3);
    bothClose(epsilonInterval([times(sampled(0.5, 0.2), 1), times(sampled(0.5, 0.2), 2)], 0.15594), 1, 1e-3);
  });

  test('5: Poisson samples with Laplace noise, at a delta of 1e-14', () => {
    bothClose(epsilonInterval([times(laplacePair(0.5, 0.2), 3)], 1e-14), 2.46964, 1e-3);
  });

  test('6: mixtures of Gaussians, and samples that are cut', () => {
    const tight = { gap: 4e-8, sizeMax: 2 ** 22 };
    const mixtures = [
      times(gaussianMixturePair(1, [0, 1, 2], [0.2, 0.6, 0.2]), 3),
      times(gaussianMixturePair(2, [0, 2, 3], [0.33, 0.34, 0.33]), 2),
    ];
    bothClose(epsilonInterval(mixtures, 1e-6, tight), 17.193115, 1e-6);
    // Of four records two are kept: cut with probability 1/2, and then the unit is in with 5/16; of three, 1/4 and 1/3.
    const cut = (probability: number, kept: number): LossPair =>
      mixPairs(sampled(1, 0.5), replacedGaussianPair(1, 2, kept), probability);
    const epsilon = epsilonInterval([times(cut(1 / 2, 5 / 16), 3), times(cut(1 / 4, 1 / 3), 2)], 1e-6, tight);
    bothClose(epsilon, 17.90433, 1e-6);
  });

  test('7: (1, .1) and (2, .2) are (3, .28)', () => {
    bothClose(
      deltaInterval([times(approximatePair(1, 0.1), 1), times(approximatePair(2, 0.2), 1)], 3),
      0.28,
      1e-15,
    );
  });

  test('8: noise for an epsilon', () => {
    const laplace = (scale: number, count: number): Interval =>
      epsilonInterval([times(laplacePair(scale, 1), count)], 1e-4);
    assert.ok(laplace(13.5, 20).lower > 1 && laplace(13.7, 20).upper < 1);
    assert.ok(laplace(70.9, 500).lower > 1 && laplace(71.1, 500).upper < 1);
    bothClose(
      epsilonInterval([times(sampled(0.67379294682, 0.01), 1)], 1e-5, { ...fine, gap: 1e-7 }),
      1,
      1e-6,
    );
  });

  test('9: the optimal composition of thirty, and the tighter answer between its epsilons', () => {
    assert.equal(optimalComposition(1, 0.001, 30, 0.06), 22);
    assert.equal(optimalComposition(1, 0.001, 30, 0.1), 20);
    assert.equal(optimalComposition(1, 0, 30, 0), 30);
    assert.equal(optimalComposition(1, 0.01, 30, 0.26), null);
    // 22 and 20 are the theorem's epsilons next above; the curve is between them: δ(22) = .0492 and δ(20) = .0948.
    const terms = [times(approximatePair(1, 0.001), 30)];
    bothClose(epsilonInterval(terms, 0.06), 21.7096126, 1e-5);
    bothClose(epsilonInterval(terms, 0.1), 19.8173794, 1e-5);
    assert.ok(deltaInterval(terms, 22).upper <= 0.06 && deltaInterval(terms, 20).lower > 0.06);
  });

  test('10: connecting the dots of Laplace noise on a grid of 1', () => {
    const { masses } = pessimisticGrid(laplacePair(1, 1), -1, 1, 2);
    [0.22898999, 0.14855068, 0.62245933].forEach((expected, i) => close(masses[i]!, expected, 1e-8));
  });

  test('15: opacus, (1.5, .04) 2,249 times: published .01 above the truth', () => {
    const { lower, upper } = epsilonInterval([times(sampled(1.5, 0.04), 2249)], 1e-5);
    assert.ok(lower >= 6.777395712 - 0.0202 && upper <= 6.777395712, `${lower} to ${upper}`);
  });

  for (const [noise, rate, count, published] of [
    [0.8, 0.001, 1000, 0.477771266],
    [2, 0.05, 1000, 4.172799867],
    [3, 0.001, 50000, 0.309694161],
    [1.5, 0.05, 20000, 38.30661794],
  ] as const) {
    test(`16: opacus, (${noise}, ${rate}) ${count} times at 1e-6`, () => {
      const { lower, upper } = epsilonInterval([times(sampled(noise, rate), count)], 1e-6, fine);
      assert.ok(lower >= published - 0.0202 && upper <= published, `${lower} to ${upper}`);
    });
  }

  test('17: jax_privacy, rate .1, 512 times at 1e-6', () => {
    bothClose(epsilonInterval([times(sampled(3, 0.1), 512)], 1e-6), 3.77, 5e-3);
    assert.ok(epsilonInterval([times(sampled(9.655, 0.1), 512)], 1e-6, fine).lower > 1);
    assert.ok(epsilonInterval([times(sampled(9.665, 0.1), 512)], 1e-6, fine).upper < 1);
  });

  test('18: the distribution beats both Rényi conversions', () => {
    bothClose(epsilonInterval([times(sampled(1.12, 256 / 60000), 14063)], 1e-5, fine), 2.31, 5e-4);
  });

  test('20: the discrete Gaussian distribution', () => {
    bothClose(
      deltaInterval([times(discreteGaussianPair(1, 1), 1)], 1, { ...fine, gap: 1e-9 }),
      0.14135133940562192,
      1e-10,
    );
    close(zeroConcentratedRho(1, 1e-6), 0.0243559703595, 1e-12);
  });

  test('25: randomised response of .51 twice', () => {
    bothClose(epsilonInterval([times(randomisedResponsePair(0.51, 2), 2)], 0), 0.08001066922739841, 1e-15);
  });
});

suite('Rényi and zero-concentrated privacy', () => {
  test('11: Poisson samples at five orders', () => {
    const at = (order: number): number => 50 * sampledGaussianDivergence(0.01, 2.5, order);
    close(at(2.5) / 1.0854871e-3, 1, 1e-4);
    close(at(5) / 2.18075656e-3, 1, 1e-4);
    close(at(50) / 2.38460375e-2, 1, 1e-4);
    close(at(100) / 167.416308, 1, 1e-4);
    // At 1.5 the published figure takes all terms of an alternating series as positive, and is 3 % above the integral that it stands for.
    assert.ok(at(1.5) < 6.70579741e-4);
    close(at(1.5) / (50 * divergenceByIntegral(0.01, 2.5, 1.5)), 1, 1e-7);
  });

  test('12: conversion to approximate privacy', () => {
    const flat = curve(
      Array.from({ length: 31 }, (_, i) => i + 2),
      () => 1.1,
    );
    close(renyiEpsilon(flat, 1e-5), 1.32783806176, 1e-10);
    close(renyiDelta(flat, 1.32783806176), 1e-5, 1e-12);
    const orders = Array.from({ length: 98_999 }, (_, i) => (1001 + i) / 1000);
    const gaussian = curve(orders, (order) => gaussianDivergence(1 / 4.530877117, order));
    close(renyiEpsilon(gaussian, 1e-6), 1, 1e-7);
  });

  test('14: opacus, (1.5, .04) 2,250 times', () => {
    const sums = curve(ORDERS, (order) => 2250 * sampledGaussianDivergence(0.04, 1.5, order));
    close(renyiEpsilon(sums, 1e-5), 7.32911117143, 1e-9);
  });

  test('18: the tutorial of tensorflow/privacy, with the conversion of its time', () => {
    const sums = (noise: number, steps: number, orders: readonly number[]): RenyiCurve =>
      curve(orders, (order) => steps * sampledGaussianDivergence(256 / 60000, noise, order));
    // Of an epoch's 60,000 records it takes whole batches, 234 of them. At orders of tenths alone the second is 9.747.
    const orders = Array.from({ length: 300 }, (_, i) => 1.5 + i / 100).concat(
      ORDERS.filter((order) => order >= 4.5),
    );
    for (const [noise, epochs, published] of [
      [1.12, 60, 2.92],
      [0.6, 30, 9.74],
      [1.2, 10, 1.2],
    ] as const)
      close(renyiEpsilonMironov(sums(noise, 234 * epochs, orders), 1e-5), published, 5e-3);
    close(renyiEpsilon(sums(1.12, 14_062, ORDERS), 1e-5), 2.519, 1e-3);
  });

  test('19: zero-concentrated to approximate privacy', () => {
    close(zeroConcentratedEpsilon(1 / 32, 1e-3).upper, 0.6880024554878086, 1e-12);
    close(zeroConcentratedDelta(0.5, 0).upper, 0.5588356393474351, 1e-12);
    close(zeroConcentratedDelta(0.05, 0.25).upper, 8.17727531036956e-2, 1e-12);
  });
});

/** ln E[(1 − q + q exp((2x − 1)/2σ²))^order] / (order − 1) over N(0, σ²), by the trapezium rule, which is exact to rounding here. */
function divergenceByIntegral(rate: number, noise: number, order: number): number {
  const step = 0.01;
  let excess = 0;
  for (let x = -40; x <= 40; x += step) {
    const density = Math.exp((-x * x) / (2 * noise * noise)) / (noise * Math.sqrt(2 * Math.PI));
    excess +=
      step * density * Math.expm1(order * Math.log1p(rate * Math.expm1((2 * x - 1) / (2 * noise * noise))));
  }
  return Math.log1p(excess) / (order - 1);
}
