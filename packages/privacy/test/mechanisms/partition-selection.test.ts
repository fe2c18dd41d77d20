import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import {
  add,
  compare,
  createReleaseSource,
  delta,
  epsilon,
  multiply,
  ONE,
  partitionSelectionMechanism,
  type Rational,
  rational,
  subtract,
  toNumberDown,
} from '../../src/index.ts';
import { planPartitionSelection, publicationChances } from '../../src/mechanisms/partition-selection.ts';
import { stepsAboveOne } from '../../src/mechanisms/thresholded-counts.ts';
import { exponentialBounds } from '../../src/units/exponential-bounds.ts';
import { enumerateTapes } from '../../src/conformance/enumerate-tapes.ts';
import { refused } from './refused.ts';

const near = (found: Rational | undefined, expected: number, tolerance: number): void => {
  assert.ok(found !== undefined);
  assert.ok(Math.abs(toNumberDown(found) - expected) <= tolerance, `${toNumberDown(found)} for ${expected}`);
};

suite('partition selection', () => {
  test('chances are those of google/differential-privacy', () => {
    // go/dpagg/select_partition_test.go: ε = ln 2, δ = 0.1. The logarithm is a double here, so 1e-10 as well.
    const ln2 = publicationChances({ epsilon: rational(Math.LN2), delta: rational('0.1') });
    [0, 0.1, 0.3, 0.7, 0.9, 1].forEach((expected, units) => near(ln2[units], expected, 1e-10));
    // cc/algorithms/partition-selection_test.cc
    const half = publicationChances({ epsilon: rational('0.5'), delta: rational('0.02') });
    near(half[6], 0.58840484458, 1e-10);
    near(half[8], 0.86807080625, 1e-10);
  });

  test('a threshold tends to that of Laplace noise as the grid gets finer', () => {
    const unit = 1n << 20n;
    const steps = stepsAboveOne(rational(2n * unit), rational('0.02'));
    assert.ok(Math.abs(1 + Number(steps) / Number(unit) - 7.43775) < 1e-3);
  });

  test('a threshold is the least that keeps delta', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 500 }),
        (tenths, thousandths) => {
          const [scale, most] = [tenths / 10, thousandths / 1000];
          const j = Number(stepsAboveOne(rational(`${tenths}/10`), rational(`${thousandths}/1000`)));
          const tail = (from: number): number => Math.exp(-from / scale) / (1 + Math.exp(-1 / scale));
          assert.ok(tail(j) <= most * (1 + 1e-12));
          assert.ok(j === 1 || tail(j - 1) > most * (1 - 1e-12));
        },
      ),
    );
  });

  test('neighbouring numbers of units never differ by more than epsilon and delta, exactly, and hardly by less', () => {
    const parameters = fc.tuple(fc.integer({ min: 50, max: 3000 }), fc.integer({ min: 2, max: 9 }));
    fc.assert(
      fc.property(parameters, ([milli, digits]) => {
        const [loss, slack] = [rational(`${milli}/1000`), rational(`1e-${digits}`)];
        const { lower, upper } = exponentialBounds(loss);
        const chances = publicationChances({ epsilon: loss, delta: slack });
        const within = (p: Rational, q: Rational, growth: Rational): boolean =>
          compare(p, add(multiply(growth, q), slack)) <= 0;
        const more = rational('1e-30');
        for (let n = 1; n < chances.length; n += 1) {
          const [before, after] = [chances[n - 1] as Rational, chances[n] as Rational];
          const [without, still] = [subtract(ONE, before), subtract(ONE, after)];
          // With e^ε from below: no rounding is on the side of the one who publishes.
          for (const [p, q] of [
            [after, before],
            [before, after],
            [without, still],
            [still, without],
          ] as const)
            assert.ok(within(p, q, lower), `${milli} ${digits} ${n}`);
          // The best: a little more of it breaks one of the bounds.
          const greater = add(after, more);
          const breaks =
            compare(greater, ONE) > 0 ||
            !within(greater, before, upper) ||
            !within(without, subtract(ONE, greater), upper);
          assert.ok(breaks, `${milli} ${digits} ${n} could be more`);
        }
        assert.deepEqual(chances.at(-1), ONE);
      }),
      { numRuns: 15 },
    );
  });

  test('what is drawn has these chances', () => {
    const plan = planPartitionSelection({
      epsilon: epsilon(2),
      delta: delta('1/8'),
      partitionsPerUnit: 2,
      adjacency: 'add-remove',
    });
    // Half of both for each of two partitions.
    const expected = publicationChances({ epsilon: rational(1), delta: rational('1/16') });
    for (let units = 0; units <= 4; units += 1) {
      const { chances, unresolved } = enumerateTapes(
        (source) => plan.draw(new Map([['a', units]]), source),
        14,
      );
      const chance = toNumberDown(expected[units] as Rational);
      const found = chances.get('a') ?? 0;
      assert.ok(found <= chance + 1e-12 && chance <= found + unresolved + 1e-12, `${units}: ${found}`);
      assert.ok(unresolved < 1e-4);
    }
  });

  test('a replaced unit leaves partitions and joins others, so each gets half as much', () => {
    const of = (adjacency: 'add-remove' | 'replace-one', partitionsPerUnit: number) => {
      const parameters = { epsilon: epsilon(1), delta: delta('1/4'), partitionsPerUnit, adjacency };
      return enumerateTapes(
        (source) => planPartitionSelection(parameters).draw(new Map([['a', 1]]), source),
        6,
      ).chances.get('a');
    };
    assert.equal(of('add-remove', 1), 1 / 4);
    assert.equal(of('replace-one', 1), 1 / 8);
    assert.equal(of('add-remove', 2), 1 / 8);
  });

  test('names come sorted, as the order of records could tell whose they are', () => {
    const mechanism = partitionSelectionMechanism({
      epsilon: epsilon(1),
      delta: delta('0.1'),
      partitionsPerUnit: 1,
      adjacency: 'add-remove',
    });
    const units = new Map(['c', 'a', 'b'].map((name) => [name, 1000]));
    assert.deepEqual(mechanism.release(units, createReleaseSource()).value, ['a', 'b', 'c']);
  });

  test('no delta, no name; numbers that are none are refused', () => {
    const parameters = { epsilon: epsilon(1), partitionsPerUnit: 1, adjacency: 'add-remove' } as const;
    assert.throws(
      () => partitionSelectionMechanism({ ...parameters, delta: delta(0) }),
      refused('out_of_range'),
    );
    assert.throws(
      () => partitionSelectionMechanism({ ...parameters, epsilon: epsilon('1e-9'), delta: delta('1e-30') }),
      refused('out_of_range'),
    );
    const mechanism = partitionSelectionMechanism({ ...parameters, delta: delta('0.1') });
    for (const count of [Number.NaN, Infinity, -1, 0.5])
      assert.throws(
        () => mechanism.release(new Map([['a', count]]), createReleaseSource()),
        refused('not_finite'),
      );
  });
});
