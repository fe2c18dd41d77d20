import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import {
  add,
  type Adjacency,
  compare,
  delta,
  divide,
  type Epsilon,
  epsilon,
  multiply,
  PrivacyError,
  type PrivacyEvents,
  privacyEvent,
  rational,
  rationalText,
  sensitivity,
  squareRootUp,
  subtract,
  toNumberDown,
  toNumberUp,
} from '../src/index.ts';

const refused = (code: string) => (error: unknown) => error instanceof PrivacyError && error.code === code;

suite('rationals', () => {
  test('ten tenths are one, as text and not as doubles', () => {
    const sum = (part: string | number) =>
      Array.from({ length: 10 }, () => rational(part)).reduce(add, rational(0));
    assert.equal(compare(sum('0.1'), rational(1)), 0);
    assert.equal(compare(sum(0.1), rational(1)), 1);
  });

  test('a double is what it is, and comes back as itself from both sides', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const exact = rational(value);
        assert.equal(toNumberUp(exact), value === 0 ? 0 : value);
        assert.equal(toNumberDown(exact), value === 0 ? 0 : value);
      }),
    );
  });

  test('rounding is outward, by one double at most', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }),
        fc.bigInt({ min: 1n, max: 10n ** 40n }),
        (n, d) => {
          const exact = divide(rational(n), rational(d));
          const [low, high] = [rational(toNumberDown(exact)), rational(toNumberUp(exact))];
          assert.ok(compare(low, exact) <= 0 && compare(exact, high) <= 0);
          if (compare(low, high) !== 0) assert.ok(compare(low, exact) < 0 && compare(exact, high) < 0);
        },
      ),
    );
  });

  test('text reads as it was written', () => {
    for (const [text, spelled] of [
      ['0.1', '1/10'],
      ['2e-6', '1/500000'],
      ['-3/6', '-1/2'],
      ['1.50', '3/2'],
      ['7', '7'],
    ] as const)
      assert.equal(rationalText(rational(text)), spelled);
    for (const text of ['', '1/0', 'NaN', '0x10', '1e9999', '1'.repeat(200), '.5'])
      assert.throws(() => rational(text), refused('bad_parameter'));
    for (const value of [Number.NaN, Infinity, -Infinity])
      assert.throws(() => rational(value), refused('not_finite'));
  });

  test('arithmetic is a field', () => {
    const fraction = fc
      .tuple(fc.bigInt(), fc.bigInt({ min: 1n }))
      .map(([n, d]) => divide(rational(n), rational(d)));
    fc.assert(
      fc.property(fraction, fraction, fraction, (a, b, c) => {
        assert.deepEqual(multiply(a, add(b, c)), add(multiply(a, b), multiply(a, c)));
        assert.deepEqual(subtract(add(a, b), b), a);
      }),
    );
  });

  test('a square root is the least not below', () => {
    assert.equal(rationalText(squareRootUp(rational(9))), '3');
    const step = divide(rational(1), rational(1n << 64n));
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 10n ** 30n }),
        fc.bigInt({ min: 1n, max: 10n ** 30n }),
        (n, d) => {
          const value = divide(rational(n), rational(d));
          const root = squareRootUp(value);
          const below = subtract(root, step);
          assert.ok(compare(multiply(root, root), value) >= 0);
          assert.ok(below.numerator < 0n || compare(multiply(below, below), value) < 0);
        },
      ),
    );
  });
});

suite('units', () => {
  test('what promises nothing or is no loss is refused', () => {
    assert.throws(() => epsilon(-1), refused('out_of_range'));
    assert.throws(() => delta(1), refused('out_of_range'));
    assert.throws(() => epsilon(Number.NaN), refused('not_finite'));
    assert.throws(() => sensitivity('l1', 0), refused('out_of_range'));
    assert.throws(() => sensitivity('l0', '1/2'), refused('out_of_range'));
  });

  test('an epsilon is no delta, and adjacencies do not mix, at compile time', () => {
    const takesEpsilon = (value: Epsilon): Epsilon => value;
    takesEpsilon(epsilon('0.1'));
    // @ts-expect-error a delta is no epsilon
    takesEpsilon(delta('0.1'));
    const compose = <A extends Adjacency>(events: PrivacyEvents<A>): number => events.length;
    const removal = privacyEvent('add-remove', { kind: 'pure', epsilon: epsilon(1) });
    const replacement = privacyEvent('replace-one', { kind: 'pure', epsilon: epsilon(1) });
    assert.equal(compose([removal, removal]), 2);
    // @ts-expect-error one adjacency a list
    compose([removal, replacement]);
    assert.ok(Object.isFrozen(removal));
  });
});
