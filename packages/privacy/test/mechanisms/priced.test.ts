import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  calibrateNoise,
  compare,
  delta,
  epsilon,
  gaussianMechanism,
  geometricMechanism,
  grid,
  histogramMechanism,
  laplaceMechanism,
  lossAccountant,
  meanMechanism,
  multiply,
  openHistogramMechanism,
  permuteAndFlipMechanism,
  privacyEvent,
  pureAccountant,
  randomisedResponseMechanism,
  type Rational,
  rational,
  rho,
  sensitivity,
  sparseVectorMechanism,
  thresholdedCountsMechanism,
  toeplitzCounterMechanism,
  toNumberDown,
  totalEpsilon,
  totalRho,
  treeCounterMechanism,
} from '../../src/index.ts';
import { refused } from './refused.ts';

const loss = epsilon('0.3');
const base = { epsilon: loss, adjacency: 'replace-one' } as const;
const bounds = { lower: -1.5, upper: 4 };

suite('accountants price what mechanisms release at what was asked for', () => {
  test('epsilon exactly, of all that need no delta', () => {
    const l1 = sensitivity('l1', 3);
    const linf = sensitivity('linf', 2);
    const mechanisms = {
      geometric: geometricMechanism({ ...base, sensitivity: l1 }),
      laplace: laplaceMechanism({ ...base, sensitivity: sensitivity('l1', '0.7'), bounds, answers: 4 }),
      histogram: histogramMechanism({
        ...base,
        buckets: ['x', 'y', 'z'],
        bucketsPerUnit: 2,
        recordsPerBucket: 5,
      }),
      mean: meanMechanism({ ...base, bounds, recordsPerUnit: 2, grid: grid(-7) }),
      choice: permuteAndFlipMechanism({ ...base, sensitivity: linf, candidates: 9 }),
      sparse: sparseVectorMechanism({ ...base, sensitivity: linf, aboveMax: 4 }),
      tree: treeCounterMechanism({ ...base, sensitivity: l1, steps: 1000 }),
    };
    for (const [name, { events }] of Object.entries(mechanisms))
      assert.deepEqual(totalEpsilon(events), loss, name);
  });

  test('rho exactly, of streams', () => {
    const stream = {
      steps: 100,
      sensitivity: sensitivity('l1', 2),
      rho: rho('0.125'),
      adjacency: 'add-remove',
    } as const;
    for (const make of [treeCounterMechanism, toeplitzCounterMechanism])
      assert.deepEqual(totalRho(make(stream).events), rational('0.125'));
  });

  test('delta, of those that have one', () => {
    const [slack, wide] = [delta('1e-5'), epsilon(1)];
    const selection = { epsilon: epsilon('0.4'), delta: slack };
    const buckets = { bucketsPerUnit: 1, recordsPerBucket: 1, adjacency: 'add-remove' } as const;
    for (const { events } of [
      gaussianMechanism({
        epsilon: wide,
        delta: slack,
        sensitivity: sensitivity('l2', 3),
        bounds,
        grid: grid(0),
        adjacency: 'add-remove',
      }),
      openHistogramMechanism({ ...buckets, selection, epsilon: epsilon('0.6') }),
      thresholdedCountsMechanism({
        epsilon: wide,
        delta: slack,
        partitionsPerUnit: 2,
        adjacency: 'add-remove',
      }),
    ]) {
      // The accountant rounds outward by a few units of 1e-9.
      const { lower, upper } = lossAccountant.delta(events, wide);
      assert.ok(lower <= 1e-5 && upper <= 1e-5 * (1 + 1e-3), `${lower} ${upper}`);
      assert.ok(upper >= 0.99e-5, 'no more noise than was asked for');
    }
  });

  test('two responses lose what opendp says, and one of three quarters more than 1', () => {
    // privacy_filter/test.rs
    const { events } = randomisedResponseMechanism({ truth: rational('0.51'), categories: 2 });
    const { upper } = pureAccountant.epsilon([...events, ...events], delta(0));
    assert.ok(upper >= 0.08001066922739841 && upper < 0.08001066922739841 + 1e-14);
    const large = randomisedResponseMechanism({ truth: rational('0.75'), categories: 2 });
    assert.ok(compare(totalEpsilon(large.events), rational(1)) > 0);
  });

  test('scales of Laplace noise for many answers are those of dp_accounting', () => {
    // pld/accountant_test.py: the least scale for (1, 1e-4), to a tenth.
    for (const [answers, scale] of [
      [20, 13.6],
      [500, 71],
    ] as const) {
      const event = (noiseMultiplier: Rational) =>
        privacyEvent('add-remove', { kind: 'laplace', noiseMultiplier });
      const eventsAt = (noise: Rational) => Array.from({ length: answers }, () => event(noise));
      const found = calibrateNoise({ epsilon: epsilon(1), delta: delta('1e-4'), eventsAt });
      assert.ok(Math.abs(toNumberDown(found) - scale) < 0.1, `${toNumberDown(found)}`);
      const priced = (noise: Rational): number => lossAccountant.delta(eventsAt(noise), epsilon(1)).upper;
      assert.ok(priced(found) <= 1e-4 && priced(multiply(found, rational('0.998'))) > 1e-4);
    }
  });

  test('twenty counts need the scale that docs/choosing.md says', () => {
    const found = calibrateNoise({
      epsilon: epsilon(1),
      delta: delta('1e-4'),
      eventsAt: (scale) =>
        Array.from({ length: 20 }, () =>
          privacyEvent('add-remove', { kind: 'discrete-laplace', scale, l1: rational(1) }),
        ),
    });
    assert.ok(Math.abs(toNumberDown(found) - 13.7) < 0.02);
  });

  test('noise is found below 1 too, by any accountant, and not where there is none', () => {
    const eventsAt = (noiseMultiplier: Rational) => [
      privacyEvent('add-remove', { kind: 'laplace', noiseMultiplier }),
    ];
    const target = { epsilon: epsilon(3), delta: delta(0), eventsAt, accountant: pureAccountant };
    const found = toNumberDown(calibrateNoise(target));
    assert.ok(found >= 1 / 3 && found < 1 / 3 + 1e-3);
    assert.equal(toNumberDown(calibrateNoise({ ...target, epsilon: epsilon(4) })), 1 / 4);
    const never = { ...target, eventsAt: () => eventsAt(rational('0.1')) };
    const always = { ...target, eventsAt: () => [] };
    for (const bad of [never, always]) assert.throws(() => calibrateNoise(bad), refused('out_of_range'));
  });

  test('on a grid that scale costs as much, and on whole numbers more: a step is the whole sensitivity', () => {
    const parameters = {
      epsilon: epsilon('10/136'),
      sensitivity: sensitivity('l1', 1),
      adjacency: 'add-remove',
    } as const;
    const priced = ({ events }: ReturnType<typeof laplaceMechanism<'add-remove'>>): number =>
      lossAccountant.delta(Array.from({ length: 20 }, () => events).flat(), epsilon(1)).upper;
    const fine = priced(laplaceMechanism({ ...parameters, bounds, grid: grid(-7) }));
    assert.ok(Math.abs(fine / 9.35e-5 - 1) < 2e-3, `${fine}`);
    const whole = priced(laplaceMechanism({ ...parameters, bounds, grid: grid(0) }));
    assert.ok(whole > 1.1e-4 && whole < 1.2e-4, `${whole}`);
  });
});
