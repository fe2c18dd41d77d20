import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Neighbours, nearestAccounts } from '../src/linking/nearest-accounts.ts';
import { createRandom } from '../src/random.ts';
import { createSeededRandom } from './seeded-random.ts';

const DIMENSIONS = 3;
const of = ({ indices, k }: Neighbours, account: number): number[] => [
  ...indices.subarray(account * k, account * k + k),
];

const same = (a: Int32Array, b: Int32Array): boolean =>
  Buffer.compare(Buffer.from(a.buffer), Buffer.from(b.buffer)) === 0;

function scattered(seed: number, count: number): Float64Array {
  const random = createSeededRandom(seed);
  return Float64Array.from({ length: count * DIMENSIONS }, () => random.next());
}

/** The `k` nearest of one account by looking at every other. */
function bruteForce(points: Float64Array, dimensions: number, k: number, account: number): number[] {
  const distance = (other: number): number =>
    Array.from(
      { length: dimensions },
      (_, i) => ((points[account * dimensions + i] ?? 0) - (points[other * dimensions + i] ?? 0)) ** 2,
    ).reduce((sum, each) => sum + each, 0);
  const others = Array.from({ length: points.length / dimensions }, (_, other) => other).filter(
    (other) => other !== account,
  );
  const distances = new Map(others.map((other) => [other, distance(other)]));
  return others.sort((a, b) => (distances.get(a) ?? 0) - (distances.get(b) ?? 0) || a - b).slice(0, k);
}

test('up to 3,000 accounts the nearest are exact, and nearest come first', () => {
  const points = scattered(1, 300);
  const near = nearestAccounts(points, DIMENSIONS, 8, createRandom(1));
  for (let account = 0; account < 300; account++)
    assert.deepEqual(of(near, account), bruteForce(points, DIMENSIONS, 8, account));
});

test('of equally near ones the lower index comes first', () => {
  const alike = nearestAccounts(new Float64Array(6 * DIMENSIONS), DIMENSIONS, 3, createRandom(1));
  assert.deepEqual(of(alike, 0), [1, 2, 3]);
  assert.deepEqual(of(alike, 5), [0, 1, 2]);
});

test('where there are fewer than k, the rest says so', () => {
  const near = nearestAccounts(scattered(2, 3), DIMENSIONS, 4, createRandom(1));
  assert.deepEqual(of(near, 1).slice(2), [-1, -1]);
  assert.deepEqual(of(near, 1).slice(0, 2).sort(), [0, 2]);
  assert.equal(nearestAccounts(new Float64Array(0), DIMENSIONS, 4, createRandom(1)).indices.length, 0);
});

/** Clusters of ten accounts in `dimensions` dimensions, shuffled, so that order tells nothing. */
function clustered(
  seed: number,
  clusters: number,
  dimensions: number,
): { points: Float64Array; cluster: number[] } {
  const random = createSeededRandom(seed);
  const centres = Array.from({ length: clusters }, () =>
    Array.from({ length: dimensions }, () => 4 * random.next()),
  );
  const cluster = random.shuffle(Array.from({ length: clusters * 10 }, (_, i) => i % clusters));
  const points = Float64Array.from({ length: cluster.length * dimensions }, (_, at) => {
    const centre = centres[cluster[Math.floor(at / dimensions)] as number] as number[];
    return (centre[at % dimensions] as number) + 0.4 * random.next();
  });
  return { points, cluster };
}

test('beyond 3,000 accounts most members of a tight group find each other', () => {
  const { points, cluster } = clustered(3, 600, 18);
  const near = nearestAccounts(points, 18, 8, createRandom(1));
  let own = 0;
  let all = 0;
  cluster.forEach((mine, account) => {
    for (const other of of(near, account)) {
      assert.ok(other !== account && other >= 0);
      all++;
      if (cluster[other] === mine) own++;
    }
    assert.equal(new Set(of(near, account)).size, 8, 'nobody twice');
  });
  assert.ok(own / all > 0.55, `${own} of ${all} neighbours are of the own group`);
});

test('the same seed finds the same, and nothing is drawn where the search is exact', () => {
  const points = scattered(4, 18 * 1100);
  const find = (seed: number): Int32Array => nearestAccounts(points, 18, 8, createRandom(seed)).indices;
  assert.ok(same(find(1), find(1)));
  assert.ok(!same(find(1), find(2)));
  const never = (): number => assert.fail('drew');
  nearestAccounts(scattered(1, 50), DIMENSIONS, 8, never);
});
