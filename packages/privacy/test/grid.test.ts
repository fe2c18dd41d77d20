import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import {
  compare,
  divide,
  fromSteps,
  grid,
  gridBelow,
  multiply,
  PrivacyError,
  rational,
  stepsUp,
  subtract,
  toSteps,
} from '../src/index.ts';

const refused = (code: string) => (error: unknown) => error instanceof PrivacyError && error.code === code;
const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 });
const exponents = fc.integer({ min: -60, max: 40 });

suite('the grid', () => {
  test('a value that is not finite or not within its bounds is refused', () => {
    const halves = grid(-1);
    for (const value of [Number.NaN, Infinity, -Infinity])
      assert.throws(() => toSteps(value, halves, 0, 10), refused('not_finite'));
    assert.throws(() => toSteps('3' as unknown as number, halves, 0, 10), refused('not_finite'));
    for (const value of [-1e-300, 10.000000000000002, 1e300])
      assert.throws(() => toSteps(value, halves, 0, 10), refused('out_of_range'));
    assert.throws(() => toSteps(1, halves, Number.NaN, 10), refused('out_of_range'));
    assert.throws(() => toSteps(1, halves, 0, Number.NaN), refused('out_of_range'));
    for (const exponent of [0.5, Number.NaN, 1024, -1075])
      assert.throws(() => grid(exponent), refused('out_of_range'));
  });

  test('a value goes to the nearest step, a half upwards', () => {
    const whole = grid(0);
    for (const [value, steps] of [
      [0.5, 1n],
      [1.5, 2n],
      [-0.5, 0n],
      [-1.5, -1n],
      [-0, 0n],
      [2.4, 2n],
      [-2.6, -3n],
    ] as const)
      assert.equal(toSteps(value, whole, -10, 10), steps);
    fc.assert(
      fc.property(finite, exponents, (value, exponent) => {
        const at = grid(exponent);
        const error = subtract(fromSteps(toSteps(value, at, -1e12, 1e12), at), rational(value));
        const half = divide(at.step, rational(2));
        assert.ok(compare(error, half) <= 0 && compare(error, subtract(rational(0), half)) > 0);
      }),
    );
  });

  test('two values are no more steps apart than their distance, rounded up', () => {
    fc.assert(
      fc.property(finite, finite, exponents, (a, b, exponent) => {
        const at = grid(exponent);
        const apart = toSteps(a, at, -1e12, 1e12) - toSteps(b, at, -1e12, 1e12);
        const distance = subtract(rational(a), rational(b));
        const size = distance.numerator < 0n ? subtract(rational(0), distance) : distance;
        assert.ok((apart < 0n ? -apart : apart) <= stepsUp(size, at));
      }),
    );
  });

  test('ties one distance apart do not cost a step more, as they would rounded to even', () => {
    const whole = grid(0);
    for (let value = -4.5; value < 4; value++)
      assert.equal(
        toSteps(value + 1, whole, -9, 9) - toSteps(value, whole, -9, 9),
        stepsUp(rational(1), whole),
      );
  });

  test('the grid below a size is the largest power of two that is not above it', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 10n ** 30n }),
        fc.bigInt({ min: 1n, max: 10n ** 30n }),
        (n, d) => {
          const size = divide(rational(n), rational(d));
          const { step } = gridBelow(size);
          assert.ok(compare(step, size) <= 0 && compare(multiply(step, rational(2)), size) > 0);
        },
      ),
    );
  });
});
