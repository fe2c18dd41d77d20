import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import {
  compare,
  createReleaseSource,
  epsilon,
  geometricMechanism,
  grid,
  laplaceMechanism,
  makeRational,
  multiply,
  rational,
  sensitivity,
  subtract,
} from '../../src/index.ts';
import { planGeometric } from '../../src/mechanisms/geometric.ts';
import { planLaplace } from '../../src/mechanisms/laplace.ts';
import { createSeededSource } from '../../src/testing.ts';
import { laplaceEvent } from './laplace-events.ts';
import { refused } from './refused.ts';

suite('noise on numbers', () => {
  test('the event says scale and sensitivity, and their ratio is epsilon exactly', () => {
    const plan = planGeometric({
      epsilon: epsilon('0.1'),
      sensitivity: sensitivity('l1', 3),
      adjacency: 'add-remove',
    });
    const { scale, l1 } = laplaceEvent(plan.events);
    assert.deepEqual([scale, l1], [rational(30), rational(3)]);
    assert.deepEqual(multiply(scale, rational('0.1')), l1);
  });

  test('the same bits on neighbours give answers as far apart as the neighbours are', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.bigInt({ min: -3n, max: 3n }), fc.bigInt(), (value, move, seed) => {
        const { draw } = planGeometric({
          epsilon: epsilon('0.3'),
          sensitivity: sensitivity('l1', 3),
          adjacency: 'add-remove',
        });
        const [here] = draw([value], createSeededSource(seed));
        const [there] = draw([value + move], createSeededSource(seed));
        assert.equal((there as bigint) - (here as bigint), move);
      }),
    );
  });

  test('snapped neighbours are never further apart than the sensitivity of the event', () => {
    const value = fc.double({ min: -100, max: 100, noNaN: true });
    const cases = fc.tuple(
      fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: -6, max: 3 }),
    );
    fc.assert(
      fc.property(cases, fc.bigInt(), ([pairs, exponent], seed) => {
        const distances = pairs.map(([a, b]) => {
          const apart = subtract(rational(a), rational(b));
          return apart.numerator < 0n ? subtract(rational(0), apart) : apart;
        });
        const l1 = distances.reduce((sum, each) => ({
          ...makeRational(
            sum.numerator * each.denominator + each.numerator * sum.denominator,
            sum.denominator * each.denominator,
          ),
        }));
        fc.pre(l1.numerator > 0n);
        const plan = planLaplace({
          epsilon: epsilon(1),
          sensitivity: sensitivity('l1', l1),
          bounds: { lower: -100, upper: 100 },
          answers: pairs.length,
          grid: grid(exponent),
          adjacency: 'add-remove',
        });
        const here = plan.draw(
          pairs.map(([a]) => a),
          createSeededSource(seed),
        );
        const there = plan.draw(
          pairs.map(([, b]) => b),
          createSeededSource(seed),
        );
        // Exact, as both are whole steps of a coarse grid.
        const moved = here.reduce((sum, each, index) => sum + Math.abs(each - (there[index] as number)), 0);
        const steps = rational(moved / 2 ** exponent);
        assert.ok(compare(steps, laplaceEvent(plan.events).l1) <= 0);
      }),
    );
  });

  test('roundings of several answers that all go apart are in the sensitivity', () => {
    const plan = planLaplace({
      epsilon: epsilon(1),
      sensitivity: sensitivity('l1', '0.08'),
      bounds: { lower: 0, upper: 1 },
      answers: 4,
      grid: grid(0),
      adjacency: 'add-remove',
    });
    const draw = (value: number): readonly number[] =>
      plan.draw(new Array<number>(4).fill(value), createSeededSource(1n));
    const [here, there] = [draw(0.49), draw(0.51)];
    const moved = here.reduce((sum, each, index) => sum + Math.abs(each - (there[index] as number)), 0);
    assert.equal(moved, 4);
    assert.deepEqual(laplaceEvent(plan.events).l1, rational(4));
  });

  test('what is published lies on the grid, whatever the value was', () => {
    const plan = planLaplace({
      epsilon: epsilon(1),
      sensitivity: sensitivity('l1', 1),
      bounds: { lower: 0, upper: 10 },
      adjacency: 'add-remove',
    });
    // Mironov 2012: the last digits of value + noise tell the value. Here two values a billionth apart give the same answers.
    for (let seed = 0n; seed < 200n; seed += 1n) {
      const [here, there] = [3, 3 + 1e-9].map(
        (value) => plan.draw([value], createSeededSource(seed))[0] as number,
      );
      assert.equal(here, there);
      assert.ok(Number.isInteger((here as number) * 2 ** 10));
    }
  });

  test('draws are spread as the scale says', () => {
    const { draw } = planGeometric({
      epsilon: epsilon('0.2'),
      sensitivity: sensitivity('l1', 1),
      adjacency: 'add-remove',
    });
    const source = createSeededSource(17n);
    const runs = 20_000;
    let [sum, squares] = [0, 0];
    for (let run = 0; run < runs; run += 1) {
      const noise = Number(draw([1000n], source)[0]) - 1000;
      sum += noise;
      squares += noise * noise;
    }
    const decay = Math.exp(-0.2);
    const variance = (2 * decay) / (1 - decay) ** 2;
    assert.ok(Math.abs(sum / runs) < 4 * Math.sqrt(variance / runs));
    // The fourth moment of Laplace noise is six times its squared variance.
    assert.ok(Math.abs(squares / runs / variance - 1) < 4 * Math.sqrt(5 / runs));
  });

  test('values that are not finite, out of bounds or of another number are refused, and no message names them', () => {
    const parameters = {
      epsilon: epsilon(1),
      sensitivity: sensitivity('l1', 1),
      adjacency: 'add-remove',
    } as const;
    const laplace = laplaceMechanism({ ...parameters, bounds: { lower: 0, upper: 777 } });
    const source = createReleaseSource();
    for (const value of [Number.NaN, Infinity, -Infinity])
      assert.throws(() => laplace.release([value], source), refused('not_finite'));
    assert.throws(
      () => laplace.release([778.5], source),
      (error) => refused('out_of_range')(error) && !/778/u.test((error as Error).message),
    );
    assert.throws(() => laplace.release([1, 2], source), refused('bad_parameter'));
    assert.throws(
      () => laplaceMechanism({ ...parameters, bounds: { lower: 0, upper: Infinity } }),
      refused('not_finite'),
    );
    assert.throws(
      () => laplaceMechanism({ ...parameters, bounds: { lower: 1, upper: 0 } }),
      refused('out_of_range'),
    );
    const counts = geometricMechanism({ ...parameters, answers: 2 });
    assert.throws(() => counts.release([1n], source), refused('bad_parameter'));
    assert.throws(() => counts.release([1n, 1 as unknown as bigint], source), refused('not_finite'));
    for (const bad of [{ epsilon: epsilon(0) }, { sensitivity: sensitivity('l1', '1/2') }])
      assert.throws(() => geometricMechanism({ ...parameters, ...bad }), refused('out_of_range'));
  });
});
