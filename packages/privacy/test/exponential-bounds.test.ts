import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { add, compare, divide, multiply, rational, subtract, toNumberDown } from '../src/index.ts';
import { exponentialBounds } from '../src/units/exponential-bounds.ts';
import { refused } from './mechanisms/refused.ts';

const exponent = fc
  .tuple(fc.bigInt({ min: 1n, max: 10n ** 9n }), fc.bigInt({ min: 10n ** 7n, max: 10n ** 12n }))
  .map(([n, d]) => divide(rational(n), rational(d)));
const GAP = divide(rational(1), rational(1n << 200n));

suite('bounds of exponentials', () => {
  test('e lies between them, and they are closer than 2⁻²⁰⁰', () => {
    const e = rational('2.718281828459045235360287471352662497757247093699959574966967627724076630');
    const { lower, upper } = exponentialBounds(rational(1));
    // The text is cut, so e is up to one of its last digit more.
    assert.ok(compare(lower, add(e, rational('1e-72'))) < 0 && compare(e, upper) < 0);
    fc.assert(
      fc.property(exponent, (x) => {
        const bounds = exponentialBounds(x);
        assert.ok(compare(bounds.lower, bounds.upper) < 0);
        assert.ok(compare(subtract(bounds.upper, bounds.lower), multiply(bounds.upper, GAP)) < 0);
        const near = Math.exp(toNumberDown(x));
        assert.ok(Math.abs(toNumberDown(bounds.lower) / near - 1) < 1e-13);
      }),
    );
  });

  test('sums of exponents are products, on both sides', () => {
    fc.assert(
      fc.property(exponent, exponent, (x, y) => {
        const [a, b] = [exponentialBounds(x), exponentialBounds(y)];
        const both = exponentialBounds({
          numerator: x.numerator * y.denominator + y.numerator * x.denominator,
          denominator: x.denominator * y.denominator,
        });
        assert.ok(compare(multiply(a.lower, b.lower), both.upper) <= 0);
        assert.ok(compare(both.lower, multiply(a.upper, b.upper)) <= 0);
      }),
    );
  });

  test('what is no exponent here is refused', () => {
    assert.throws(() => exponentialBounds(rational(-1)), refused('out_of_range'));
    assert.throws(() => exponentialBounds(rational(10_001)), refused('out_of_range'));
  });
});
