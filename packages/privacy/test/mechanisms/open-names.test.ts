import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  type Adjacency,
  createReleaseSource,
  delta,
  epsilon,
  openHistogramMechanism,
  rational,
  thresholdedCountsMechanism,
} from '../../src/index.ts';
import { planOpenHistogram } from '../../src/mechanisms/open-histogram.ts';
import { planThresholdedCounts } from '../../src/mechanisms/thresholded-counts.ts';
import { createSeededSource } from '../../src/testing.ts';
import { laplaceEvents } from './laplace-events.ts';
import { refused } from './refused.ts';

const named = { epsilon: epsilon(1), delta: delta('1/50'), adjacency: 'add-remove' } as const;

/** How often the name `x` is published of so many runs. */
function namedShare(draw: (seed: bigint) => ReadonlyMap<string, bigint>, runs: number): number {
  let found = 0;
  for (let seed = 0n; seed < runs; seed += 1n) if (draw(seed).has('x')) found += 1;
  return found / runs;
}

suite('names that are not public', () => {
  test('a name of one unit passes the threshold with delta at most, and it is no idle bound', () => {
    const plan = planThresholdedCounts({ ...named, partitionsPerUnit: 1 });
    const runs = 30_000;
    const share = namedShare((seed) => plan.draw(new Map([['x', 1n]]), createSeededSource(seed)), runs);
    assert.ok(share <= 0.02 + 3.5 * Math.sqrt(0.02 / runs), `${share}`);
    assert.ok(share > 0.006, 'the next lower threshold would be e times as likely');
  });

  test('a unit that is alone in several partitions has its delta for all of them together', () => {
    const plan = planThresholdedCounts({ ...named, partitionsPerUnit: 4 });
    const own = new Map(['x', 'y', 'z', 'w'].map((name) => [name, 1n]));
    const runs = 20_000;
    let found = 0;
    for (let seed = 0n; seed < runs; seed += 1n)
      if (plan.draw(own, createSeededSource(seed)).size > 0) found += 1;
    assert.ok(found / runs <= 0.02 + 3.5 * Math.sqrt(0.02 / runs), `${found / runs}`);
  });

  test('a name of no unit is never published, whatever the noise', () => {
    const thresholded = planThresholdedCounts({ ...named, partitionsPerUnit: 1 });
    assert.equal(
      namedShare((seed) => thresholded.draw(new Map([['x', 0n]]), createSeededSource(seed)), 2000),
      0,
    );
  });

  test('scale and delta are split over the partitions that one unit changes', () => {
    for (const [adjacency, partitionsPerUnit, changed] of [
      ['add-remove', 1, 1],
      ['add-remove', 3, 3],
      ['replace-one', 3, 6],
    ] as const) {
      const { events } = planThresholdedCounts<Adjacency>({ ...named, partitionsPerUnit, adjacency });
      const [event] = laplaceEvents(events);
      assert.deepEqual([event?.scale, event?.l1], [rational(changed), rational(changed)]);
      assert.ok(events[1]?.kind === 'approximate' && events[1].epsilon.numerator === 0n);
      assert.deepEqual(events[1].delta, named.delta);
    }
  });

  test('an open histogram names what many units have, with counts near theirs, and costs both events', () => {
    const records = Array.from({ length: 900 }, (_, index) => ({
      unit: `u${index % 300}`,
      key: `k${index % 3}`,
    }));
    const parameters = {
      selection: { epsilon: epsilon(1), delta: delta('1e-6') },
      epsilon: epsilon(1),
      bucketsPerUnit: 1,
      recordsPerBucket: 2,
      adjacency: 'add-remove',
    } as const;
    const plan = planOpenHistogram(parameters);
    assert.deepEqual(
      plan.events.map(({ kind }) => kind),
      ['approximate', 'discrete-laplace'],
    );
    assert.deepEqual(laplaceEvents(plan.events)[0]?.l1, rational(2));
    const { value } = openHistogramMechanism(parameters).release(records, createReleaseSource());
    assert.deepEqual([...value.keys()], ['k0', 'k1', 'k2']);
    // Each unit repeats one key three times; two of them count.
    for (const count of value.values()) assert.ok(Math.abs(Number(count) - 200) < 60);
  });

  test('a key that one unit repeats is a key of one unit', () => {
    const records = Array.from({ length: 1000 }, () => ({ unit: 'a', key: 'x' }));
    const plan = planOpenHistogram({
      selection: { epsilon: epsilon(1), delta: delta('1/50') },
      epsilon: epsilon(1),
      bucketsPerUnit: 1,
      recordsPerBucket: 1000,
      adjacency: 'add-remove',
    });
    const runs = 4000;
    const share = namedShare((seed) => plan.draw(records, createSeededSource(seed)), runs);
    assert.ok(share <= 0.02 + 3.5 * Math.sqrt(0.02 / runs), `${share}`);
  });

  test('delta 0 names nothing, and counts are whole numbers', () => {
    const parameters = { ...named, partitionsPerUnit: 1 };
    assert.throws(
      () => thresholdedCountsMechanism({ ...parameters, delta: delta(0) }),
      refused('out_of_range'),
    );
    const bad = new Map([['x', Number.NaN as unknown as bigint]]);
    assert.throws(
      () => thresholdedCountsMechanism(parameters).release(bad, createReleaseSource()),
      refused('not_finite'),
    );
  });
});
