import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { BROKEN_MECHANISMS } from '../../src/conformance.ts';
import {
  auditNeighbours,
  type BitSource,
  createDiscreteGaussian,
  epsilon,
  PrivacyError,
  rational,
  sensitivity,
} from '../../src/index.ts';
import { binomialTail, chanceLowerBound, chanceUpperBound } from '../../src/audit/binomial.ts';
import { planGeometric } from '../../src/mechanisms/geometric.ts';
import { planLaplace } from '../../src/mechanisms/laplace.ts';
import { planRandomisedResponse } from '../../src/mechanisms/randomised-response.ts';
import { planSparseVector } from '../../src/mechanisms/sparse-vector.ts';
import { createSeededSource } from '../../src/testing.ts';

type Pair = (source: BitSource) => { first: () => unknown; second: () => unknown };

const one = sensitivity('l1', 1);

function geometricPair(text: string): Pair {
  const { draw } = planGeometric({ epsilon: epsilon(text), sensitivity: one, adjacency: 'add-remove' });
  return (source) => ({ first: () => draw([5n], source)[0], second: () => draw([4n], source)[0] });
}

/** Of each, the loss that it claims and two inputs that are as far apart as it allows. */
const CORRECT: readonly (readonly [string, number, number, Pair])[] = [
  ['geometric, ε = 1', 1, 0, geometricPair('1')],
  ['geometric, ε = 1/10', 0.1, 0, geometricPair('1/10')],
  ['geometric, ε = 3', 3, 0, geometricPair('3')],
  [
    'Laplace on a grid, ε = 1',
    1,
    0,
    (source) => {
      const { draw } = planLaplace({
        epsilon: epsilon(1),
        sensitivity: one,
        bounds: { lower: 0, upper: 10 },
        adjacency: 'add-remove',
      });
      return { first: () => draw([3.25], source)[0], second: () => draw([4.25], source)[0] };
    },
  ],
  [
    'randomised response, ε = 2',
    2,
    0,
    (source) => {
      const { draw } = planRandomisedResponse({ categories: 3, epsilon: epsilon(2) });
      return { first: () => draw([0], source)[0], second: () => draw([2], source)[0] };
    },
  ],
  [
    'sparse vector, ε = 1',
    1,
    0,
    (source) => {
      const { start } = planSparseVector({
        epsilon: epsilon(1),
        sensitivity: sensitivity('linf', 1),
        aboveMax: 1,
        adjacency: 'add-remove',
      });
      const ask = (answers: readonly bigint[]): string => {
        const next = start(source);
        const said: boolean[] = [];
        for (const answer of answers) if (said.at(-1) !== true) said.push(next({ answer, threshold: 0n }));
        return said.join(' ');
      };
      return { first: () => ask([0n, 0n, 0n, 1n]), second: () => ask([1n, 1n, 1n, 0n]) };
    },
  ],
  [
    // δ(1) of variance 1 is 0.14135133940562192 (discrete-gaussian, cdp2adp.py).
    'discrete Gaussian, (1, 0.14136)',
    1,
    0.14136,
    (source) => {
      const noise = createDiscreteGaussian(rational(1));
      return { first: () => noise(source), second: () => 1n + noise(source) };
    },
  ],
];

suite('the audit of two neighbours', () => {
  for (const [name, claim, delta, neighbours] of CORRECT) {
    test(`never says more than the claim of ${name}, and comes near it`, () => {
      let largest = 0;
      for (let seed = 1n; seed <= 4n; seed++) {
        const pair = neighbours(createSeededSource(seed));
        const { epsilonLower } = auditNeighbours(pair, { delta, trials: 20_000, significance: 0.01 });
        assert.ok(epsilonLower <= claim, `${epsilonLower} with seed ${seed}`);
        largest = Math.max(largest, epsilonLower);
      }
      // 10,000 that are counted do not show a tenth.
      if (delta === 0 && claim >= 1) assert.ok(largest >= claim / 4, `${largest} is far below`);
    });
  }

  for (const { name, fault, claim, neighbours } of BROKEN_MECHANISMS) {
    test(`says more than the claim of ${name}: ${fault}`, () => {
      const { epsilonLower, event } = auditNeighbours(neighbours(createSeededSource(3n)), {
        delta: claim.delta,
      });
      assert.ok(epsilonLower > claim.epsilon, `${epsilonLower} by ${event}`);
    });
  }

  test('two inputs that are alike show nothing, however many outcomes there are to choose from', () => {
    const wide = createDiscreteGaussian(rational(1_000_000));
    // Of 128 outcomes, those that one side happened to have more often would show a loss if they were counted on the same draws.
    const even = (source: BitSource): unknown => source.bits(7);
    for (let seed = 1n; seed <= 20n; seed++)
      for (const release of [wide, even]) {
        const source = createSeededSource(seed);
        const same = (): unknown => release(source);
        const audit = auditNeighbours({ first: same, second: same }, { trials: 4_000, significance: 0.01 });
        assert.equal(audit.epsilonLower, 0);
      }
  });

  test('draws that chose the event are not counted', () => {
    let drawn = 0;
    const first = (): number => (drawn++ < 500 ? 1 : 0);
    assert.equal(auditNeighbours({ first, second: () => 0 }, { trials: 1_000 }).epsilonLower, 0);
  });

  test('what can not be an audit is refused', () => {
    const pair = { first: () => 0, second: () => 1 };
    for (const options of [
      { delta: 1 },
      { delta: -1 },
      { delta: Number.NaN },
      { trials: 10 },
      { significance: 0 },
    ])
      assert.throws(
        () => auditNeighbours(pair, options),
        (error: unknown) => error instanceof PrivacyError && error.code === 'out_of_range',
      );
  });
});

suite('binomial bounds', () => {
  test('tails are sums of masses', () => {
    for (const [n, p] of [
      [1, 0.3],
      [10, 0.01],
      [40, 0.5],
      [60, 0.93],
    ] as const) {
      let sum = 0;
      for (let k = n; k >= 0; k--) {
        let ways = 1;
        for (let i = 1; i <= k; i++) ways = (ways * (n - k + i)) / i;
        sum += ways * p ** k * (1 - p) ** (n - k);
        assert.ok(Math.abs(binomialTail(k, n, p) / sum - 1) < 1e-10, `${k} of ${n}`);
      }
    }
  });

  test('bounds are those of Clopper and Pearson, at their ends and in between', () => {
    assert.equal(chanceLowerBound(0, 50, 0.05), 0);
    assert.equal(chanceUpperBound(50, 50, 0.05), 1);
    // With no success, (1 − p)^n is the significance.
    assert.ok(Math.abs(chanceUpperBound(0, 50, 0.05) - (1 - 0.05 ** (1 / 50))) < 1e-12);
    // scipy.stats.beta.ppf(.05, 7, 44) and ppf(.95, 8, 43)
    assert.ok(Math.abs(chanceLowerBound(7, 50, 0.05) - 0.067596699003557) < 1e-10);
    assert.ok(Math.abs(chanceUpperBound(7, 50, 0.05) - 0.2469352017312092) < 1e-10);
  });
});
