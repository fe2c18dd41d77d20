import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import {
  type Adjacency,
  compare,
  createReleaseSource,
  delta,
  epsilon,
  gaussianMechanism,
  grid,
  type PrivacyEvents,
  type Rational,
  rational,
  rho,
  sensitivity,
  toNumberDown,
  toNumberUp,
  zeroConcentratedAccountant,
} from '../../src/index.ts';
import { planGaussian } from '../../src/mechanisms/gaussian.ts';
import { gaussianDeltaUp } from '../../src/mechanisms/gaussian-delta.ts';
import { createSeededSource } from '../../src/testing.ts';
import { refused } from './refused.ts';

const base = {
  sensitivity: sensitivity('l2', 1),
  bounds: { lower: -1000, upper: 1000 },
  adjacency: 'add-remove',
} as const;

function eventOf<A extends Adjacency>(
  events: PrivacyEvents<A>,
): Readonly<{ variance: Rational; l2Squared: Rational; dimensions: number }> {
  const [event] = events;
  assert.ok(event?.kind === 'discrete-gaussian');
  return event;
}

/** Standard deviation over sensitivity. */
function multiplierOf({ variance, l2Squared }: { variance: Rational; l2Squared: Rational }): number {
  return Math.sqrt(toNumberUp(variance) / toNumberUp(l2Squared));
}

suite('Gaussian noise', () => {
  test('on a fine grid it is as large as the analytic mechanism asks for, and never smaller', () => {
    // dp_accounting, gaussian_mechanism.
    for (const [slack, expected] of [
      ['1e-5', 3.7306316348],
      ['1e-6', 4.2246788893],
    ] as const) {
      const plan = planGaussian({ ...base, epsilon: epsilon(1), delta: delta(slack), grid: grid(-20) });
      const excess = multiplierOf(eventOf(plan.events)) / expected - 1;
      assert.ok(excess > -1e-10 && excess < 2e-6, `${excess}`);
    }
  });

  test('on the grid that is chosen unless one is set it is hardly larger', () => {
    for (const [l2, most] of [
      [1, 1e-6],
      [0.7, 5e-3],
    ] as const) {
      const sensitive = { ...base, sensitivity: sensitivity('l2', l2) };
      const plan = planGaussian({ ...sensitive, epsilon: epsilon(1), delta: delta('1e-6') });
      const published = plan.draw([0], createSeededSource(1n))[0] as number;
      // The step is 2⁻⁸ or 2⁻⁹ here.
      const deviation = Math.sqrt(toNumberUp(eventOf(plan.events).variance)) * (l2 === 1 ? 2 ** -8 : 2 ** -9);
      assert.ok(Number.isInteger(published * 2 ** 9));
      const excess = deviation / l2 / 4.2246788893 - 1;
      assert.ok(Math.abs(excess) < most, `${excess}`);
    }
  });

  test('delta of few steps is that of the discrete distribution', () => {
    // IBM discrete-gaussian, cdp2adp.py: σ² = 1, ε = 1.
    const found = gaussianDeltaUp(1, 1, 1);
    assert.ok(found >= 0.14135133940562192 && found < 0.14135133940562192 * (1 + 1e-10));
  });

  test('delta of many steps is that of the continuous one, from above', () => {
    // google/differential-privacy, go/noise/gaussian_noise_test.go.
    const unit = 2 ** 30;
    for (const [deviation, shift, loss, expected] of [
      [10, 1, 0.1, 0.00875176814581],
      [10, 5, Math.log(3), 0.004159742234000802],
    ] as const) {
      const found = gaussianDeltaUp(loss, shift * unit, (deviation * unit) ** 2);
      assert.ok(found >= expected * (1 - 1e-12) && found < expected * (1 + 1e-7), `${found}`);
    }
  });

  test('both ways of finding delta agree where one takes over from the other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 9000 }), (tenths, shift) => {
        const [summed, analytic] = [4096, 4096.000000001].map((deviation) =>
          gaussianDeltaUp(tenths / 10, shift, deviation ** 2),
        ) as [number, number];
        // The analytic one is larger, by its remainder of one summand at most.
        assert.ok(analytic >= summed * (1 - 1e-10), `${summed} ${analytic}`);
        assert.ok(analytic <= summed + 1.0001 / (4096 * Math.sqrt(2 * Math.PI)));
      }),
      { numRuns: 60 },
    );
  });

  test('what is calibrated keeps its delta, and a hundredth less noise would not', () => {
    const parameters = fc.tuple(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 2, max: 12 }),
      fc.integer({ min: -12, max: 0 }),
    );
    fc.assert(
      fc.property(parameters, ([tenths, digits, exponent]) => {
        const loss = tenths / 10;
        const plan = planGaussian({
          ...base,
          epsilon: epsilon(`${tenths}/10`),
          delta: delta(`1e-${digits}`),
          grid: grid(exponent),
        });
        const { variance, l2Squared } = eventOf(plan.events);
        const shift = Math.sqrt(toNumberUp(l2Squared));
        assert.equal(shift, 2 ** -exponent);
        const most = 10 ** -digits;
        assert.ok(gaussianDeltaUp(loss, shift, toNumberDown(variance)) <= most);
        assert.ok(gaussianDeltaUp(loss, shift, toNumberDown(variance) * 0.98) > most * 0.9);
      }),
      { numRuns: 12 },
    );
  });

  test('rho gives its variance exactly, for any number of answers', () => {
    const plan = planGaussian({ ...base, rho: rho('1/8'), answers: 3, grid: grid(0) });
    const { variance, l2Squared, dimensions } = eventOf(plan.events);
    // Snapping adds up to √3 steps, rounded up to whole ones.
    assert.deepEqual([l2Squared, variance, dimensions], [rational(9), rational(36), 3]);
  });

  test('epsilon and delta of several answers follow from rho', () => {
    // tensorflow/privacy, rdp_privacy_accountant_test.py: a multiplier of 4.530877117 is (1, 1e-6).
    const [loss, slack] = [epsilon(1), delta('1e-6')];
    const { events } = planGaussian({ ...base, epsilon: loss, delta: slack, answers: 2 });
    assert.ok(Math.abs(multiplierOf(eventOf(events)) / 4.530877117 - 1) < 1e-6);
    assert.ok(zeroConcentratedAccountant.delta(events, loss).upper <= 1e-6 * (1 + 1e-9));
  });

  test('snapped neighbours are never further apart than the sensitivity, and the same bits move both alike', () => {
    const value = fc.double({ min: -100, max: 100, noNaN: true });
    const pairs = fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(pairs, fc.integer({ min: -6, max: 3 }), (both, exponent) => {
        const squared = both.reduce((sum, [a, b]) => sum + (a - b) ** 2, 0);
        fc.pre(squared > 1e-9);
        const plan = planGaussian({
          ...base,
          // Rounded up, as the test's own square root is rounded.
          sensitivity: sensitivity('l2', Math.sqrt(squared) * (1 + 1e-12)),
          rho: rho(1),
          answers: both.length,
          grid: grid(exponent),
        });
        const draw = (side: 0 | 1): readonly number[] =>
          plan.draw(
            both.map((pair) => pair[side]),
            createSeededSource(5n),
          );
        const [here, there] = [draw(0), draw(1)];
        const moved = here.reduce(
          (sum, each, index) => sum + ((each - (there[index] as number)) / 2 ** exponent) ** 2,
          0,
        );
        assert.ok(compare(rational(moved), eventOf(plan.events).l2Squared) <= 0);
      }),
    );
  });

  test('draws are spread as the variance says', () => {
    const plan = planGaussian({ ...base, rho: rho('1/50') });
    const [source, runs] = [createSeededSource(23n), 20_000];
    let [sum, squares] = [0, 0];
    for (let run = 0; run < runs; run += 1) {
      const noise = (plan.draw([100], source)[0] as number) - 100;
      sum += noise;
      squares += noise * noise;
    }
    assert.ok(Math.abs(sum / runs) < (4 * 5) / Math.sqrt(runs));
    assert.ok(Math.abs(squares / runs / 25 - 1) < 4 * Math.sqrt(2 / runs));
  });

  test('what can not be calibrated or released is refused', () => {
    const loss = { epsilon: epsilon(1), delta: delta('1e-6') };
    for (const bad of [
      { ...loss, delta: delta(0) },
      { ...loss, epsilon: epsilon(0) },
      { ...loss, epsilon: epsilon(701) },
      { rho: rho(0) },
    ])
      for (const answers of [1, 2])
        assert.throws(() => gaussianMechanism({ ...base, ...bad, answers }), refused('out_of_range'));
    const mechanism = gaussianMechanism({ ...base, ...loss });
    const source = createReleaseSource();
    for (const value of [Number.NaN, Infinity])
      assert.throws(() => mechanism.release([value], source), refused('not_finite'));
    assert.throws(() => mechanism.release([1001], source), refused('out_of_range'));
    assert.throws(() => mechanism.release([], source), refused('bad_parameter'));
  });
});
