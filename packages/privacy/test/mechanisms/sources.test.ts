import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  type Adjacency,
  countMechanism,
  createReleaseSource,
  delta,
  epsilon,
  exponentialMechanism,
  gaussianMechanism,
  geometricMechanism,
  grid,
  histogramMechanism,
  laplaceMechanism,
  meanMechanism,
  type Mechanism,
  openHistogramMechanism,
  partitionSelectionMechanism,
  permuteAndFlipMechanism,
  quantileMechanism,
  randomisedResponseMechanism,
  rational,
  type ReleaseSource,
  rho,
  sensitivity,
  sparseVectorMechanism,
  type StreamMechanism,
  sumMechanism,
  thresholdedCountsMechanism,
  toeplitzCounterMechanism,
  treeCounterMechanism,
} from '../../src/index.ts';
import { createSeededSource } from '../../src/testing.ts';
import { refused } from './refused.ts';

const adjacency = 'add-remove';
const base = { epsilon: epsilon(1), adjacency } as const;
const l1 = { ...base, sensitivity: sensitivity('l1', 1) };
const scored = { ...base, sensitivity: sensitivity('linf', 1), candidates: 2 };
const amounts = { ...base, bounds: { lower: 0, upper: 9 }, recordsPerUnit: 1, grid: grid(-3) };
const buckets = { ...base, bucketsPerUnit: 1, recordsPerBucket: 1 };
const selection = { epsilon: epsilon(1), delta: delta('1e-3') };
const named = { ...base, ...selection, partitionsPerUnit: 1 };
const stream = { steps: 4, sensitivity: sensitivity('l1', 1), adjacency } as const;
const records = [
  { unit: 'a', key: 'x', value: 1 },
  { unit: 'b', key: 'y', value: 2 },
];

/** A mechanism, and what it can release, whatever their types. */
type Case = {
  release(source: ReleaseSource): { value: unknown; events: readonly object[] };
  events: readonly object[];
};

function once<Input, Value, A extends Adjacency>(mechanism: Mechanism<Input, Value, A>, input: Input): Case {
  return { events: mechanism.events, release: (source) => mechanism.release(input, source) };
}

function opened<Input, Value, A extends Adjacency>(
  mechanism: StreamMechanism<Input, Value, A>,
  input: Input,
): Case {
  const { events } = mechanism;
  return { events, release: (source) => ({ value: mechanism.open(source).next(input), events }) };
}

const CASES: Readonly<Record<string, Case>> = {
  count: once(countMechanism({ ...base, recordsPerUnit: 1 }), records),
  exponential: once(exponentialMechanism(scored), [1n, 2n]),
  gaussian: once(
    gaussianMechanism({
      ...base,
      delta: delta('1e-6'),
      sensitivity: sensitivity('l2', 1),
      bounds: { lower: 0, upper: 1 },
    }),
    [1],
  ),
  geometric: once(geometricMechanism(l1), [1n]),
  histogram: once(histogramMechanism({ ...buckets, buckets: ['x'] }), records),
  laplace: once(laplaceMechanism({ ...l1, bounds: { lower: 0, upper: 1 } }), [1]),
  mean: once(meanMechanism(amounts), records),
  openHistogram: once(openHistogramMechanism({ ...buckets, selection }), records),
  partitionSelection: once(partitionSelectionMechanism(named), new Map([['x', 1]])),
  permuteAndFlip: once(permuteAndFlipMechanism(scored), [1n, 2n]),
  quantile: once(
    quantileMechanism({ ...base, quantile: rational('1/2'), candidates: [1, 2], recordsPerUnit: 1 }),
    records,
  ),
  randomisedResponse: once(randomisedResponseMechanism({ epsilon: epsilon(1), categories: 2 }), [1]),
  sum: once(sumMechanism(amounts), records),
  thresholdedCounts: once(thresholdedCountsMechanism(named), new Map([['x', 1n]])),
  sparseVector: opened(sparseVectorMechanism({ ...base, sensitivity: sensitivity('linf', 1), aboveMax: 1 }), {
    answer: 1n,
    threshold: 1n,
  }),
  toeplitzCounter: opened(toeplitzCounterMechanism({ ...stream, rho: rho(1), buffers: 1 }), 1n),
  treeCounter: opened(treeCounterMechanism({ ...stream, epsilon: epsilon(1) }), 1n),
};

suite('sources and events of every mechanism', () => {
  for (const [name, mechanism] of Object.entries(CASES)) {
    test(`${name}: bits that can be repeated are refused, and the events are known before, and frozen`, () => {
      assert.throws(
        () => mechanism.release(createSeededSource(1n) as ReleaseSource),
        refused('not_a_release_source'),
      );
      const pretended = { ...createReleaseSource() };
      assert.throws(() => mechanism.release(pretended as ReleaseSource), refused('not_a_release_source'));
      const released = mechanism.release(createReleaseSource());
      assert.notEqual(released.value, undefined);
      assert.equal(released.events, mechanism.events);
      assert.ok(Object.isFrozen(released.events) && released.events.length > 0);
      assert.ok(released.events.every(Object.isFrozen));
    });
  }

  test('a seeded source does not type-check where a release asks for its own', () => {
    const mechanism = geometricMechanism(l1);
    // @ts-expect-error a seeded source is no release source
    assert.throws(() => mechanism.release([1n], createSeededSource(1n)), refused('not_a_release_source'));
  });
});

suite('what types forbid is refused at run time too', () => {
  // A program without types that asks for another adjacency or norm must not get the noise of a smaller one.
  const any = <T>(value: unknown): T => value as T;
  const bounds = { lower: 0, upper: 1 };

  test('an adjacency that is none', () => {
    for (const other of ['replace', undefined, 'Add-Remove']) {
      const wrong = { adjacency: any<'add-remove'>(other) };
      for (const make of [
        () => countMechanism({ ...base, ...wrong, recordsPerUnit: 1 }),
        () => histogramMechanism({ ...buckets, ...wrong, buckets: ['x'] }),
        () => partitionSelectionMechanism({ ...named, ...wrong }),
        () => permuteAndFlipMechanism({ ...scored, ...wrong }),
        () => treeCounterMechanism({ ...stream, ...wrong, epsilon: epsilon(1) }),
      ])
        assert.throws(make, refused('bad_parameter'));
    }
  });

  test('a sensitivity of another norm, or none', () => {
    for (const other of [sensitivity('l0', 1), 1, undefined]) {
      const wrong = { sensitivity: any<never>(other) };
      for (const make of [
        () => geometricMechanism({ ...l1, ...wrong }),
        () => laplaceMechanism({ ...l1, bounds, ...wrong }),
        () => gaussianMechanism({ adjacency, rho: rho(1), bounds, ...wrong }),
        () => exponentialMechanism({ ...scored, ...wrong }),
        () => permuteAndFlipMechanism({ ...scored, ...wrong }),
        () => sparseVectorMechanism({ ...base, aboveMax: 1, ...wrong }),
        () => treeCounterMechanism({ ...stream, epsilon: epsilon(1), ...wrong }),
        () => toeplitzCounterMechanism({ ...stream, rho: rho(1), ...wrong }),
      ])
        assert.throws(make, refused('bad_parameter'));
    }
  });

  test('an epsilon that is a number or a text', () => {
    for (const other of [0.5, '0.5', undefined])
      assert.throws(
        () => countMechanism({ ...base, epsilon: any(other), recordsPerUnit: 1 }),
        refused('bad_parameter'),
      );
  });
});
