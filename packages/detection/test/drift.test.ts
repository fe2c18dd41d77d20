import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conformalP } from '../src/calibration/conformal.ts';
import { findDrift } from '../src/calibration/drift.ts';
import { drawNormal } from '../src/random.ts';
import { createSeededRandom, type SeededRandom } from './seeded-random.ts';

/** p of accounts whose scores are normal and `shift` standard deviations from the benign ones. */
function psOf(random: SeededRandom, benign: number, accounts: number, shift: number): number[] {
  const normal = (): number => drawNormal(random.next);
  const calibrated = Float64Array.from({ length: benign }, normal).sort();
  return Array.from({ length: accounts }, () => conformalP(normal() + shift, calibrated));
}

test('accounts like the benign ones are no drift, however many there are and whichever were drawn', () => {
  const random = createSeededRandom(1);
  for (let world = 0; world < 2000; world++) {
    const accounts = 40 + random.below(2000);
    const calibrated = 19 + random.below(world < 1000 ? 20 : 400);
    assert.equal(findDrift(psOf(random, calibrated, accounts, 0), calibrated), undefined);
  }
});

test('accounts that stand apart are no drift: that is what is looked for', () => {
  const random = createSeededRandom(2);
  const ps = [...psOf(random, 500, 400, 0), ...psOf(random, 500, 600, 8)];
  assert.equal(findDrift(ps, 500), undefined);
});

test('accounts that crowd towards the high scores as a whole are drift, and it says how many', () => {
  const random = createSeededRandom(3);
  const drift = findDrift(psOf(random, 500, 1000, 1), 500);
  assert.ok(drift);
  assert.ok(drift.found > 1.8 * drift.expected && drift.found < drift.accounts);
  // A quarter of those above the suspect ones, by the definition of p.
  assert.ok(Math.abs(drift.expected / drift.accounts - 0.25 / 0.95) < 0.01);
});

test('of few accounts nothing is said', () => {
  assert.equal(
    findDrift(
      Array.from({ length: 39 }, () => 0.1),
      500,
    ),
    undefined,
  );
  assert.ok(
    findDrift(
      Array.from({ length: 40 }, () => 0.1),
      500,
    ),
  );
});
