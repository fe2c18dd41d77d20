import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinRareKinds } from '../src/calibration/strata.ts';
import { FALSE_SHARE, judge } from '../src/hunt/judge.ts';
import { kindOfUse } from '../src/hunt/kind-of-use.ts';
import { watchAccount } from '../src/hunt/watched-account.ts';
import { MARK_COUNTS, OPENINGS_AT } from '../src/signals/account-layout.ts';
import { createAccountState } from '../src/signals/account-state.ts';
import { createSeededRandom } from './seeded-random.ts';
import { crowd, PROGRAMS } from './watched-crowd.ts';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

test('p never rises with the score, within a kind of use', () => {
  const { p } = judge(crowd(upTo(200)), crowd(upTo(220)), 0.01);
  const ps = [...p.values()];
  for (const [i, each] of ps.entries()) assert.ok(i === 0 || each <= (ps[i - 1] as number));
  assert.equal(ps.at(-1), 1 / 201);
});

test('each kind of use is compared with its like where there are enough of both', () => {
  const benign = new Map([
    ...crowd(upTo(396)),
    ...crowd(
      upTo(396).map((i) => 1000 + i),
      PROGRAMS,
      'b',
    ),
  ]);
  const traffic = new Map([...crowd([500]), ...crowd([500], PROGRAMS, 'b')]);
  const { p } = judge(benign, traffic, 0.01);
  assert.deepEqual([p.get('a0'), p.get('b0')], [1 / 397, 1]);
});

test('a kind with fewer than four floors is joined with another, so that one odd benign life does not hide everybody', () => {
  const odd = judge(
    new Map([...crowd(upTo(1000)), ...crowd(upTo(395), PROGRAMS, 'b')]),
    crowd([500], PROGRAMS, 'b'),
    0.01,
  );
  assert.equal(odd.p.get('b0'), 501 / 1396, 'all 1,395 of them are compared');
  const benign = new Map([...crowd(upTo(99)), ...crowd([1000, 1001], PROGRAMS, 'b')]);
  const traffic = new Map([...crowd([500]), ...crowd([500], PROGRAMS, 'b')]);
  const { p } = judge(benign, traffic, 0.01);
  assert.deepEqual([p.get('a0'), p.get('b0')], [3 / 102, 3 / 102]);
});

test('rare kinds join until every group has enough, and each kind has one group', () => {
  const sizes = (counts: readonly number[], least: number): number[] => {
    const groups = joinRareKinds(counts, least);
    assert.equal(groups.length, counts.length);
    const sums = new Map<number, number>();
    groups.forEach((group, kind) => sums.set(group, (sums.get(group) ?? 0) + (counts[kind] as number)));
    return [...sums.values()].sort((a, b) => b - a);
  };
  assert.deepEqual(sizes([30, 20, 40], 20), [40, 30, 20]);
  assert.deepEqual(sizes([30, 19, 40], 20), [49, 40]);
  assert.deepEqual(sizes([5, 5, 5, 100], 20), [115]);
  assert.deepEqual(sizes([1, 2, 3], 20), [6], 'one group where there are too few altogether');
  assert.deepEqual(sizes([0, 0, 0], 1), [0]);
  const random = createSeededRandom(1);
  for (let run = 0; run < 200; run++) {
    const counts = Array.from({ length: 8 }, () => random.below(60));
    const all = sizes(counts, 19);
    assert.ok(all.length === 1 || all.every((size) => size >= 19), counts.join(' '));
    assert.equal(
      all.reduce((sum, size) => sum + size, 0),
      counts.reduce((sum, each) => sum + each, 0),
    );
  }
});

test('nobody is flagged above alpha, nor where too many of those flagged would be benign', () => {
  const benign = crowd(upTo(999));
  const calm = (count: number): number[] => upTo(count).map((i) => (999 * (i + 0.5)) / count);
  const cutOf = (scores: readonly number[]): number => judge(benign, crowd(scores), 0.01).cut;
  // Alone among many, the smallest p there is would be one of about as many by chance.
  assert.equal(cutOf([2000, ...calm(999)]), 0);
  assert.equal(cutOf([2000, ...calm(100)]), 1 / 1000);
  const many = cutOf([...Array.from({ length: 50 }, () => 2000), ...calm(100)]);
  assert.ok(many >= 1 / 1000 && many <= 0.01);
  // Of those flagged, as many as p ≤ cut gives by chance are at most the share promised.
  assert.ok((many * 150) / 50 <= FALSE_SHARE);
});

test('the threshold of an account is the score from which it is flagged', () => {
  const benign = crowd(upTo(999));
  const traffic = crowd([...Array.from({ length: 20 }, () => 2000), ...upTo(60).map((i) => 16 * i)]);
  const { p, cut, thresholdOf } = judge(benign, traffic, 0.01);
  assert.ok(cut > 0);
  for (const [account, each] of traffic)
    assert.equal((p.get(account) as number) <= cut, (each.rises[0]?.score ?? 0) >= thresholdOf(each));
});

test('too few benign accounts, or traffic unlike them, suspends: nobody is flagged, and it says why', () => {
  const extreme = crowd(Array.from({ length: 30 }, () => 2000));
  const few = judge(crowd(upTo(98)), extreme, 0.01);
  assert.deepEqual([few.cut, few.reasons.length], [0, 1]);
  assert.match(few.reasons[0] ?? '', /at least 99 benign accounts and there are 98/);
  assert.equal(judge(crowd(upTo(99)), extreme, 0.01).reasons.length, 0);
  const shifted = judge(crowd(upTo(999)), crowd(upTo(200).map((i) => 750 + i)), 0.01);
  assert.equal(shifted.cut, 0);
  assert.match(shifted.reasons[0] ?? '', /unlike the benign accounts as a whole/);
});

test('drift is told among those that were looked at, however many on either side were not', () => {
  const idle = new Map(upTo(2000).map((i) => [`idle${i}`, watchAccount(`idle${i}`, 0)]));
  const reasonsOf = (busy: readonly number[], quiet: typeof idle): readonly string[] =>
    judge(new Map([...crowd(upTo(999)), ...quiet]), new Map([...crowd(busy), ...idle]), 0.01).reasons;
  const [shifted, calm] = [upTo(200).map((i) => 750 + i), upTo(200).map((i) => 5 * i)];
  for (const quiet of [idle, new Map()]) {
    assert.match(reasonsOf(shifted, quiet)[0] ?? '', /unlike the benign accounts as a whole/);
    assert.deepEqual(reasonsOf(calm, quiet), []);
  }
  assert.deepEqual(judge(new Map([...crowd(upTo(300)), ...idle]), crowd(upTo(300)), 0.01).reasons, []);
});

test('accounts that were never looked at make nobody look rare, and are none of those that alpha needs', () => {
  const idle = new Map(upTo(900).map((i) => [`idle${i}`, watchAccount(`idle${i}`, 0)]));
  const { p } = judge(new Map([...crowd(upTo(100)), ...idle]), new Map([...crowd([99]), ...idle]), 0.01);
  assert.equal(p.get('a0'), 2 / 101, 'one of the hundred, not of a thousand');
  assert.equal(p.get('idle0'), 1);
  const few = judge(new Map([...crowd(upTo(98)), ...idle]), crowd([500]), 0.01);
  assert.deepEqual([few.cut, few.reasons.length], [0, 1]);
  assert.match(
    few.reasons[0] ?? '',
    /at least 99 benign accounts and there are 998, of which 98 sent enough/,
  );
});

test('the kind of use follows from what is done and how fast, by counts alone', () => {
  const kind = (given: object): number =>
    kindOfUse({ ...createAccountState('a', 0), exchanges: 100, lastTime: 864_000, ...given });
  const kinds = [
    kind({ followUps: 50 }),
    kind({ impersonalTasks: 50 }),
    kind({ words: createAccountState('a', 0).words.fill(50, MARK_COUNTS, OPENINGS_AT) }),
    kind({}),
    kind({ lastTime: 86_400 }),
  ];
  assert.deepEqual(kinds, [0, 2, 4, 6, 7]);
  assert.equal(watchAccount('a', 0).kind, 6, 'of an account that has sent nothing');
});
