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
  test('the exact series lies between them', () => {
    const upToOne = fc
      .tuple(fc.bigInt({ min: 1n, max: 1000n }), fc.bigInt({ min: 1n, max: 1000n }))
      .map(([a, b]) => divide(rational(a < b ? a : b), rational(a < b ? b : a)));
    fc.assert(
      fc.property(upToOne, (x) => {
        let [term, sum] = [rational(1), rational(1)];
        for (let index = 1n; index <= 70n; index += 1n) {
          term = divide(multiply(term, x), rational(index));
          sum = add(sum, term);
        }
        // The rest of the series is less than its last term.
        const { lower, upper } = exponentialBounds(x);
        assert.ok(compare(lower, add(sum, term)) < 0 && compare(sum, upper) < 0);
      }),
      { numRuns: 50 },
    );
  });

  test('they are closer than 2⁻²⁰⁰, and about the double', () => {
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
