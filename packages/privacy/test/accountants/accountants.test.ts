import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  type Accountant,
  type Adjacency,
  type BatchSampling,
  compare,
  delta,
  epsilon,
  epsilonInterval,
  gaussianEpsilon,
  gaussianMixturePair,
  lossAccountant,
  PrivacyError,
  type PrivacyEvent,
  privacyEvent,
  pureAccountant,
  rational,
  renyiAccountant,
  rho,
  samplingRate,
  totalEpsilon,
  totalRho,
  zeroConcentratedAccountant,
} from '../../src/index.ts';
import { createSeededSource } from '../../src/testing.ts';

const refused = (code: string) => (error: unknown) => error instanceof PrivacyError && error.code === code;
const accountants: readonly Accountant[] = [
  pureAccountant,
  zeroConcentratedAccountant,
  renyiAccountant,
  lossAccountant,
];

const UNITS = 2000;
/** Sizes of truly drawn batches. */
function drawnSizes(rate: number, steps: number, seed = 7n): number[] {
  const source = createSeededSource(seed);
  return Array.from({ length: steps }, () => {
    let size = 0;
    for (let unit = 0; unit < UNITS; unit += 1) if (source.bits(32) < rate * 2 ** 32) size += 1;
    return size;
  });
}

function training(sampling: BatchSampling, steps: number, noise = '1.1'): PrivacyEvent<'add-remove'> {
  return privacyEvent('add-remove', {
    kind: 'training-steps',
    noiseMultiplier: rational(noise),
    steps,
    sampling,
  });
}

function poisson(rate: string, steps: number, batchSizes = drawnSizes(Number(rate), steps)): BatchSampling {
  return { kind: 'poisson', rate: samplingRate(rate), witness: { units: UNITS, batchSizes } };
}

suite('every accountant', () => {
  const events = {
    gaussian: privacyEvent('add-remove', { kind: 'gaussian', noiseMultiplier: rational(4) }),
    laplace: privacyEvent('add-remove', { kind: 'laplace', noiseMultiplier: rational(8) }),
    'discrete-laplace': privacyEvent('add-remove', {
      kind: 'discrete-laplace',
      scale: rational(9),
      l1: rational(1),
    }),
    'discrete-gaussian': privacyEvent('add-remove', {
      kind: 'discrete-gaussian',
      variance: rational(30),
      l2Squared: rational(1),
      dimensions: 4,
    }),
    'randomised-response': privacyEvent('add-remove', {
      kind: 'randomised-response',
      truth: rational('0.6'),
      categories: 3,
    }),
    pure: privacyEvent('add-remove', { kind: 'pure', epsilon: epsilon('0.2') }),
    approximate: privacyEvent('add-remove', {
      kind: 'approximate',
      epsilon: epsilon('0.2'),
      delta: delta('1e-9'),
    }),
    'zero-concentrated': privacyEvent('add-remove', { kind: 'zero-concentrated', rho: rho('0.02') }),
    shuffled: training({ kind: 'shuffled', epochs: 2 }, 100, '5'),
    poisson: training(poisson('0.05', 60), 60),
    tree: privacyEvent('add-remove', {
      kind: 'tree-steps',
      noiseMultiplier: rational(9),
      stepsOfPass: 100,
      passes: 2,
    }),
  };

  for (const [name, event] of Object.entries(events)) {
    test(`${name}: no upper bound is below another's lower bound, or it is refused`, () => {
      const found = accountants.flatMap((accountant) => {
        try {
          const target = delta('1e-6');
          const { lower, upper } = accountant.epsilon([event, event, event], target);
          assert.ok(
            accountant.delta([event, event, event], epsilon(upper)).lower <= 1e-6 * (1 + 1e-6),
            `${accountant.name}'s own curve`,
          );
          return [{ lower, upper, name: accountant.name }];
        } catch (error) {
          assert.ok(refused('cannot_account')(error), String(error));
          return [];
        }
      });
      assert.ok(found.length > 0, 'some accountant has a proof');
      for (const a of found)
        for (const b of found)
          if (a.name === 'loss-distribution') assert.ok(a.lower <= b.upper, JSON.stringify([a, b]));
    });
  }

  test('charges nothing for nothing', () => {
    for (const accountant of accountants) {
      assert.equal(accountant.epsilon([], delta('1e-6')).upper, 0, accountant.name);
      assert.equal(accountant.delta([], epsilon(0)).upper, 0, accountant.name);
    }
  });
});

suite('exact sums', () => {
  test('ten releases of a tenth are one', () => {
    const events = Array.from({ length: 10 }, () =>
      privacyEvent('add-remove', { kind: 'pure', epsilon: epsilon('0.1') }),
    );
    assert.equal(compare(totalEpsilon(events), rational(1)), 0);
    assert.equal(pureAccountant.epsilon(events, delta(0)).upper, 1);
    assert.equal(compare(totalRho(events), rational('0.05')), 0);
  });

  test('a sum that is no double is rounded up', () => {
    for (const text of ['1/3', '2/3', '1/7', '0.1', '0.7']) {
      const events = [privacyEvent('add-remove', { kind: 'pure', epsilon: epsilon(text) })];
      const { upper } = pureAccountant.epsilon(events, delta(0));
      assert.ok(compare(rational(upper), rational(text)) >= 0, text);
    }
  });

  test('a change of whole numbers by part of a step is priced as a whole one', () => {
    const at = (l1: string): number =>
      lossAccountant.delta(
        [privacyEvent('add-remove', { kind: 'discrete-laplace', scale: rational(4), l1: rational(l1) })],
        epsilon('0.2'),
      ).lower;
    assert.equal(at('3/2'), at('2'));
    assert.ok(at('2') > at('1'));
  });

  test('Gaussian noise is exact under the loss accountant', () => {
    const events = ['2', '3', '6'].map((noise) =>
      privacyEvent('add-remove', { kind: 'gaussian', noiseMultiplier: rational(noise) }),
    );
    const { lower, upper } = lossAccountant.epsilon(events, delta('1e-8'));
    const truth = gaussianEpsilon(Math.sqrt(1 / 4 + 1 / 9 + 1 / 36), 1e-8);
    assert.ok(lower <= truth.upper && truth.lower <= upper && upper - lower < 1e-7);
  });
});

suite('what a loader really did', () => {
  test('shuffled batches get no amplification: they are a release an epoch', () => {
    const [epochs, steps] = [3, 60];
    const shuffled = lossAccountant.epsilon([training({ kind: 'shuffled', epochs }, steps)], delta('1e-6'));
    const truth = gaussianEpsilon(Math.sqrt(epochs) / 1.1, 1e-6);
    assert.ok(
      shuffled.lower <= truth.upper && shuffled.upper >= truth.lower && shuffled.upper < truth.upper * 1.0001,
    );
    const amplified = lossAccountant.epsilon([training(poisson('0.05', steps), steps)], delta('1e-6'));
    assert.ok(amplified.upper < shuffled.lower / 2);
  });

  test('equal batches are not accepted as Poisson samples', () => {
    const steps = 60;
    const equal = Array.from({ length: steps }, () => 100);
    for (const accountant of [lossAccountant, renyiAccountant]) {
      const ask = (sizes: number[]) =>
        accountant.epsilon([training(poisson('0.05', steps, sizes), steps)], delta('1e-6'));
      assert.throws(() => ask(equal), refused('cannot_account'), 'no scatter');
      assert.throws(() => ask(drawnSizes(0.07, steps)), refused('cannot_account'), 'another rate');
      assert.throws(
        () => ask(drawnSizes(0.05, steps - 1)),
        refused('cannot_account'),
        'a step without a batch',
      );
      assert.throws(
        () => ask([...drawnSizes(0.05, steps - 1), 0.5]),
        refused('cannot_account'),
        'half a unit',
      );
      for (const seed of [1n, 2n, 3n, 4n]) assert.ok(ask(drawnSizes(0.05, steps, seed)).upper > 0);
    }
  });

  test('a replaced record costs more than one that is added or removed', () => {
    const event = <A extends Adjacency>(adjacency: A): PrivacyEvent<A> =>
      privacyEvent(adjacency, {
        kind: 'training-steps',
        noiseMultiplier: rational(2),
        steps: 20,
        sampling: poisson('0.1', 20),
      });
    const added = lossAccountant.epsilon([event('add-remove')], delta('1e-6'));
    const replaced = lossAccountant.epsilon([event('replace-one')], delta('1e-6'));
    assert.ok(replaced.lower > added.upper && replaced.upper < 2.5 * added.upper);
  });

  test('a replaced record is twice the norm without amplification, too', () => {
    for (const [kind, square] of [
      ['shuffled', 4 * 3],
      ['tree', 4 * 7 * 3],
    ] as const) {
      const event = privacyEvent(
        'replace-one',
        kind === 'shuffled'
          ? { kind: 'training-steps', noiseMultiplier: rational(9), steps: 60, sampling: { kind, epochs: 3 } }
          : { kind: 'tree-steps', noiseMultiplier: rational(9), stepsOfPass: 100, passes: 3 },
      );
      const truth = gaussianEpsilon(Math.sqrt(square) / 9, 1e-6);
      const { lower, upper } = lossAccountant.epsilon([event], delta('1e-6'));
      assert.ok(lower <= truth.upper && truth.lower <= upper && upper - lower < 1e-6, kind);
    }
  });

  test('a batch that is cut is priced as published', () => {
    const event = (units: number): PrivacyEvent<'add-remove'> =>
      training(
        { kind: 'truncated-poisson', rate: samplingRate('0.5'), units, batchMax: 2 },
        units === 4 ? 3 : 2,
        '1',
      );
    const { lower, upper } = lossAccountant.epsilon([event(4), event(3)], delta('1e-6'), { gap: 1e-5 });
    assert.ok(lower <= 17.904331 && upper >= 17.904329 && upper - lower < 2e-4);
  });

  test('a batch that is cut of a sample of all is a draw without replacement, and costs more than a rarer one', () => {
    const event = (rate: string): PrivacyEvent<'add-remove'> =>
      training({ kind: 'truncated-poisson', rate: samplingRate(rate), units: 10, batchMax: 5 }, 2, '2');
    const [all, most] = ['1', '99/100'].map((rate) => lossAccountant.epsilon([event(rate)], delta('1e-6')));
    assert.ok(all!.upper - all!.lower <= 1e-3 * all!.upper);
    assert.ok(Math.abs(all!.upper / most!.upper - 1) < 0.02, `${all!.upper} ${most!.upper}`);
  });

  test('the whole noise of a tree falls on a unit once a level and pass', () => {
    const tree = privacyEvent('add-remove', {
      kind: 'tree-steps',
      noiseMultiplier: rational('8.83'),
      stepsOfPass: 1600,
      passes: 1,
    });
    const { upper } = lossAccountant.epsilon([tree], delta('1e-6'));
    const truth = gaussianEpsilon(Math.sqrt(11) / 8.83, 1e-6);
    assert.ok(upper < 2.04 && Math.abs(upper - truth.upper) < 1e-6);
  });
});

suite('no noise', () => {
  test('a response that is always the truth, or nearly, has no price that is small', () => {
    for (const truth of ['1', '0.99999999999999999999999999']) {
      const event = privacyEvent('replace-one', {
        kind: 'randomised-response',
        truth: rational(truth),
        categories: 2,
      });
      for (const accountant of accountants) {
        try {
          assert.ok(accountant.epsilon([event], delta('1e-30')).upper > 30, `${accountant.name} ${truth}`);
          assert.ok(accountant.delta([event], epsilon(1)).upper > 0.9, `${accountant.name} ${truth}`);
        } catch (error) {
          assert.ok(refused('cannot_account')(error), String(error));
        }
      }
    }
  });
});

suite('refusals', () => {
  const sampled = training(poisson('0.05', 20), 20);

  test('no proof, no answer', () => {
    assert.throws(
      () => zeroConcentratedAccountant.epsilon([sampled], delta('1e-6')),
      refused('cannot_account'),
    );
    assert.throws(() => pureAccountant.epsilon([sampled], delta('1e-6')), refused('cannot_account'));
    const concentrated = privacyEvent('add-remove', { kind: 'zero-concentrated', rho: rho('0.1') });
    assert.throws(() => lossAccountant.epsilon([concentrated], delta('1e-6')), refused('cannot_account'));
  });

  test('a gap that can not be reached says what was', () => {
    const terms = [{ pair: gaussianMixturePair(1, [0, 1], [0.9, 0.1]), count: 20 }];
    assert.throws(
      () => epsilonInterval(terms, 1e-6, { gap: 1e-9, sizeMax: 2 ** 12 }),
      (error) =>
        refused('gap_not_met')(error) &&
        /bounds reached are [\d.]+ and [\d.]+/u.test((error as Error).message),
    );
    assert.throws(
      () => lossAccountant.epsilon([sampled], delta('1e-6'), { gap: 0 }),
      refused('out_of_range'),
    );
  });

  test('below the least double it says so; at delta 0 only what is bounded has an epsilon', () => {
    assert.throws(() => lossAccountant.epsilon([sampled], delta('1e-300')), refused('below_floor'));
    assert.equal(lossAccountant.epsilon([sampled], delta(0)).upper, Infinity);
    const response = privacyEvent('add-remove', {
      kind: 'randomised-response',
      truth: rational('0.51'),
      categories: 2,
    });
    const { upper } = lossAccountant.epsilon([response, response], delta(0));
    assert.ok(Math.abs(upper - 0.08001066922739841) < 1e-9);
  });
});
