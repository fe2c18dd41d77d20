import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { gaussianDelta, gaussianEpsilon } from '../../src/accountants/gaussian-profile.ts';
import type { Interval } from '../../src/accountants/interval.ts';
import { normalTail } from '../../src/accountants/normal-tail.ts';
import {
  approximatePair,
  discreteGaussianPair,
  discreteLaplacePair,
  randomisedResponsePair,
} from '../../src/accountants/pld/atom-pairs.ts';
import { deltaInterval, epsilonInterval } from '../../src/accountants/pld/bound-composition.ts';
import { gaussianMixturePair, replacedGaussianPair } from '../../src/accountants/pld/gaussian-pairs.ts';
import { laplacePair } from '../../src/accountants/pld/laplace-pair.ts';
import { PrivacyError } from '../../src/index.ts';
import { type LossPair, mixPairs, reversePair } from '../../src/accountants/pld/loss-pair.ts';
import type { LossGrid } from '../../src/accountants/pld/loss-grid.ts';
import { optimisticGrid } from '../../src/accountants/pld/optimistic.ts';
import { pessimisticGrid } from '../../src/accountants/pld/pessimistic.ts';

// Optimistic ≤ exact ≤ pessimistic, against forms that need no grid.

const RUNS = 60;
const wide = { gap: 2e-2, sizeMax: 2 ** 22 };

/** The truth may be off by its own rounding. */
function holds({ lower, upper }: Interval, truth: number, rounding = 1e-10): void {
  assert.ok(lower <= truth * (1 + rounding), `the lower bound ${lower} is above ${truth}`);
  assert.ok(upper >= truth * (1 - rounding), `the upper bound ${upper} is below ${truth}`);
}

const between = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });
/** Evenly over orders of magnitude. */
const scaled = (min: number, max: number): fc.Arbitrary<number> =>
  between(Math.log(min), Math.log(max)).map(Math.exp);
const sampled = (noise: number, rate: number): LossPair =>
  gaussianMixturePair(noise, [0, 1], [1 - rate, rate]);
const check = <T extends [unknown, ...unknown[]]>(
  ...args: [...{ [K in keyof T]: fc.Arbitrary<T[K]> }, (...values: T) => void]
): void => {
  const predicate = args.pop() as (...values: T) => void;
  fc.assert(
    fc.property(
      ...(args as unknown as [fc.Arbitrary<unknown>]),
      predicate as unknown as (value: unknown) => void,
    ),
    { numRuns: RUNS, endOnFailure: true, seed: 20261126 },
  );
};

/** δ of one sampled Gaussian release from its likelihood ratio, which is above exp(ε) beyond one point. */
function sampledDelta(noise: number, rate: number, epsilon: number): number {
  const removed = (() => {
    const x = noise * noise * Math.log((Math.expm1(epsilon) + rate) / rate) + 0.5;
    const [here, shifted] = [normalTail(x / noise), normalTail((x - 1) / noise)];
    return rate * shifted - (Math.expm1(epsilon) + rate) * here;
  })();
  const added = (() => {
    const odds = (Math.expm1(-epsilon) + rate) / rate;
    if (odds <= 0) return 0;
    const x = noise * noise * Math.log(odds) + 0.5;
    const [here, shifted] = [normalTail(-x / noise), normalTail((1 - x) / noise)];
    return here - Math.exp(epsilon) * ((1 - rate) * here + rate * shifted);
  })();
  return Math.max(removed, added);
}

suite('bounds hold the exact value', () => {
  test('Gaussian noise, composed: delta', () => {
    check<[number, number, number]>(
      scaled(0.3, 30),
      fc.integer({ min: 1, max: 300 }),
      between(0, 8),
      (noise, count, epsilon) => {
        const truth = gaussianDelta(Math.sqrt(count) / noise, epsilon);
        if (truth.lower < 1e-200) return;
        holds(
          deltaInterval([{ pair: gaussianMixturePair(noise, [1], [1]), count }], epsilon, wide),
          truth.lower,
          1e-7,
        );
      },
    );
  });

  test('Gaussian noise, composed: epsilon, also far below 5e-12', () => {
    check<[number, number, number]>(
      scaled(0.3, 30),
      fc.integer({ min: 1, max: 300 }),
      scaled(1e-40, 0.3),
      (noise, count, delta) => {
        const truth = gaussianEpsilon(Math.sqrt(count) / noise, delta);
        holds(
          epsilonInterval([{ pair: gaussianMixturePair(noise, [1], [1]), count }], delta, wide),
          truth.lower,
        );
      },
    );
  });

  test('different Gaussian noises together', () => {
    check<[number, number, number]>(scaled(0.5, 5), scaled(0.5, 5), scaled(1e-12, 0.1), (a, b, delta) => {
      const truth = gaussianEpsilon(Math.hypot(Math.sqrt(3) / a, 1 / b), delta);
      const terms = [
        { pair: gaussianMixturePair(a, [1], [1]), count: 3 },
        { pair: gaussianMixturePair(b, [1], [1]), count: 1 },
      ];
      holds(epsilonInterval(terms, delta, wide), truth.lower);
    });
  });

  test('one Poisson sample', () => {
    check<[number, number, number]>(
      scaled(0.3, 10),
      scaled(1e-3, 0.9),
      between(0.01, 3),
      (noise, rate, epsilon) => {
        const truth = sampledDelta(noise, rate, epsilon);
        if (truth < 1e-13) return;
        holds(deltaInterval([{ pair: sampled(noise, rate), count: 1 }], epsilon, wide), truth, 1e-6);
      },
    );
  });

  test('losses beyond the largest double count as infinite', () => {
    for (const noise of [0.05, 0.02, 0.01]) {
      const epsilon = 500;
      const truth = gaussianDelta(1 / noise, epsilon);
      const terms = [{ pair: gaussianMixturePair(noise, [1], [1]), count: 1 }];
      try {
        holds(deltaInterval(terms, epsilon, wide), truth.lower, 1e-6);
      } catch (error) {
        assert.ok(error instanceof PrivacyError && error.code === 'gap_not_met', String(error));
      }
    }
  });

  test('a mixture whose shifts are all above 0, in both directions', () => {
    check<[number, number]>(scaled(0.5, 3), scaled(1e-10, 0.05), (noise, delta) => {
      // At least a shift of 1, at most one of 2.
      const { lower, upper } = epsilonInterval(
        [{ pair: gaussianMixturePair(noise, [1, 2], [0.5, 0.5]), count: 2 }],
        delta,
        wide,
      );
      assert.ok(upper >= gaussianEpsilon(Math.SQRT2 / noise, delta).lower);
      assert.ok(lower <= gaussianEpsilon((2 * Math.SQRT2) / noise, delta).upper);
    });
  });

  test('one record of a sample replaced, at rate 1', () => {
    check<[number, number]>(scaled(0.5, 10), scaled(1e-12, 0.1), (noise, delta) => {
      const truth = gaussianEpsilon(2 / noise, delta);
      holds(
        epsilonInterval([{ pair: replacedGaussianPair(noise, 1, 1), count: 1 }], delta, wide),
        truth.lower,
      );
    });
  });

  test('one Laplace noise', () => {
    check<[number, number]>(scaled(0.2, 20), between(0, 0.98), (scale, part) => {
      const epsilon = part / scale;
      const truth = -Math.expm1((epsilon - 1 / scale) / 2);
      holds(deltaInterval([{ pair: laplacePair(scale, 1), count: 1 }], epsilon, wide), truth);
    });
  });

  test('randomised response, against the binomial sum', () => {
    check<[number, number, number]>(
      between(0.51, 0.95),
      fc.integer({ min: 1, max: 60 }),
      between(0, 0.95),
      (truth, count, part) => {
        const loss = Math.log(truth / (1 - truth));
        const epsilon = part * count * loss;
        let [sum, choose] = [0, 1];
        for (let hits = 0; hits <= count; hits += 1) {
          const over = (2 * hits - count) * loss - epsilon;
          if (over > 0) sum += choose * truth ** hits * (1 - truth) ** (count - hits) * -Math.expm1(-over);
          choose *= (count - hits) / (hits + 1);
        }
        holds(deltaInterval([{ pair: randomisedResponsePair(truth, 2), count }], epsilon, wide), sum);
      },
    );
  });

  test('one pure release: epsilon between the points of its lattice', () => {
    check<[number, number]>(between(0.01, 5), between(0.05, 0.99), (loss, part) => {
      // δ(ε) = (exp loss − exp ε) / (1 + exp loss), solved for ε = part · loss
      const delta = (Math.exp(loss) - Math.exp(part * loss)) / (1 + Math.exp(loss));
      holds(epsilonInterval([{ pair: approximatePair(loss, 0), count: 1 }], delta, wide), part * loss, 1e-9);
    });
  });

  test('discrete noises, against the sum over outputs', () => {
    const sum = (mass: (x: number) => number, shift: number, epsilon: number): number => {
      let [delta, total] = [0, 0];
      for (let x = -2000; x <= 2000; x += 1) {
        total += mass(x);
        delta += Math.max(0, mass(x - shift) - Math.exp(epsilon) * mass(x));
      }
      return delta / total;
    };
    check<[number, number, number]>(
      scaled(0.5, 40),
      fc.integer({ min: 1, max: 5 }),
      between(0, 1),
      (scale, shift, epsilon) => {
        const gaussian = sum((x) => Math.exp((-x * x) / (2 * scale * scale)), shift, epsilon);
        if (gaussian > 1e-9)
          holds(
            deltaInterval([{ pair: discreteGaussianPair(scale * scale, shift), count: 1 }], epsilon, wide),
            gaussian,
            1e-9,
          );
        const laplace = sum((x) => Math.exp(-Math.abs(x) / scale), shift, epsilon);
        if (laplace > 1e-9)
          holds(
            deltaInterval([{ pair: discreteLaplacePair(scale, shift), count: 1 }], epsilon, wide),
            laplace,
            1e-9,
          );
      },
    );
  });
});

suite('both grids bound the pair itself, everywhere', () => {
  const deltaOf = ({ masses, origin, step, infinite }: LossGrid, epsilon: number): number =>
    masses.reduce(
      (sum, mass, i) => sum + mass * Math.max(0, -Math.expm1(epsilon - (origin + i * step))),
      infinite,
    );
  const pairs: fc.Arbitrary<LossPair> = fc
    .tuple(scaled(0.4, 4), scaled(0.01, 0.99), fc.integer({ min: 0, max: 4 }), fc.boolean())
    .map(([noise, rate, kind, reversed]) => {
      const pair = [
        sampled(noise, rate),
        gaussianMixturePair(noise, [0, 1, 2], [1 - rate, rate / 2, rate / 2]),
        replacedGaussianPair(noise, 1, rate),
        laplacePair(noise, rate),
        mixPairs(sampled(noise, rate), replacedGaussianPair(noise, 2, rate / 2), 0.3),
      ][kind] as LossPair;
      return reversed ? reversePair(pair) : pair;
    });

  test('coarse grids lie on both sides of a fine one, at every epsilon', () => {
    check<[LossPair, number, number]>(pairs, scaled(0.02, 0.4), between(-2, 4), (pair, step, epsilon) => {
      const [from, to] = [-6, 12];
      const count = Math.ceil((to - from) / step);
      const upper = deltaOf(pessimisticGrid(pair, from, step, count), epsilon);
      const lower = deltaOf(optimisticGrid(pair, from, step, count), epsilon);
      const fineStep = step / 64;
      const above = deltaOf(pessimisticGrid(pair, from, fineStep, count * 64), epsilon);
      const below = deltaOf(optimisticGrid(pair, from, fineStep, count * 64), epsilon);
      assert.ok(lower <= above + 1e-12 && below <= upper + 1e-12, `${lower} ${below} ${above} ${upper}`);
    });
  });

  test('atoms that lie hardly beside the grid are on it, and how far they are off is said', () => {
    // All of the mass is at −1 and 1; grids that begin a billionth too low or too high.
    const pair = approximatePair(1, 0);
    const off = 1e-9;
    const upper = pessimisticGrid(pair, -1 - off, 2, 1);
    const lower = optimisticGrid(pair, -2 + off, 2, 2);
    for (const { shift, masses } of [upper, lower]) {
      assert.ok(shift >= off * (1 - 1e-6) && shift <= off * (1 + 1e-6), `${shift}`);
      assert.ok(Math.abs(masses.reduce((sum, mass) => sum + mass) - 1) < 1e-15);
    }
    for (const epsilon of [-0.9, 0, 0.9]) {
      const truth = (Math.exp(1) - Math.exp(epsilon)) / (1 + Math.exp(1));
      assert.ok(deltaOf(upper, epsilon - upper.shift) >= truth * (1 - 1e-14));
      assert.ok(deltaOf(lower, epsilon + lower.shift) <= truth * (1 + 1e-14));
    }
  });

  test('no mass of P is lost or made', () => {
    check<[LossPair, number]>(pairs, scaled(0.02, 0.4), (pair, step) => {
      const { masses, infinite } = pessimisticGrid(pair, -6, step, Math.ceil(18 / step));
      const total = masses.reduce((sum, mass) => sum + mass, infinite);
      assert.ok(Math.abs(total - 1) < 1e-11, `${total}`);
    });
  });
});

suite('composition', () => {
  const meets = (a: Interval, b: Interval): void => {
    assert.ok(
      a.lower <= b.upper && b.lower <= a.upper,
      `${JSON.stringify(a)} and ${JSON.stringify(b)} are apart`,
    );
  };

  test('does not depend on how releases are counted together', () => {
    check<[number, number, number]>(
      scaled(0.5, 3),
      scaled(0.01, 0.5),
      fc.integer({ min: 2, max: 20 }),
      (noise, rate, count) => {
        const [a, b] = [sampled(noise, rate), laplacePair(3 * noise, 1)];
        const whole = epsilonInterval(
          [
            { pair: a, count },
            { pair: b, count: 2 },
          ],
          1e-6,
          wide,
        );
        const parts = epsilonInterval(
          [
            { pair: b, count: 1 },
            { pair: a, count: 1 },
            { pair: b, count: 1 },
            { pair: a, count: count - 1 },
          ],
          1e-6,
          wide,
        );
        meets(whole, parts);
      },
    );
  });

  test('costs more with more releases, less noise, a smaller delta', () => {
    check<[number, number, number]>(
      scaled(0.6, 4),
      scaled(0.005, 0.5),
      fc.integer({ min: 1, max: 500 }),
      (noise, rate, count) => {
        const epsilon = (n: number, q: number, k: number, delta: number): Interval =>
          epsilonInterval([{ pair: sampled(n, q), count: k }], delta, { gap: 5e-3, sizeMax: 2 ** 22 });
        const base = epsilon(noise, rate, count, 1e-6);
        assert.ok(epsilon(noise, rate, count * 2, 1e-6).upper >= base.lower);
        assert.ok(epsilon(noise * 1.3, rate, count, 1e-6).lower <= base.upper);
        assert.ok(epsilon(noise, rate * 0.7, count, 1e-6).lower <= base.upper);
        assert.ok(epsilon(noise, rate, count, 1e-9).upper >= base.lower);
      },
    );
  });

  test('epsilon and delta are one curve', () => {
    check<[number, number, number, number]>(
      scaled(0.6, 3),
      scaled(0.005, 0.5),
      fc.integer({ min: 1, max: 200 }),
      scaled(1e-20, 1e-2),
      (noise, rate, count, delta) => {
        const terms = [{ pair: sampled(noise, rate), count }];
        const { lower, upper } = epsilonInterval(terms, delta, wide);
        if (upper > 0) assert.ok(deltaInterval(terms, upper, wide).lower <= delta * (1 + 1e-9));
        if (lower > 0) assert.ok(deltaInterval(terms, lower, wide).upper >= delta * (1 - 1e-9));
      },
    );
  });

  test('a smaller gap is met, and nests with a wider one', () => {
    const terms = [{ pair: sampled(1.1, 0.02), count: 400 }];
    let last: Interval = { lower: 0, upper: Infinity };
    for (const gap of [1e-1, 1e-2, 1e-3, 1e-4, 1e-5]) {
      const found = epsilonInterval(terms, 1e-6, { gap, sizeMax: 2 ** 22 });
      assert.ok(found.upper - found.lower <= gap * found.upper);
      meets(found, last);
      last = found;
    }
  });

  test('a change that several answers share costs no more than in one of them', () => {
    // What lets an event with one l1 sensitivity stand for a vector of answers with Laplace noise.
    check<[number, number, number, number]>(
      scaled(0.3, 30),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 6 }),
      between(0, 0.9),
      (scale, a, b, part) => {
        const epsilon = (part * (a + b)) / scale;
        const at = (...shifts: number[]): Interval =>
          deltaInterval(
            shifts.map((shift) => ({ pair: discreteLaplacePair(scale, shift), count: 1 })),
            epsilon,
            wide,
          );
        assert.ok(at(a, b).lower <= at(a + b).upper);
        const smooth = (...shifts: number[]): Interval =>
          deltaInterval(
            shifts.map((shift) => ({ pair: laplacePair(scale / shift, 1), count: 1 })),
            epsilon,
            wide,
          );
        assert.ok(smooth(a, b).lower <= smooth(a + b).upper);
      },
    );
  });

  test('counts the worse direction, whichever way round the pairs are given', () => {
    check<[number, number, number]>(
      scaled(0.5, 2),
      scaled(0.05, 0.5),
      fc.integer({ min: 1, max: 10 }),
      (noise, rate, count) => {
        const other = { pair: gaussianMixturePair(20, [1], [1]), count: 1 };
        const given = (pair: LossPair): Interval =>
          epsilonInterval([{ pair, count }, other], 1e-5, { gap: 1e-3, sizeMax: 2 ** 22 });
        meets(given(sampled(noise, rate)), given(reversePair(sampled(noise, rate))));
      },
    );
  });

  test('infinite losses are a delta that no epsilon removes', () => {
    const terms = [{ pair: approximatePair(1, 0.001), count: 10 }];
    const least = 1 - 0.999 ** 10;
    holds(deltaInterval(terms, 10), least, 1e-12);
    assert.deepEqual(epsilonInterval(terms, 0.009), { lower: Infinity, upper: Infinity });
  });
});
