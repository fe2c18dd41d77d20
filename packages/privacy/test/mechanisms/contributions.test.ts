import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import {
  type Adjacency,
  compare,
  countMechanism,
  createReleaseSource,
  epsilon,
  grid,
  histogramMechanism,
  meanMechanism,
  quantileMechanism,
  type Rational,
  rational,
  sumMechanism,
} from '../../src/index.ts';
import { chooseItems } from '../../src/mechanisms/contributions.ts';
import { planCount } from '../../src/mechanisms/count.ts';
import { planHistogram } from '../../src/mechanisms/histogram.ts';
import { aroundMiddle, planMean } from '../../src/mechanisms/mean.ts';
import { planQuantile, rankScores, rankSensitivity } from '../../src/mechanisms/quantile.ts';
import { amountsOf, clampTo, planSum } from '../../src/mechanisms/sum.ts';
import { createSeededSource } from '../../src/testing.ts';
import { enumerateTapes } from '../../src/conformance/enumerate-tapes.ts';
import { laplaceEvent, laplaceEvents } from './laplace-events.ts';
import { refused } from './refused.ts';

const secret = new Uint8Array(32).fill(7);
const choosing = { secret };
type Row = { readonly unit: string; readonly key: string; readonly value: number };

const ADJACENCIES: readonly Adjacency[] = ['add-remove', 'replace-one'];
const row = fc.record({
  unit: fc.constantFrom('a', 'b', 'c', 'd'),
  key: fc.constantFrom('x', 'y', 'z', 'w'),
  value: fc.double({ min: -50, max: 50, noNaN: true }),
});
const rows = fc.array(row, { maxLength: 25 });
/** Data, and what unit `e` has in it and in its neighbour. */
const neighbours = fc.tuple(rows, fc.array(row, { maxLength: 8 }), fc.array(row, { maxLength: 8 }));

/** Both data sets of a pair under an adjacency; the unit that differs comes first in one and last in the other, which must not matter. */
function pairOf(adjacency: Adjacency, [data, here, there]: [Row[], Row[], Row[]]): [Row[], Row[]] {
  const own = (list: Row[]): Row[] => list.map((each) => ({ ...each, unit: 'e' }));
  return adjacency === 'add-remove'
    ? [data, [...own(here), ...data]]
    : [
        [...data, ...own(here)],
        [...own(there), ...data],
      ];
}

function atMost(moved: number, bound: Rational): void {
  assert.ok(
    compare(rational(moved), bound) <= 0,
    `${moved} is more than ${bound.numerator}/${bound.denominator}`,
  );
}

suite('contributions are bounded: the same noise on neighbours differs by the sensitivity at most', () => {
  for (const adjacency of ADJACENCIES) {
    test(`counts, ${adjacency}`, () => {
      fc.assert(
        fc.property(neighbours, fc.integer({ min: 1, max: 4 }), (data, recordsPerUnit) => {
          const plan = planCount({ epsilon: epsilon(1), recordsPerUnit, adjacency });
          const [here, there] = pairOf(adjacency, data).map((each) =>
            plan.draw(each, createSeededSource(1n)),
          );
          atMost(Math.abs(Number((here as bigint) - (there as bigint))), laplaceEvent(plan.events).l1);
        }),
      );
    });

    test(`sums, ${adjacency}`, () => {
      const bounds = fc.tuple(fc.integer({ min: -40, max: 40 }), fc.integer({ min: 1, max: 40 }));
      fc.assert(
        fc.property(
          neighbours,
          bounds,
          fc.integer({ min: 1, max: 4 }),
          (data, [lower, width], recordsPerUnit) => {
            const plan = planSum({
              epsilon: epsilon(1),
              bounds: { lower: lower + 0.3, upper: lower + width + 0.3 },
              recordsPerUnit,
              grid: grid(-1),
              choosing,
              adjacency,
            });
            const [here, there] = pairOf(adjacency, data).map((each) =>
              plan.draw(each, createSeededSource(1n)),
            );
            atMost(Math.abs((here as number) - (there as number)) * 2, laplaceEvent(plan.events).l1);
          },
        ),
      );
    });

    test(`both parts of a mean, ${adjacency}`, () => {
      const bounds = fc.tuple(fc.integer({ min: -40, max: 40 }), fc.integer({ min: 1, max: 40 }));
      const check = (
        data: [Row[], Row[], Row[]],
        [low, width]: [number, number],
        recordsPerUnit: number,
      ): number => {
        const within = { lower: low + 0.3, upper: low + width + 0.3 };
        const base = { epsilon: epsilon(1), bounds: within, recordsPerUnit, grid: grid(-1) };
        const { events } = planMean({ ...base, choosing, adjacency });
        const [sum, count] = laplaceEvents(events).map(({ l1 }) => l1) as [Rational, Rational];
        const around = aroundMiddle(clampTo(within, grid(-1)));
        const [here, there] = pairOf(adjacency, data).map((each) =>
          amountsOf(each, recordsPerUnit, choosing, createSeededSource(1n)),
        ) as [number[], number[]];
        const total = (values: number[]): bigint =>
          values.reduce((all, value) => all + around.steps(value), 0n);
        const moved = Math.abs(Number(total(here) - total(there)));
        atMost(moved, sum);
        atMost(Math.abs(here.length - there.length), count);
        return moved / Number(sum.numerator);
      };
      fc.assert(
        fc.property(neighbours, bounds, fc.integer({ min: 1, max: 4 }), (...drawn) => void check(...drawn)),
      );
      const [high, low] = [50, -50].map((value) => new Array<Row>(9).fill({ unit: 'e', key: 'x', value }));
      const reached = check([[], high as Row[], low as Row[]], [-20, 40], 4);
      assert.ok(reached > 0.95 && reached <= 1, 'a bound that nothing comes near is no test');
    });

    test(`histograms, ${adjacency}`, () => {
      fc.assert(
        fc.property(
          neighbours,
          fc.integer({ min: 1, max: 3 }),
          fc.integer({ min: 1, max: 3 }),
          (data, bucketsPerUnit, recordsPerBucket) => {
            const plan = planHistogram({
              epsilon: epsilon(1),
              buckets: ['x', 'y', 'z'],
              bucketsPerUnit,
              recordsPerBucket,
              choosing,
              adjacency,
            });
            const [here, there] = pairOf(adjacency, data).map((each) =>
              plan.draw(each, createSeededSource(1n)),
            );
            let moved = 0;
            for (const [name, count] of here as Map<string, bigint>)
              moved += Math.abs(Number(count - ((there as Map<string, bigint>).get(name) as bigint)));
            atMost(moved, laplaceEvent(plan.events).l1);
          },
        ),
      );
    });

    test(`ranks, ${adjacency}`, () => {
      const candidates = [-20, 0, 5, 30];
      fc.assert(
        fc.property(neighbours, fc.integer({ min: 0, max: 20 }), (data, twentieths) => {
          const quantile = rational(`${twentieths}/20`);
          const once = rankSensitivity(quantile, adjacency);
          const most = 2;
          const scores = pairOf(adjacency, data).map((each) => {
            const byUnit = Map.groupBy(each, ({ unit }) => unit);
            const kept = [...byUnit.values()].flatMap((own) =>
              chooseItems(own, most, choosing, ({ value }) => String(value), createSeededSource(1n)),
            );
            return rankScores(
              kept.map(({ value }) => value),
              candidates,
              quantile,
            );
          });
          scores[0]?.forEach((score, index) => {
            const moved = score - (scores[1]?.[index] as bigint);
            assert.ok((moved < 0n ? -moved : moved) <= once * BigInt(most));
          });
        }),
      );
    });
  }

  test('a quantile of units that have several records is as likely as their sensitivity says', () => {
    const of = (count: number, value: number) => Array.from({ length: count }, () => ({ unit: 'e', value }));
    const others = Array.from({ length: 6 }, (_, index) => ({ unit: `u${index}`, value: 5 }));
    // Between two candidates that lie 2ε apart in what a unit can move, the worse one has a chance of exp(−ε) / 2; on half of it, exp(−ε/2) / 2.
    for (const [adjacency, own, worse, rate] of [
      ['add-remove', of(3, 20), 0, 1],
      ['replace-one', of(3, 20), 0, 1 / 2],
      ['replace-one', of(3, -20), 10, 1 / 2],
    ] as const) {
      const plan = planQuantile<Adjacency>({
        epsilon: epsilon(1),
        quantile: rational('1/2'),
        candidates: [0, 10],
        recordsPerUnit: 3,
        adjacency,
      });
      const [source, runs] = [createSeededSource(6n), 8000];
      let found = 0;
      for (let run = 0; run < runs; run += 1)
        if (plan.draw([...others, ...own], source) === worse) found += 1;
      const chance = Math.exp(-rate) / 2;
      const error = Math.sqrt((chance * (1 - chance)) / runs);
      assert.ok(Math.abs(found / runs - chance) < 4.5 * error, `${adjacency} ${worse}: ${found / runs}`);
    }
  });

  test('bounds that are reached show that no sensitivity is larger than it need be', () => {
    const many = Array.from({ length: 9 }, () => ({ unit: 'e', key: 'x', value: 100 }));
    for (const adjacency of ADJACENCIES) {
      const count = planCount({ epsilon: epsilon(1), recordsPerUnit: 3, adjacency });
      const moved = count.draw(many, createSeededSource(1n)) - count.draw([], createSeededSource(1n));
      assert.deepEqual(rational(moved), laplaceEvent(count.events).l1);
      const bounds = { lower: -2, upper: 4 };
      const sum = planSum({ epsilon: epsilon(1), bounds, recordsPerUnit: 3, grid: grid(0), adjacency });
      const low = adjacency === 'replace-one' ? many.map((each) => ({ ...each, value: -100 })) : [];
      const [high, least] = [many, low].map((each) => sum.draw(each, createSeededSource(1n)));
      // Two records of three are drawn in both cases, so the same noise follows.
      const expected = adjacency === 'replace-one' ? 18 : 12;
      assert.deepEqual(laplaceEvent(sum.events).l1, rational(expected));
      if (adjacency === 'replace-one') assert.equal((high as number) - (least as number), expected);
    }
  });
});

suite('values', () => {
  test('a mean is near the mean, and both of its events add up to epsilon', () => {
    const data = Array.from({ length: 4000 }, (_, index) => ({ unit: `u${index}`, value: index % 11 }));
    const plan = planMean({
      epsilon: epsilon(1),
      bounds: { lower: 0, upper: 10 },
      recordsPerUnit: 1,
      grid: grid(-10),
      adjacency: 'add-remove',
    });
    const { mean, count } = plan.draw(data, createSeededSource(9n));
    assert.ok(Math.abs(mean - 5) < 0.05, `${mean}`);
    assert.ok(Math.abs(Number(count) - 4000) < 30);
    for (const { scale, l1 } of laplaceEvents(plan.events))
      assert.deepEqual(scale.numerator, 2n * l1.numerator);
    assert.equal(plan.events.length, 2);
  });

  test('a mean of nothing, and of one unit, stays within its bounds', () => {
    const plan = planMean({
      epsilon: epsilon('0.01'),
      bounds: { lower: 5, upper: 6 },
      recordsPerUnit: 1,
      grid: grid(-4),
      adjacency: 'replace-one',
    });
    for (let seed = 0n; seed < 50n; seed += 1n) {
      const { mean } = plan.draw([], createSeededSource(seed));
      assert.ok(mean >= 5 && mean <= 6);
    }
  });

  test('a sum does not depend on the order of its values, as a sum of doubles does', () => {
    const values = [1e16, 1, -1e16, 1];
    const forward = values.map((value, index) => ({ unit: `u${index}`, value }));
    const plan = planSum({
      epsilon: epsilon(1),
      bounds: { lower: -1e16, upper: 1e16 },
      recordsPerUnit: 1,
      grid: grid(0),
      adjacency: 'add-remove',
    });
    const draw = (data: typeof forward): number => plan.draw(data, createSeededSource(2n));
    assert.equal(draw(forward), draw(forward.toReversed()));
    assert.notEqual(
      values.reduce((sum, each) => sum + each),
      values.toReversed().reduce((sum, each) => sum + each),
    );
  });

  test('clamped values are never outside the bounds in steps', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 });
    fc.assert(
      fc.property(number, number, number, fc.integer({ min: -8, max: 8 }), (a, b, value, exponent) => {
        const clamp = clampTo({ lower: Math.min(a, b), upper: Math.max(a, b) }, grid(exponent));
        const steps = clamp.steps(value);
        assert.ok(clamp.lower <= steps && steps <= clamp.upper);
      }),
    );
  });

  test('a median is found among the candidates', () => {
    const mechanism = quantileMechanism({
      epsilon: epsilon(2),
      quantile: rational('1/2'),
      candidates: Array.from({ length: 101 }, (_, index) => index),
      recordsPerUnit: 1,
      adjacency: 'add-remove',
    });
    const data = Array.from({ length: 3001 }, (_, index) => ({
      unit: `u${index}`,
      value: (index % 301) / 3,
    }));
    const { value } = mechanism.release(data, createReleaseSource());
    assert.ok(Math.abs(value - 50) <= 3, `${value}`);
  });

  test('the ranks of a repeated value are all of its ranks', () => {
    assert.deepEqual(rankScores([5, 5, 5, 5], [0, 5, 9], rational('1/2')), [-4n, 0n, -4n]);
    assert.deepEqual(rankScores([], [0, 5], rational('1/2')), [0n, 0n]);
  });
});

suite('choosing records', () => {
  const name = (item: string): string => item;

  test('each is kept as often as another', () => {
    const { chances, unresolved } = enumerateTapes(
      (source) => [...chooseItems(['a', 'b', 'c'], 2, 'random', name, source)].sort(),
      15,
    );
    for (const pair of ['a,b', 'a,c', 'b,c'])
      assert.ok(Math.abs((chances.get(pair) ?? 0) - 1 / 3) <= unresolved && unresolved < 1e-3);
  });

  test('a choice by secret depends on the items and the secret alone', () => {
    const items = ['a', 'b', 'a', 'c', 'd', 'a'];
    const source = { bits: () => assert.fail('no bits are needed') };
    const of = (list: string[], key: Uint8Array) =>
      [...chooseItems(list, 3, { secret: key }, name, source)].sort();
    assert.deepEqual(of(items, secret), of(items.toReversed(), secret));
    const kept = new Set(
      Array.from({ length: 40 }, (_, index) => String(of(items, new Uint8Array(16).fill(index)))),
    );
    assert.ok(kept.size > 5);
    assert.throws(() => of(items, new Uint8Array(8)), refused('bad_parameter'));
  });
});

suite('attacks that broke well-known libraries', () => {
  const source = createReleaseSource();
  const base = { epsilon: epsilon(1), recordsPerUnit: 1, adjacency: 'add-remove' } as const;
  const within = { ...base, bounds: { lower: 0, upper: 10 }, grid: grid(-4) };

  test('NaN and infinities are refused by all that take numbers', () => {
    const quantile = { ...base, quantile: rational('1/2'), candidates: [0, 1] };
    for (const value of [Number.NaN, Infinity, -Infinity, '3' as unknown as number]) {
      const data = [{ unit: 'a', value }];
      for (const mechanism of [sumMechanism(within), meanMechanism(within), quantileMechanism(quantile)])
        assert.throws(() => mechanism.release(data, source), refused('not_finite'));
      if (typeof value === 'number')
        assert.throws(() => quantileMechanism({ ...quantile, candidates: [value] }), refused('out_of_range'));
    }
  });

  test('bounds are never inferred: without them there is no sum, and the event is the same for any data', () => {
    // @ts-expect-error no default
    assert.throws(() => sumMechanism({ ...base, grid: grid(-4) }), TypeError);
    const mechanism = sumMechanism(within);
    const [small, large] = [[{ unit: 'a', value: 1 }], [{ unit: 'a', value: 1e300 }]];
    assert.deepEqual(mechanism.release(small, source).events, mechanism.release(large, source).events);
    assert.deepEqual(mechanism.events, mechanism.release([], source).events);
  });

  test('the number of records is not published by the way: neighbours have the same shape of answer', () => {
    const data = Array.from({ length: 100 }, (_, index) => ({ unit: `u${index}`, value: 10 }));
    const mean = planMean({ ...within });
    const counts = new Set(
      Array.from({ length: 30 }, (_, seed) => mean.draw(data, createSeededSource(BigInt(seed))).count),
    );
    assert.ok(counts.size > 2, 'the count of a mean has noise');
    const histogram = histogramMechanism({
      ...base,
      buckets: ['x', 'y'],
      bucketsPerUnit: 1,
      recordsPerBucket: 1,
    });
    assert.deepEqual([...histogram.release([], source).value.keys()], ['x', 'y']);
    assert.deepEqual([...histogram.release([{ unit: 'a', key: 'secret' }], source).value.keys()], ['x', 'y']);
  });

  test('a key that a unit repeats counts as often as was declared', () => {
    const repeated = Array.from({ length: 500 }, () => ({ unit: 'a', key: 'x' }));
    for (const recordsPerBucket of [1, 3]) {
      const plan = planHistogram({ ...base, buckets: ['x'], bucketsPerUnit: 1, recordsPerBucket });
      const of = (data: typeof repeated) => plan.draw(data, createSeededSource(4n)).get('x') as bigint;
      assert.equal(of(repeated) - of([]), BigInt(recordsPerBucket));
    }
  });

  test('a record without a unit is refused', () => {
    const mechanism = countMechanism(base);
    for (const unit of ['', undefined as unknown as string])
      assert.throws(() => mechanism.release([{ unit }], source), refused('bad_parameter'));
  });
});
