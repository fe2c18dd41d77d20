import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  type Adjacency,
  epsilon,
  type EventShape,
  makeRational,
  privacyEvent,
  rational,
  samplingRate,
} from '../src/index.ts';
import { refused } from './mechanisms/refused.ts';

const one = rational(1);
const none = rational(0);
const less = rational(-1);
const half = rational('1/2');
const rate = samplingRate('1/2');

const mixture = {
  kind: 'gaussian-mixture',
  deviation: one,
  shifts: [none, one],
  weights: [half, half],
} as const;
const steps = { kind: 'training-steps', noiseMultiplier: one, steps: 4 } as const;
const shuffled = { kind: 'shuffled', epochs: 2 } as const;
const cut = { kind: 'truncated-poisson', rate, units: 9, batchMax: 3 } as const;
const discrete = { kind: 'discrete-gaussian', variance: one, l2Squared: one, dimensions: 1 } as const;
const response = { kind: 'randomised-response', truth: half, categories: 3 } as const;
const tree = { kind: 'tree-steps', noiseMultiplier: one, stepsOfPass: 8, passes: 1 } as const;

const CAN_BE: readonly EventShape[] = [
  { kind: 'pure', epsilon: epsilon(0) },
  mixture,
  { ...steps, sampling: shuffled },
  { ...steps, sampling: cut },
  discrete,
  response,
  tree,
];

/** Each would have a price below its own, or none at all, if it were read as it stands. */
const CAN_NOT_BE: readonly EventShape[] = [
  ...[none, less].flatMap((bad): EventShape[] => [
    { kind: 'gaussian', noiseMultiplier: bad },
    { kind: 'laplace', noiseMultiplier: bad },
    { kind: 'discrete-laplace', scale: bad, l1: one },
    { kind: 'discrete-laplace', scale: one, l1: bad },
    { ...discrete, variance: bad },
    { ...discrete, l2Squared: bad },
    { ...response, truth: bad },
    { ...mixture, deviation: bad },
    { ...steps, noiseMultiplier: bad, sampling: shuffled },
    { ...tree, noiseMultiplier: bad },
  ]),
  ...[0, -1, 0.5, Number.NaN, Infinity].flatMap((bad): EventShape[] => [
    { ...discrete, dimensions: bad },
    { ...response, categories: bad },
    { ...steps, steps: bad, sampling: shuffled },
    { ...steps, sampling: { ...shuffled, epochs: bad } },
    { ...steps, sampling: { kind: 'fixed-order', epochs: bad } },
    { ...steps, sampling: { ...cut, units: bad } },
    { ...steps, sampling: { ...cut, batchMax: bad } },
    { ...tree, stepsOfPass: bad },
    { ...tree, passes: bad },
  ]),
  { ...response, categories: 1 },
  { ...response, truth: rational(2) },
  { ...mixture, shifts: [none, less] },
  { ...mixture, shifts: [none, none] },
  { ...mixture, shifts: [one] },
  { ...mixture, weights: [half, rational('1/4')] },
  { ...mixture, weights: [rational('3/2'), rational('-1/2')] },
  { kind: 'mystery' } as unknown as EventShape,
  { ...steps, sampling: { kind: 'mystery' } } as unknown as EventShape,
];

suite('events', () => {
  test('what can not have been released is no event, under either adjacency', () => {
    for (const shape of CAN_BE) assert.equal(privacyEvent('add-remove', shape).kind, shape.kind);
    for (const adjacency of ['add-remove', 'replace-one'] satisfies Adjacency[])
      for (const [place, shape] of CAN_NOT_BE.entries()) {
        if (adjacency === 'replace-one' && shape.kind === 'gaussian-mixture') continue;
        assert.throws(
          () => privacyEvent(adjacency, shape),
          refused('out_of_range'),
          `${place} ${shape.kind}`,
        );
      }
  });

  test('a mixture has no price where a unit is replaced: it does not say by what', () => {
    // Read as it stands it would cost what adding a unit costs, which is less.
    assert.throws(() => privacyEvent('replace-one', mixture), refused('cannot_account'));
  });

  test('an event does not change with what it was made of', () => {
    const witness = { units: 9, batchSizes: [3, 5] };
    const shifts = [none, one];
    const poisson = privacyEvent('add-remove', {
      ...steps,
      sampling: Object.freeze({ kind: 'poisson', rate, witness }),
    });
    const mixed = privacyEvent('add-remove', { ...mixture, shifts });
    witness.batchSizes.push(4);
    shifts[1] = makeRational(1n, 9n);
    assert.ok(poisson.kind === 'training-steps' && poisson.sampling.kind === 'poisson');
    assert.deepEqual(poisson.sampling.witness.batchSizes, [3, 5]);
    assert.ok(mixed.kind === 'gaussian-mixture');
    assert.deepEqual(mixed.shifts, [none, one]);
    for (const held of [poisson.sampling, poisson.sampling.witness.batchSizes, mixed.shifts, mixed.weights])
      assert.ok(Object.isFrozen(held));
  });
});
