import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import {
  compare,
  createDiscreteGaussian,
  createReleaseSource,
  epsilon,
  multiply,
  optimiseToeplitz,
  rational,
  rho,
  sensitivity,
  toeplitzCounterMechanism,
  toNumberDown,
  treeCounterMechanism,
} from '../../src/index.ts';
import { columnNormUp } from '../../src/mechanisms/continual/buffered-toeplitz.ts';
import { planToeplitzCounter, stepSensitivity } from '../../src/mechanisms/continual/toeplitz-counter.ts';
import { factorisationLoss } from '../../src/mechanisms/continual/toeplitz-loss.ts';
import { createToeplitzProduct } from '../../src/mechanisms/continual/toeplitz-product.ts';
import { planTreeCounter } from '../../src/mechanisms/continual/tree-counter.ts';
import { createSeededSource } from '../../src/testing.ts';
import { laplaceEvent } from './laplace-events.ts';
import { refused } from './refused.ts';

const ONE_STEP = { sensitivity: sensitivity('l1', 1), adjacency: 'add-remove' } as const;
/** First column of C, as it is defined. */
const columnOf = ({ scales, decays }: ReturnType<typeof optimiseToeplitz>, steps: number): number[] =>
  Array.from({ length: steps }, (_, index) =>
    index === 0
      ? 1
      : scales.reduce((sum, scale, buffer) => sum + scale * (decays[buffer] as number) ** (index - 1), 0),
  );

suite('buffered Toeplitz factorisation', () => {
  test('two buffers for 1e5 steps are those of jax_privacy', () => {
    const { scales, decays } = optimiseToeplitz(100_000, 2);
    [0.0122853238, 0.1878393665].forEach((scale, index) => {
      assert.ok(Math.abs((scales[index] as number) / scale - 1) < 1e-5);
    });
    [0.9999528892, 0.9857068667].forEach((decay, index) => {
      assert.ok(Math.abs((decays[index] as number) / decay - 1) < 1e-5);
    });
  });

  test('the closed form of the error is that of the matrices', () => {
    const [distances, inverse, steps] = [[0.02, 0.3], [0.09, 0.6], 60];
    const forward = columnOf(pairOf(distances, inverse), steps);
    // The inverse's column, by forward substitution.
    const back: number[] = [];
    for (let row = 0; row < steps; row += 1)
      back.push(
        back.reduce((sum, each, place) => sum - each * (forward[row - place] as number), row === 0 ? 1 : 0),
      );
    let running = 0;
    const variance = back.reduce((sum, each) => sum + (running += each) ** 2, 0);
    const norm = forward.reduce((sum, each) => sum + each * each, 0);
    assert.ok(Math.abs(factorisationLoss(distances, inverse, steps) / (variance * norm) - 1) < 1e-12);
  });

  test('more buffers err less, and none less than the best of all factorisations', () => {
    const steps = 1000;
    const loss = (buffers: number): number => {
      const matrix = optimiseToeplitz(steps, buffers);
      return lastVariance(matrix, steps) * columnNormUp(matrix, steps) ** 2;
    };
    // Fichtenberger, Henzinger and Upadhyay 2023: the square root of the matrix of ones, which needs a buffer a step.
    let [entry, best] = [1, 0];
    for (let index = 1; index <= steps; index += 1) {
      best += entry ** 2;
      entry *= 1 - 1 / (2 * index);
    }
    const losses = [1, 2, 3].map(loss);
    losses.slice(1).forEach((each, index) => assert.ok(each < (losses[index] as number)));
    assert.ok((losses[2] as number) < best ** 2 * 1.05);
  });

  test('its worst running sum errs about a third as much as a tree of the same rho', () => {
    const steps = 10_000;
    const matrix = optimiseToeplitz(steps, 3);
    const deviation = Math.sqrt(lastVariance(matrix, steps)) * columnNormUp(matrix, steps);
    const [event] = planTreeCounter({ ...ONE_STEP, steps, rho: rho('1/2') }).events;
    assert.ok(event?.kind === 'discrete-gaussian');
    const nodes = Math.max(...Array.from({ length: steps }, (_, step) => bitsSet(step + 1)));
    const share = deviation / Math.sqrt(toNumberDown(event.variance) * nodes);
    assert.ok(share > 0.25 && share < 0.4, `${share}`);
  });

  test('the norm of a column is rounded up, and hardly', () => {
    const matrix = optimiseToeplitz(5000, 3);
    const exact = Math.sqrt(columnOf(matrix, 5000).reduce((sum, each) => sum + each * each, 0));
    const found = columnNormUp(matrix, 5000);
    assert.ok(found > exact && found < exact * (1 + 1e-10));
  });

  test('the product is C times the values, on the grid', () => {
    const matrix = optimiseToeplitz(64, 3);
    const column = columnOf(matrix, 64);
    fc.assert(
      fc.property(
        fc.array(fc.bigInt({ min: -1000n, max: 1000n }), { minLength: 1, maxLength: 64 }),
        (values) => {
          const product = createToeplitzProduct(matrix, 12);
          values.forEach((value, step) => {
            const exact = values
              .slice(0, step + 1)
              .reduce((sum, each, place) => sum + Number(each) * (column[step - place] as number), 0);
            assert.ok(Math.abs(Number(product(value)) - exact * 2 ** 12) <= 0.5 + 1e-6);
          });
        },
      ),
    );
  });

  test('neighbouring streams are never further apart than the sensitivity', () => {
    const [steps, gridBits] = [40, 3];
    const matrix = optimiseToeplitz(steps, 2);
    const move = fc.array(fc.tuple(fc.nat({ max: steps - 1 }), fc.integer({ min: -5, max: 5 })), {
      maxLength: 4,
    });
    const stream = fc.array(fc.bigInt({ min: 0n, max: 99n }), { minLength: steps, maxLength: steps });
    let closest = 0;
    const check = (values: bigint[], moves: [number, number][]): void => {
      const moved = [...values];
      for (const [place, by] of moves) moved[place] = (moved[place] as bigint) + BigInt(by);
      const l1 = moved.reduce(
        (sum, each, place) => sum + Math.abs(Number(each - (values[place] as bigint))),
        0,
      );
      const [here, there] = [values, moved].map((each) => each.map(createToeplitzProduct(matrix, gridBits)));
      const squared = here!.reduce(
        (sum, each, place) => sum + Number(each - (there![place] as bigint)) ** 2,
        0,
      );
      const bound = stepSensitivity(matrix, steps, rational(l1), gridBits);
      assert.ok(compare(rational(squared), multiply(bound, bound)) <= 0);
      closest = Math.max(closest, Math.sqrt(squared) / toNumberDown(bound));
    };
    fc.assert(fc.property(stream, move, check));
    check(new Array<bigint>(steps).fill(7n), [[0, 1000]]);
    assert.ok(closest > 0.99, 'a bound that nothing comes near is no test');
  });
});

/** Nodes of a tree that make up a running sum of so many values. */
function bitsSet(count: number): number {
  return count.toString(2).replaceAll('0', '').length;
}

/** The matrix of a pair, through the loss's own parameters. */
function pairOf(
  distances: readonly number[],
  inverse: readonly number[],
): ReturnType<typeof optimiseToeplitz> {
  const decays = distances.map((each) => 1 - each);
  const scales = distances.map((own, index) => {
    const above = inverse.reduce((product, each) => product * (each - own), 1);
    return above / ((distances[1 - index] as number) - own);
  });
  return { decays, scales };
}

/** Variance of the last running sum for noise of variance 1. */
function lastVariance({ scales, decays }: ReturnType<typeof optimiseToeplitz>, steps: number): number {
  const kept = scales.map(() => 0);
  let [running, variance] = [0, 0];
  for (let step = 0; step < steps; step += 1) {
    const value = scales.reduce(
      (rest, scale, index) => rest - scale * (kept[index] as number),
      step === 0 ? 1 : 0,
    );
    kept.forEach((each, index) => {
      kept[index] = (decays[index] as number) * each + value;
    });
    running += value;
    variance += running ** 2;
  }
  return variance;
}

suite('running sums', () => {
  const values = Array.from({ length: 100 }, (_, index) => BigInt((index * 7) % 13));

  test('a tree: the noise of each sum is that of its nodes', () => {
    const plan = planTreeCounter({ ...ONE_STEP, steps: 100, epsilon: epsilon(1) });
    const { scale, l1 } = laplaceEvent(plan.events);
    assert.deepEqual([scale, l1], [rational(7), rational(7)]);
    const decay = Math.exp(-1 / 7);
    const once = (2 * decay) / (1 - decay) ** 2;
    const [source, runs] = [createSeededSource(21n), 1500];
    const squares = values.map(() => 0);
    for (let run = 0; run < runs; run += 1) {
      const next = plan.start(source);
      let sum = 0n;
      values.forEach((value, step) => {
        sum += value;
        squares[step]! += Number(next(value) - sum) ** 2;
      });
    }
    squares.forEach((square, step) => {
      const nodes = bitsSet(step + 1);
      assert.ok(Math.abs(square / runs / (once * nodes) - 1) < 0.45, `step ${step + 1}`);
    });
    const all = squares.reduce((sum, each) => sum + each) / runs;
    const nodes = values.reduce((sum, _, step) => sum + bitsSet(step + 1), 0);
    assert.ok(Math.abs(all / (once * nodes) - 1) < 0.06);
  });

  test('a tree: each sum is of the nodes of its dyadic parts, and no value is in more nodes than the event says', () => {
    const steps = 13;
    const plan = planTreeCounter({ ...ONE_STEP, steps, rho: rho('1/2') });
    const [event] = plan.events;
    assert.ok(event?.kind === 'discrete-gaussian');
    assert.deepEqual(
      [event.l2Squared, event.variance, event.dimensions],
      [rational(4), rational(4), 13 + 6 + 3 + 1],
    );
    // The node that step t completes is of the steps after t less its lowest bit, and gets the t-th draw.
    const [source, noise] = [createSeededSource(1n), createDiscreteGaussian(event.variance)];
    const next = plan.start(createSeededSource(1n));
    const sums = [0n];
    const nodes = new Array<number>(steps + 1).fill(0);
    for (let step = 1; step <= steps; step += 1) {
      const before = step - (step & -step);
      sums[step] = (sums[before] as bigint) + noise(source) + 5n * BigInt(step - before);
      assert.equal(next(5n), sums[step]);
      for (let each = before + 1; each <= step; each += 1) nodes[each]! += 1;
    }
    assert.ok(Math.max(...nodes) <= 4);
  });

  test('a factorisation: sums are right, with the error that its parameters promise', () => {
    const steps = 100;
    const plan = planToeplitzCounter({ ...ONE_STEP, steps, rho: rho('1/2') });
    const [event] = plan.events;
    assert.ok(event?.kind === 'discrete-gaussian' && event.dimensions === steps);
    assert.deepEqual(event.variance, event.l2Squared);
    const matrix = optimiseToeplitz(steps, 3);
    const expected = lastVariance(matrix, steps) * columnNormUp(matrix, steps) ** 2;
    const total = Number(values.reduce((sum, each) => sum + each));
    const [source, runs] = [createSeededSource(8n), 1000];
    let [sum, squares] = [0, 0];
    for (let run = 0; run < runs; run += 1) {
      const next = plan.start(source);
      const last = values.map((value) => next(value)).at(-1) as number;
      sum += last - total;
      squares += (last - total) ** 2;
    }
    assert.ok(Math.abs(sum / runs) < 4 * Math.sqrt(expected / runs));
    assert.ok(
      Math.abs(squares / runs / expected - 1) < 4 * Math.sqrt(2 / runs),
      `${squares / runs} ${expected}`,
    );
  });

  test('a factorisation: neighbours differ by their true sums, and roundings of the grid', () => {
    const plan = planToeplitzCounter({ ...ONE_STEP, steps: 100, rho: rho('1/2') });
    const [here, there] = [plan.start(createSeededSource(1n)), plan.start(createSeededSource(1n))];
    values.forEach((value, step) => {
      const moved = there(value + (step === 40 ? 1n : 0n)) - here(value);
      assert.ok(Math.abs(moved - (step >= 40 ? 1 : 0)) < 0.01);
    });
  });

  test('a stream ends, and takes whole numbers only', () => {
    const source = createReleaseSource();
    for (const mechanism of [
      treeCounterMechanism({ ...ONE_STEP, steps: 2, epsilon: epsilon(1) }),
      toeplitzCounterMechanism({ ...ONE_STEP, steps: 2, rho: rho(1), buffers: 1 }),
    ]) {
      const stream = mechanism.open(source);
      stream.next(1n);
      assert.throws(() => stream.next(Number.NaN as unknown as bigint), refused('not_finite'));
      stream.next(1n);
      assert.throws(() => stream.next(1n), refused('budget_exhausted'));
    }
    assert.throws(
      () => treeCounterMechanism({ ...ONE_STEP, steps: 0, epsilon: epsilon(1) }),
      refused('out_of_range'),
    );
    assert.throws(
      () => treeCounterMechanism({ ...ONE_STEP, steps: 4, rho: rho(0) }),
      refused('out_of_range'),
    );
    const half = {
      steps: 4,
      rho: rho(1),
      sensitivity: sensitivity('l1', '1/2'),
      adjacency: 'add-remove',
    } as const;
    for (const make of [treeCounterMechanism, toeplitzCounterMechanism])
      assert.throws(() => make(half), refused('out_of_range'));
    assert.throws(() => optimiseToeplitz(10, 9), refused('out_of_range'));
    assert.throws(() => optimiseToeplitz(1, 1), refused('out_of_range'));
  });
});
