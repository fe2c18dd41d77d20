import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conformalP, floorOf, maximumFor } from '../src/calibration/conformal.ts';
import { campaignP, chosenCampaignP, softRankE } from '../src/calibration/e-value.ts';
import { discoveryCut } from '../src/calibration/false-discoveries.ts';
import { createSeededRandom } from './seeded-random.ts';

const ascending = (values: readonly number[]): Float64Array => Float64Array.from(values).sort();
/** Every value once as the one that is judged, beside all the others. */
const eachBesideTheOthers = (values: readonly number[]): { judged: number; others: Float64Array }[] =>
  values.map((judged, i) => ({ judged, others: ascending(values.filter((_, j) => j !== i)) }));

/** Lives of exchangeable accounts: distinct ones, many ties, all alike, and some that were never looked at. */
const populations: readonly (readonly number[])[] = [
  [0.3, 1.7, -2, 0.9, 5, 4.5, 0.31, -0.2],
  [1, 1, 1, 2, 2, 3, 3, 3, 3, 4],
  [7, 7, 7, 7],
  [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 1e-320, 2],
];

test('of exchangeable accounts at most a share a has p ≤ a, for every a and with ties', () => {
  for (const values of populations) {
    const ps = eachBesideTheOthers(values).map(({ judged, others }) => conformalP(judged, others));
    for (const a of [...ps, 0.01, 0.1, 0.25, 0.5, 0.999]) {
      const share = ps.filter((p) => p <= a + 1e-12).length / ps.length;
      assert.ok(share <= a + 1e-12, `${values.join(' ')}: a share of ${share} has p ≤ ${a}`);
    }
  }
});

test('p counts the account itself, so it is never 0, and it is 1 for one who was never looked at', () => {
  const benign = ascending([1, 2, 3]);
  assert.deepEqual(
    [4, 3, 2.5, 1, Number.NEGATIVE_INFINITY].map((maximum) => conformalP(maximum, benign)),
    [1 / 4, 2 / 4, 2 / 4, 4 / 4, 1],
  );
  assert.equal(conformalP(100, ascending([])), 1);
});

test('p never rises with the score', () => {
  const random = createSeededRandom(3);
  const benign = ascending(Array.from({ length: 50 }, () => Math.round(random.next() * 20)));
  let before = 1;
  for (let score = -1; score < 22; score += 0.25) {
    const p = conformalP(score, benign);
    assert.ok(p <= before);
    before = p;
  }
  assert.equal(before, 1 / 51);
});

test('maximumFor is the smallest maximum that conformalP finds small enough', () => {
  for (const values of populations) {
    const benign = ascending(values);
    const steps = Array.from({ length: benign.length + 1 }, (_, k) => (k + 1) / (benign.length + 1));
    for (const p of [...steps, 0.01, 0.07, 0.33, 0.9]) {
      const smallest = maximumFor(p, benign);
      const reach = benign.filter((value) => conformalP(value, benign) <= p + 1e-12);
      for (const value of benign) assert.equal(value >= smallest, reach.includes(value), `${value} at ${p}`);
      if (Number.isFinite(smallest)) assert.ok(conformalP(smallest, benign) <= p + 1e-12);
      // Nothing between the threshold and the benign value below it would do.
      const below = benign.filter((value) => value < smallest).at(-1);
      if (below !== undefined && Number.isFinite(smallest)) assert.ok(conformalP(below, benign) > p);
    }
  }
  assert.equal(maximumFor(0.1, ascending([1, 2, 3])), Number.POSITIVE_INFINITY);
  assert.equal(maximumFor(0.25, ascending([1, 2, 3])), 3 + 2 ** -51, 'beyond all of them');
  assert.equal(maximumFor(1, ascending([1, 2, 3])), Number.NEGATIVE_INFINITY);
});

test('the floor is the fewest benign accounts that let p be as small as alpha', () => {
  assert.deepEqual([0.5, 0.3, 0.1, 0.05, 0.01, 0.001, 1e-6].map(floorOf), [1, 3, 9, 19, 99, 999, 999_999]);
  for (const alpha of [0.5, 0.3, 0.07, 0.05, 0.01, 0.003]) {
    const least = (accounts: number): number => conformalP(1, new Float64Array(accounts));
    assert.ok(least(floorOf(alpha)) <= alpha + 1e-12);
    assert.ok(least(floorOf(alpha) - 1) > alpha);
  }
});

test('Benjamini and Hochberg’s own example: four of fifteen hypotheses at a rate of 0.05', () => {
  // Benjamini and Hochberg 1995, section 3.2, p-values of Neuhaus et al. 1992 (thrombolysis in acute myocardial infarction).
  const ps = [
    0.0278, 0.0001, 0.759, 0.0004, 0.4262, 0.0019, 0.0095, 1, 0.0201, 0.0298, 0.0344, 0.0459, 0.324, 0.5719,
    0.6528,
  ];
  assert.equal(discoveryCut(ps, 0.05), 0.0095);
  assert.equal(discoveryCut(ps, 0.0001), 0, 'nobody');
  assert.deepEqual(
    [discoveryCut([], 0.05), discoveryCut([0.04], 0.05), discoveryCut([0.06], 0.05)],
    [0, 0.04, 0],
  );
  assert.equal(discoveryCut([0.03, 0.02], 0.05), 0.03, 'a step up: the larger one carries the smaller');
  assert.equal(discoveryCut([0.04, 0.04, 0.04], 0.05), 0.04, 'ties stand or fall together');
});

test('the e-value of an exchangeable account has an expectation of 1 and is at most n + 1', () => {
  for (const values of populations.map((each) => each.filter(Number.isFinite))) {
    const es = eachBesideTheOthers(values).map(({ judged, others }) => softRankE(judged, others));
    const mean = es.reduce((sum, e) => sum + e, 0) / es.length;
    assert.ok(Math.abs(mean - 1) < 1e-9, `${values.join(' ')}: expectation ${mean}`);
    for (const e of es) assert.ok(e > 0 && e <= values.length);
  }
  assert.equal(softRankE(1e6, ascending([0, 1, 2])), 4, 'n + 1 where nobody comes near');
  assert.ok(
    softRankE(1.75, new Float64Array(99).fill(1)) > 75,
    'most of it three quarters of a unit beyond all',
  );
  assert.equal(softRankE(-1e6, ascending([0, 1, 2])), 0, 'and nothing, not NaN, far below');
});

test('members’ evidence is averaged, never multiplied', () => {
  assert.equal(campaignP([]), 1);
  assert.equal(campaignP([0.2, 0.4]), 1, 'no more than 1');
  assert.equal(campaignP([20]), 1 / 20);
  assert.equal(campaignP([20, 20, 20]), 1 / 20, 'members that depend on each other add nothing');
  assert.equal(campaignP([40, 0]), 1 / 20);
});

test('a bound for campaigns holds however members are chosen, which the mean over chosen members does not', () => {
  const random = createSeededRandom(11);
  const [crowds, accounts] = [2000, 40];
  // The worst choice: the benign accounts with the most evidence, as many as serve it best.
  const chosenPs = Array.from({ length: crowds }, () => {
    const calibrated = ascending(Array.from({ length: 99 }, () => random.next()));
    const evidence = Array.from({ length: accounts }, () => softRankE(random.next(), calibrated)).sort(
      (a, b) => b - a,
    );
    return { free: chosenCampaignP(evidence, accounts), mean: campaignP(evidence.slice(0, 3)) };
  });
  const shareAt = (name: 'free' | 'mean', a: number): number =>
    chosenPs.filter((each) => each[name] <= a).length / crowds;
  for (const a of [0.1, 0.25, 0.5, 0.9]) assert.ok(shareAt('free', a) <= a, `${shareAt('free', a)} at ${a}`);
  assert.ok(shareAt('mean', 0.25) > 0.25, 'choosing members breaks the mean');
  assert.equal(chosenCampaignP([50, 50], 10), 0.1);
  assert.equal(chosenCampaignP([], 10), 1);
});
