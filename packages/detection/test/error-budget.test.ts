import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conformalP } from '../src/calibration/conformal.ts';
import { budgetFloorOf, payForLook } from '../src/hunt/error-budget.ts';
import { createSeededRandom, type SeededRandom } from './seeded-random.ts';

const LOOKS = 12;

/** Running maxima of lives that are alike: some rise early, some late. */
function createLife(random: SeededRandom): number[] {
  const late = random.next();
  let maximum = 0;
  return Array.from({ length: LOOKS }, (_, k) => {
    maximum = Math.max(maximum, random.next() + (late * k) / LOOKS);
    return maximum;
  });
}

/** How many of `worlds` accounts, each like the benign ones of its world, were ever named by the budget and by looking at p each time. */
function everNamed(worlds: number, benign: number, alpha: number): { budget: number; naive: number } {
  const random = createSeededRandom(31);
  const named = { budget: 0, naive: 0 };
  for (let world = 0; world < worlds; world++) {
    const lives = Array.from({ length: benign }, () => createLife(random));
    const life = createLife(random);
    const spent = new Set<string>();
    let byBudget = false;
    let naively = false;
    for (let k = 0; k < LOOKS; k++) {
      const now = lives.map((each) => each[k] as number);
      const { threshold } = payForLook(
        new Map(now.map((maximum, i) => [`benign-${i}`, maximum])),
        spent,
        alpha,
      );
      byBudget ||= (life[k] as number) > threshold;
      naively ||= conformalP(life[k] as number, Float64Array.from(now).sort()) <= alpha;
    }
    if (byBudget) named.budget++;
    if (naively) named.naive++;
  }
  return named;
}

test('a benign account is ever named with a chance of at most alpha, over all looks; by p at each look it would be more often', () => {
  for (const [benign, alpha] of [
    [59, 0.1],
    [120, 0.05],
  ] as const) {
    const worlds = 3000;
    const { budget, naive } = everNamed(worlds, benign, alpha);
    const deviation = Math.sqrt(worlds * alpha * (1 - alpha));
    assert.ok(budget <= worlds * alpha + 2 * deviation, `${budget} of ${worlds} at ${alpha}`);
    assert.ok(budget > 0, 'it names some');
    assert.ok(naive > worlds * alpha + 4 * deviation, `the worlds are hard enough: ${naive}`);
  }
});

test('the budget is spent by those who stood among the highest, and names nobody beyond it', () => {
  const spent = new Set<string>();
  const maxima = new Map(Array.from({ length: 39 }, (_, i) => [`b${i}`, i]));
  // alpha · 40 = 2: one benign account and the one that is named.
  assert.deepEqual(payForLook(maxima, spent, 0.05), { threshold: 38, isSpent: false });
  assert.deepEqual(payForLook(maxima, spent, 0.05), { threshold: 38, isSpent: false });
  maxima.set('b0', 100);
  assert.deepEqual(payForLook(maxima, spent, 0.05), { threshold: Number.POSITIVE_INFINITY, isSpent: true });
  assert.deepEqual(payForLook(maxima, spent, 0.05), { threshold: Number.POSITIVE_INFINITY, isSpent: true });
  assert.deepEqual(spent, new Set(['b38', 'b0']));
});

test('with fewer benign accounts than the floor nobody is named; with as many, somebody may be', () => {
  assert.equal(budgetFloorOf(0.01), 199);
  assert.equal(budgetFloorOf(0.05), 39);
  const maxima = (count: number) => new Map(Array.from({ length: count }, (_, i) => [`b${i}`, i]));
  assert.equal(payForLook(maxima(38), new Set(), 0.05).threshold, Number.POSITIVE_INFINITY);
  assert.equal(payForLook(maxima(39), new Set(), 0.05).threshold, 38);
});

test('benign accounts that were never looked at are nothing to stand above', () => {
  const maxima = new Map(Array.from({ length: 100 }, (_, i) => [`b${i}`, Number.NEGATIVE_INFINITY]));
  const spent = new Set<string>();
  assert.deepEqual(payForLook(maxima, spent, 0.05), { threshold: Number.POSITIVE_INFINITY, isSpent: false });
  assert.equal(spent.size, 0);
});
