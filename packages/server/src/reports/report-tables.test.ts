import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  delta,
  epsilon,
  rational,
  rationalText,
  toNumberUp,
  zeroConcentratedEpsilon,
} from '@portcullis/privacy';
import fc from 'fast-check';
import { margin95 } from './noise-margin.ts';
import { parsePeriod } from './period.ts';
import { planNoise } from './plan-noise.ts';
import { boundUnit, l2SquaredOf, reportTables } from './report-tables.ts';
import { REPORT_BOUNDS } from './test/report-world.ts';

suite('bounds of a unit', () => {
  test('are kept whatever its counts are, and change nothing below them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 1_000_000 }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 1, max: 5000 }),
        (amounts, bound, kind) => {
          const kindBound = Math.min(kind, bound);
          const bounded = boundUnit(amounts, { bound, kindBound });
          const sum = bounded.reduce((total, amount) => total + amount, 0);
          assert.ok(
            sum <= bound &&
              bounded.every((amount, at) => amount <= kindBound && amount <= (amounts[at] ?? 0)),
          );
          const square = bounded.reduce((total, amount) => total + BigInt(amount) ** 2n, 0n);
          const whole = amounts.map((amount) => (kindBound < bound ? Math.min(amount, kindBound) : amount));
          const all = whole.reduce((total, amount) => total + BigInt(amount), 0n);
          if (all > bound)
            assert.deepEqual(
              bounded,
              whole.map((amount) => Number((BigInt(amount) * BigInt(bound)) / all)),
            );
          assert.ok(square <= l2SquaredOf({ bound, kindBound }, amounts.length));
          const isWithin =
            amounts.every((amount) => amount <= kindBound) && amounts.reduce((a, b) => a + b) <= bound;
          if (isWithin) assert.deepEqual(bounded, amounts);
        },
      ),
    );
  });

  test('the largest l2 norm is reached', () => {
    for (const [bound, kindBound, kindCount] of [
      [2, 1, 2],
      [5, 2, 3],
      [5, 2, 2],
      [4, 4, 3],
      [7, 3, 2],
    ] as const) {
      let most = 0n;
      const visit = (amounts: number[]): void => {
        if (amounts.length === kindCount) {
          const square = boundUnit(amounts, { bound, kindBound }).reduce(
            (sum, one) => sum + BigInt(one) ** 2n,
            0n,
          );
          if (square > most) most = square;
          return;
        }
        for (let amount = 0; amount <= kindBound; amount += 1) visit([...amounts, amount]);
      };
      visit([]);
      assert.equal(l2SquaredOf({ bound, kindBound }, kindCount), most, `${bound} ${kindBound} ${kindCount}`);
    }
  });

  test('a sum beyond what a double counts is scaled exactly', () => {
    const large = Number.MAX_SAFE_INTEGER;
    assert.deepEqual(
      boundUnit([large, large, 0], { bound: 1_000_000_000, kindBound: large }),
      [500_000_000, 500_000_000, 0],
    );
  });
});

suite('noise', () => {
  const tables = reportTables(REPORT_BOUNDS);

  test('costs no more than was asked, and hardly less; a unit in six months has six times the variance', () => {
    const asked = { epsilon: epsilon('1'), delta: delta('1e-6') } as const;
    const month = planNoise({ ...asked, unit: 'account-month', monthCount: 6 }, tables) ?? assert.fail();
    const whole = planNoise({ ...asked, unit: 'account', monthCount: 6 }, tables) ?? assert.fail();
    for (const { rho } of [month, whole]) {
      const cost = zeroConcentratedEpsilon(toNumberUp(rho), 1e-6).upper;
      assert.ok(cost <= 1 && cost > 0.999, String(cost));
    }
    assert.equal(month.events.length, tables.length);
    assert.equal(whole.events.length, 6 * tables.length);
    for (const [at, variance] of month.variances.entries()) {
      const ratio = toNumberUp(whole.variances[at] ?? rational(0)) / toNumberUp(variance);
      assert.ok(Math.abs(ratio - 6) < 0.001, String(ratio));
    }
    // Accounts: two kinds, one each. Exchanges: a thousand, perhaps all in one kind.
    assert.equal(
      rationalText(month.events[1]?.kind === 'discrete-gaussian' ? month.events[1].l2Squared : rational(0)),
      '2',
    );
    assert.equal(
      rationalText(month.events[0]?.kind === 'discrete-gaussian' ? month.events[0].l2Squared : rational(0)),
      '1000000',
    );
  });

  test('its margin is the least that holds 95 of 100', () => {
    assert.equal(margin95(0.1), 0);
    assert.equal(margin95(1), 2);
    assert.equal(margin95(100), 196);
    assert.equal(margin95(10_000), 19_600);
  });
});

test('periods are months, both ends included', () => {
  assert.deepEqual(parsePeriod('2025-11..2026-02').months, ['2025-11', '2025-12', '2026-01', '2026-02']);
  assert.deepEqual(parsePeriod('2026-11').months, ['2026-11']);
  for (const bad of [
    '',
    '2026',
    '2026-13',
    '2026-00',
    '2026-1',
    '2026-11-01',
    '2026-11..',
    '2026-02..2026-01',
    '2024-01..2025-07',
    'a..b',
    '2026-01..2026-02..2026-03',
  ])
    assert.throws(() => parsePeriod(bad), { code: 'bad-request' }, bad);
});
