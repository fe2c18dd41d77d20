import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  createReleaseSource,
  epsilon,
  type Rational,
  sensitivity,
  sparseVectorMechanism,
  toNumberDown,
} from '../../src/index.ts';
import { planSparseVector, scalesOf } from '../../src/mechanisms/sparse-vector.ts';
import { createSeededSource } from '../../src/testing.ts';
import { refused } from './refused.ts';

type Scales = { readonly threshold: number; readonly answer: number };

/** P(noise ≥ least) for discrete Laplace noise; a scale of 0 is none. */
function tail(least: number, scale: number): number {
  if (scale === 0) return least <= 0 ? 1 : 0;
  const decay = Math.exp(-1 / scale);
  return least > 0 ? decay ** least / (1 + decay) : 1 - decay ** (1 - least) / (1 + decay);
}

/** The chance of a row of replies to answers, all compared with 0; the sum over the noise of the threshold leaves out less than 1e-14. */
function rowChance(answers: readonly number[], above: readonly boolean[], scales: Scales): number {
  const end = Math.ceil(scales.threshold * 34);
  const decay = Math.exp(-1 / scales.threshold);
  let sum = 0;
  for (let shift = -end; shift <= end; shift += 1) {
    let chance = ((1 - decay) / (1 + decay)) * decay ** Math.abs(shift);
    above.forEach((yes, index) => {
      const high = tail(shift - (answers[index] as number), scales.answer);
      chance *= yes ? high : 1 - high;
    });
    sum += chance;
  }
  return sum;
}

/** All rows of replies that can come, each until `aboveMax` were above. */
function rowsOf(length: number, aboveMax: number): boolean[][] {
  const rows: boolean[][] = [];
  const extend = (row: readonly boolean[]): void => {
    if (row.length === length || row.filter(Boolean).length === aboveMax) rows.push([...row]);
    else for (const next of [false, true]) extend([...row, next]);
  };
  extend([]);
  return rows;
}

/** The largest |log ratio| over rows of replies and neighbouring answers that move by at most 1. */
function worstLoss(scales: Scales, aboveMax: number, moves: readonly number[]): number {
  const length = 5;
  let worst = 0;
  const directions = Array.from({ length: moves.length ** length }, (_, code) =>
    Array.from(
      { length },
      (__, place) => moves[Math.floor(code / moves.length ** place) % moves.length] as number,
    ),
  );
  const rows = rowsOf(length, aboveMax);
  for (const base of [0, 3]) {
    const answers = new Array<number>(length).fill(base);
    const own = rows.map((row) => rowChance(answers, row, scales));
    for (const direction of directions) {
      const moved = answers.map((answer, index) => answer + (direction[index] as number));
      rows.forEach((row, index) => {
        const other = rowChance(moved, row, scales);
        const loss = own[index] === 0 && other === 0 ? 0 : Math.abs(Math.log((own[index] as number) / other));
        worst = Math.max(worst, loss);
      });
    }
  }
  return worst;
}

const numbers = ({ threshold, answer }: { threshold: Rational; answer: Rational }): Scales => ({
  threshold: toNumberDown(threshold),
  answer: toNumberDown(answer),
});
const PARAMETERS = {
  epsilon: epsilon(1),
  sensitivity: sensitivity('linf', 1),
  adjacency: 'add-remove',
} as const;

suite('sparse vector', () => {
  test('no row of replies tells neighbours apart by more than epsilon', () => {
    for (const aboveMax of [1, 2]) {
      const scales = numbers(scalesOf({ ...PARAMETERS, aboveMax }));
      const worst = worstLoss(scales, aboveMax, [-1, 1]);
      assert.ok(worst <= 1 + 1e-9 && worst > 0.5, `${worst}`);
      const half = numbers(scalesOf({ ...PARAMETERS, aboveMax, monotonic: true }));
      const oneWay = worstLoss(half, aboveMax, [0, 1]);
      assert.ok(oneWay <= 1 + 1e-9, `monotonic ${oneWay}`);
      assert.ok(half.answer < scales.answer);
    }
  });

  test('the broken variants in print are seen to be so', () => {
    // Lyu, Su and Li 2017, Algorithm 5: no noise on answers. Algorithm 6: noise on answers that does not grow with how many are above.
    assert.equal(worstLoss({ threshold: 2, answer: 0 }, 2, [-1, 1]), Infinity);
    const { threshold, answer } = numbers(scalesOf({ ...PARAMETERS, aboveMax: 1 }));
    assert.ok(worstLoss({ threshold, answer }, 4, [-1, 1]) > 1.1);
    // And monotonic noise where answers move both ways.
    assert.ok(worstLoss({ threshold: 1.5, answer: 1 / (1 - 1 / 1.5) / 2 }, 2, [-1, 1]) > 1.1);
  });

  test('what is drawn has the chances that were judged', () => {
    const plan = planSparseVector({ ...PARAMETERS, aboveMax: 2 });
    const scales = numbers(scalesOf({ ...PARAMETERS, aboveMax: 2 }));
    const source = createSeededSource(11n);
    const answers = [2, -3, 0];
    const runs = 20_000;
    const counts = new Map<string, number>();
    for (let run = 0; run < runs; run += 1) {
      const next = plan.start(source);
      const row: boolean[] = [];
      for (const answer of answers) {
        if (row.filter(Boolean).length < 2) row.push(next({ answer: BigInt(answer + 40), threshold: 40n }));
      }
      counts.set(String(row), (counts.get(String(row)) ?? 0) + 1);
    }
    for (const row of rowsOf(3, 2)) {
      const chance = rowChance(answers, row, scales);
      const error = Math.sqrt((chance * (1 - chance)) / runs);
      assert.ok(Math.abs((counts.get(String(row)) ?? 0) / runs - chance) < 4.5 * error, `${row}`);
    }
  });

  test('it ends after what was paid for, and refuses what is no whole number', () => {
    const mechanism = sparseVectorMechanism({ ...PARAMETERS, epsilon: epsilon(1000), aboveMax: 2 });
    const stream = mechanism.open(createReleaseSource());
    const ask = (answer: bigint) => stream.next({ answer, threshold: 500n });
    assert.deepEqual([ask(0n), ask(1000n), ask(0n), ask(1000n)], [false, true, false, true]);
    assert.throws(() => ask(0n), refused('budget_exhausted'));
    const other = mechanism.open(createReleaseSource());
    assert.throws(
      () => other.next({ answer: Number.NaN as unknown as bigint, threshold: 0n }),
      refused('not_finite'),
    );
    assert.throws(
      () => sparseVectorMechanism({ ...PARAMETERS, adjacency: 'replace-one', monotonic: true, aboveMax: 1 }),
      refused('bad_parameter'),
    );
    assert.throws(
      () => sparseVectorMechanism({ ...PARAMETERS, sensitivity: sensitivity('linf', '1/2'), aboveMax: 1 }),
      refused('out_of_range'),
    );
  });
});
