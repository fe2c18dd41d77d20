import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { createReleaseSource, epsilon, permuteAndFlipMechanism, sensitivity } from '../../src/index.ts';
import { planExponential, planPermuteAndFlip } from '../../src/mechanisms/choose-by-score.ts';
import { createSeededSource } from '../../src/testing.ts';
import { enumerateTapes } from '../../src/conformance/enumerate-tapes.ts';
import { refused } from './refused.ts';

/** P ∝ exp(score · rate) */
function exponentialChances(scores: readonly number[], rate: number): number[] {
  const weights = scores.map((score) => Math.exp((score - Math.max(...scores)) * rate));
  const sum = weights.reduce((total, weight) => total + weight);
  return weights.map((weight) => weight / sum);
}

/** The chance of each candidate to be taken first, over all orders in which they are asked. */
function flipChances(scores: readonly number[], rate: number): number[] {
  const best = Math.max(...scores);
  const of = (left: readonly number[]): number[] => {
    const chances = scores.map(() => 0);
    for (const candidate of left) {
      const taken = Math.exp(((scores[candidate] as number) - best) * rate);
      chances[candidate]! += taken / left.length;
      if (taken === 1) continue;
      const rest = of(left.filter((other) => other !== candidate));
      rest.forEach((chance, index) => {
        chances[index]! += ((1 - taken) * chance) / left.length;
      });
    }
    return chances;
  };
  return of(scores.map((_, index) => index));
}

/** P(score + exponential noise of that rate is the greatest), by Simpson's rule over the winner's noise. */
function noisyMaxChances(scores: readonly number[], rate: number): number[] {
  const [steps, end] = [40_000, 60 / rate];
  const best = Math.max(...scores);
  return scores.map((score, winner) => {
    const from = best - score;
    const density = (noise: number): number =>
      scores.reduce(
        (product, other, index) =>
          index === winner ? product : product * -Math.expm1(-rate * (score + noise - other)),
        rate * Math.exp(-rate * noise),
      );
    let sum = density(from) + density(from + end);
    for (let step = 1; step < steps; step += 1)
      sum += (step % 2 === 1 ? 4 : 2) * density(from + (end * step) / steps);
    return (sum * end) / steps / 3;
  });
}

const LOSS = { epsilon: epsilon(1), sensitivity: sensitivity('linf', 1), adjacency: 'add-remove' } as const;

suite('choices by score', () => {
  for (const [name, plan, chancesOf] of [
    ['the exponential mechanism', planExponential, exponentialChances],
    ['permute and flip', planPermuteAndFlip, flipChances],
  ] as const) {
    test(`${name} draws what its formula says`, () => {
      for (const scores of [
        [0, 0],
        [3, 1, 0],
        [0, 2, 2],
        [-1, 1],
      ]) {
        for (const monotonic of [false, true]) {
          const { draw } = plan({ ...LOSS, candidates: scores.length, monotonic });
          const { chances, unresolved } = enumerateTapes((source) => draw(scores.map(BigInt), source), 16);
          assert.ok(unresolved < 0.3, `${unresolved}`);
          chancesOf(scores, monotonic ? 1 : 1 / 2).forEach((chance, index) => {
            const found = chances.get(String(index)) ?? 0;
            assert.ok(
              found <= chance + 1e-12 && chance <= found + unresolved,
              `${scores} ${index}: ${found}`,
            );
          });
        }
      }
    });

    test(`${name} keeps to it in many draws`, () => {
      const { draw } = plan({ ...LOSS, candidates: 4 });
      const [source, runs] = [createSeededSource(5n), 20_000];
      const counts = [0, 0, 0, 0];
      for (let run = 0; run < runs; run += 1) counts[draw([4n, 1n, 0n, 3n], source)]! += 1;
      chancesOf([4, 1, 0, 3], 1 / 2).forEach((chance, index) => {
        const error = Math.sqrt((chance * (1 - chance)) / runs);
        assert.ok(Math.abs((counts[index] as number) / runs - chance) < 4.5 * error);
      });
    });

    test(`${name} keeps epsilon between neighbours`, () => {
      const score = fc.integer({ min: -6, max: 6 });
      for (const [least, rate] of [
        [-1, 1 / 2],
        // Monotonic: all scores go up, or stay.
        [0, 1],
      ] as const) {
        const moves = fc.array(fc.tuple(score, fc.integer({ min: least, max: 1 })), {
          minLength: 2,
          maxLength: 5,
        });
        fc.assert(
          fc.property(moves, (pairs) => {
            const p = chancesOf(
              pairs.map(([one]) => one),
              rate,
            );
            const q = chancesOf(
              pairs.map(([one, change]) => one + change),
              rate,
            );
            p.forEach((chance, index) => {
              assert.ok(Math.abs(Math.log(chance / (q[index] as number))) <= 1 + 1e-12);
            });
          }),
        );
      }
    });
  }

  test('permute and flip is the report of the noisy maximum with exponential noise', () => {
    for (const scores of [
      [0, 0, 0],
      [3, 1, 0, -2],
      [7, 6],
    ]) {
      const flipped = flipChances(scores, 0.7);
      noisyMaxChances(scores, 0.7).forEach((chance, index) => {
        assert.ok(Math.abs(chance - (flipped[index] as number)) < 1e-7, `${chance} ${flipped[index]}`);
      });
    }
  });

  test('scores of any size are told apart exactly', () => {
    const best = 2n ** 60n;
    const choose = permuteAndFlipMechanism({ ...LOSS, epsilon: epsilon(100), candidates: 3 });
    // As doubles these three are equal.
    for (let run = 0; run < 50; run += 1)
      assert.equal(choose.release([best - 2n, best, best - 1n], createReleaseSource()).value, 1);
  });

  test('scores that are no whole numbers, or more than were declared, are refused', () => {
    const choose = permuteAndFlipMechanism({ ...LOSS, candidates: 2 });
    const source = createReleaseSource();
    for (const score of [Number.NaN, Infinity, 0.5])
      assert.throws(() => choose.release([0n, score as unknown as bigint], source), refused('not_finite'));
    assert.throws(() => choose.release([0n, 1n, 2n], source), refused('bad_parameter'));
    assert.throws(
      () => permuteAndFlipMechanism({ ...LOSS, adjacency: 'replace-one', monotonic: true, candidates: 2 }),
      refused('bad_parameter'),
    );
    assert.throws(() => permuteAndFlipMechanism({ ...LOSS, candidates: 0 }), refused('out_of_range'));
    assert.throws(
      () => permuteAndFlipMechanism({ ...LOSS, epsilon: epsilon(0), candidates: 2 }),
      refused('out_of_range'),
    );
  });
});
