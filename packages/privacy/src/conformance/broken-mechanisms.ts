import type { BitSource } from '../random/bit-source.ts';
import { createSeededSource } from '../random/seeded-source.ts';
import { createDiscreteLaplace } from '../samplers/discrete-laplace.ts';
import { rational } from '../units/rational.ts';
import { type BrokenMechanism, onBoth } from './broken-mechanism.ts';
import { BROKEN_SPARSE_VECTORS } from './broken-sparse-vectors.ts';

const ONE = { epsilon: 1, delta: 0 };
const unit = createDiscreteLaplace(rational(1));
const half = createDiscreteLaplace(rational('1/2'));

export const BROKEN_MECHANISMS: readonly BrokenMechanism[] = Object.freeze([
  {
    name: 'no-noise',
    fault: 'a count is published as it is',
    claim: ONE,
    neighbours: onBoth((count: bigint) => count, 5n, 4n),
  },
  {
    name: 'wrong-sensitivity',
    fault: 'values of up to 4 are summed with noise for 1',
    claim: ONE,
    neighbours: onBoth((sum: bigint, source) => sum + unit(source), 12n, 8n),
  },
  {
    name: 'repeated-keys',
    fault: 'a unit of three records counts three times with noise for one',
    claim: ONE,
    neighbours: onBoth(
      (records: readonly string[], source) => BigInt(records.length) + unit(source),
      ['a', 'b', 'b', 'b'],
      ['a'],
    ),
  },
  {
    name: 'epsilon-twice',
    fault: 'two counts of the same units, each with the noise of the whole budget',
    claim: ONE,
    neighbours: onBoth((count: bigint, source) => `${count + unit(source)} ${count + unit(source)}`, 5n, 4n),
  },
  {
    name: 'scale-for-epsilon',
    fault: 'noise of scale ε, where it should be 1/ε',
    claim: { epsilon: 0.5, delta: 0 },
    neighbours: onBoth((count: bigint, source) => count + half(source), 5n, 4n),
  },
  {
    name: 'wrong-grid',
    fault: 'noise is made of steps of 4, and values of steps of 1',
    claim: ONE,
    neighbours: onBoth((count: bigint, source) => count + 4n * unit(source), 5n, 4n),
  },
  {
    name: 'noise-cut-off',
    fault: 'noise beyond 5 is cut off, and δ is said to be 0',
    claim: ONE,
    neighbours: onBoth((count: bigint, source) => count + cut(unit(source), 5n), 5n, 4n),
  },
  {
    name: 'same-noise-again',
    fault: 'the noise comes from a seed in the program',
    claim: ONE,
    neighbours: onBoth((count: bigint) => count + unit(createSeededSource(42n)), 5n, 4n),
  },
  {
    name: 'public-record-count',
    fault: 'a mean is a noisy sum over the true number of records',
    claim: ONE,
    neighbours: onBoth(
      (values: readonly bigint[], source) => `${total(values) + unit(source)}/${values.length}`,
      [1n, 0n, 1n],
      [1n, 0n],
    ),
  },
  {
    name: 'bounds-of-the-data',
    fault: 'values are bounded by the largest of them, which sets the noise',
    claim: ONE,
    neighbours: onBoth(
      (values: readonly bigint[], source) => total(values) + largest(values) * unit(source),
      [1n, 2n, 40n],
      [1n, 2n],
    ),
  },
  {
    name: 'not-a-number',
    fault: 'NaN is added to a sum, and shows that it was there',
    claim: ONE,
    neighbours: onBoth(
      (values: readonly number[], source) =>
        values.reduce((sum, value) => sum + value, 0) + Number(unit(source)),
      [1, Number.NaN],
      [1],
    ),
  },
  {
    name: 'noise-in-doubles',
    fault:
      'textbook noise in doubles: what bits of a sum can be tells which value it was added to (Mironov 2012)',
    claim: ONE,
    // Sums with 1 are multiples of 2⁻⁵³. Sums with 0 keep all bits of the noise.
    neighbours: onBoth(
      (value: number, source) => Number.isInteger((value + laplaceInDoubles(source)) * 2 ** 53),
      1,
      0,
    ),
  },
  {
    name: 'all-keys',
    fault: 'names are published with noisy counts, however few units have them',
    claim: { epsilon: 1, delta: 1e-6 },
    neighbours: onBoth(
      (names: readonly string[], source) => names.map((name) => `${name}=${1n + unit(source)}`).join(),
      ['x', 'y'],
      ['x'],
    ),
  },
  {
    name: 'half-of-the-coins',
    fault: 'randomised response with the odds of 2ε',
    claim: ONE,
    neighbours: onBoth(
      (answer: boolean, source) => (source.bits(16) / 2 ** 16 < 1 / (1 + Math.exp(-2)) ? answer : !answer),
      true,
      false,
    ),
  },
  {
    name: 'winner-with-score',
    fault: 'the best of two is published with its noisy score, on the budget of the choice alone',
    claim: ONE,
    neighbours: onBoth(
      (scores: readonly [bigint, bigint], source) => {
        const [a, b] = [scores[0] + unit(source), scores[1] + unit(source)];
        return a >= b ? `first ${a}` : `second ${b}`;
      },
      [2n, 2n],
      [1n, 1n],
    ),
  },
  ...BROKEN_SPARSE_VECTORS,
]);

function cut(noise: bigint, most: bigint): bigint {
  return noise > most ? most : noise < -most ? -most : noise;
}

function total(values: readonly bigint[]): bigint {
  return values.reduce((sum, value) => sum + value, 0n);
}

function largest(values: readonly bigint[]): bigint {
  return values.reduce((most, value) => (value > most ? value : most));
}

function laplaceInDoubles(source: BitSource): number {
  const u = (source.bits(26) * 2 ** 27 + source.bits(27)) / 2 ** 53 - 0.5;
  return -Math.sign(u) * Math.log(1 - 2 * Math.abs(u));
}
