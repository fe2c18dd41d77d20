import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { type BitSource, type Draw, type Rational, rational } from '../src/index.ts';
import { bernoulliSafe, bernoulliWide } from '../src/samplers/bernoulli.ts';
import { bernoulliExpSafe, bernoulliExpWide } from '../src/samplers/bernoulli-exp.ts';
import { createDiscreteGaussian, createDiscreteGaussianWide } from '../src/samplers/discrete-gaussian.ts';
import { createAcceptance } from '../src/samplers/gaussian-acceptance.ts';
import { quantised, remainderSafe, remainderWide } from '../src/samplers/geometric.ts';
import { nearCoin } from '../src/samplers/near-coin.ts';
import { uniformBelowSafe, uniformBelowWide } from '../src/samplers/uniform.ts';
import { createSeededSource } from '../src/testing.ts';

// The wide paths are the algorithms as they are printed. A fast path must give the same answer from the same bits, and leave the tape at
// the same bit: one that differs in either would have a distribution of its own.

type Counted = BitSource & { taken: number };

function counted(seed: bigint): Counted {
  const inner = createSeededSource(seed);
  const source: Counted = {
    taken: 0,
    bits: (count) => {
      source.taken += count;
      return inner.bits(count);
    },
  };
  return source;
}

/** Coins of exp(−1) that all succeed, for the whole part; the first digits of the rest, then one that is none of them, then ones. */
function agreeing({ numerator, denominator }: Rational, digits: number): Counted {
  // A coin of 1/2 that falls true and one of 1/3 that does not.
  const ones = 2 * Number(numerator / denominator);
  const source: Counted = {
    taken: 0,
    bits: (count) => {
      assert.equal(count, 1, 'coins are thrown bit by bit');
      const place = ++source.taken - ones;
      if (place <= 0) return source.taken % 2 === 1 ? 0 : 1;
      if (place > digits + 1) return 1;
      const digit = Number(((numerator << BigInt(place)) / denominator) & 1n);
      return place <= digits ? digit : 1 - digit;
    },
  };
  return source;
}

const seeds = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

/** Both on tapes of the same bits, `draws` times in a row. */
function sameDraws<T>(
  seed: bigint,
  draws: number,
  fast: (s: BitSource) => T,
  wide: (s: BitSource) => T,
): void {
  const [a, b] = [counted(seed), counted(seed)];
  for (let draw = 0; draw < draws; draw++) {
    assert.equal(fast(a), wide(b));
    assert.equal(a.taken, b.taken);
  }
}

suite('fast paths are the wide paths', () => {
  test('uniform, up to the largest safe integer', () => {
    const sizes = fc.oneof(
      fc.integer({ min: 1, max: 100 }),
      fc.maxSafeNat().map((n) => n + 1),
    );
    fc.assert(
      fc.property(
        seeds,
        fc.oneof(sizes, fc.constantFrom(2 ** 32, 2 ** 32 + 1, 2 ** 52, 2 ** 53 - 1)),
        (seed, size) => {
          const n = Math.min(size, Number.MAX_SAFE_INTEGER);
          sameDraws(
            seed,
            5,
            (s) => BigInt(uniformBelowSafe(n, s)),
            (s) => uniformBelowWide(BigInt(n), s),
          );
        },
      ),
    );
  });

  test('coins', () => {
    const chances = fc
      .tuple(fc.integer({ min: 0, max: 2 ** 52 }), fc.integer({ min: 1, max: 2 ** 52 }))
      .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
    fc.assert(
      fc.property(seeds, chances, (seed, [n, d]) => {
        sameDraws(
          seed,
          20,
          (s) => bernoulliSafe(n, d, s),
          (s) => bernoulliWide(BigInt(n), BigInt(d), s),
        );
        sameDraws(
          seed,
          20,
          (s) => bernoulliExpSafe(n, d, s),
          (s) => bernoulliExpWide(BigInt(n), BigInt(d), s),
        );
      }),
    );
    // Denominators that stop being safe while the coins are counted.
    const edge = 2 ** 51 - 1;
    sameDraws(
      7n,
      5_000,
      (s) => bernoulliExpSafe(edge - 1, edge, s),
      (s) => bernoulliExpWide(BigInt(edge - 1), BigInt(edge), s),
    );
  });

  test('a coin known to within an error gives way at the digit that is not certain', () => {
    const cases = fc.tuple(
      seeds,
      fc.integer({ min: 0, max: 60_000 }),
      fc.constantFrom(1e-1, 1e-2, 1e-4, 1e-9, 0),
    );
    fc.assert(
      fc.property(cases, ([seed, n, error]) => {
        const d = 60_000;
        const near = (s: BitSource): boolean => {
          const coin = nearCoin(n / d, error, s);
          if (coin >= 0) return coin === 1;
          const digits = BigInt(-1 - coin);
          return bernoulliWide((BigInt(n) << digits) % BigInt(d), BigInt(d), s);
        };
        if (n < d) sameDraws(seed, 20, near, (s) => bernoulliWide(BigInt(n), BigInt(d), s));
      }),
      { numRuns: 500 },
    );
  });

  test('remainders and quotients of the geometric', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 2 ** 45 }), (seed, t) => {
        sameDraws(
          seed,
          5,
          (s) => BigInt(remainderSafe(t, s)),
          (s) => remainderWide(BigInt(t), s),
        );
      }),
    );
    const t = 2 ** 52;
    for (const [u, v, s] of [
      [t - 1, 0, 3],
      [t - 1, 1, 1],
      [t - 1, 40, 7],
      [5, 1000, 1],
      [0, 3, 2 ** 52],
    ] as const)
      assert.equal(quantised(u, v, t, s), (BigInt(u) + BigInt(t) * BigInt(v)) / BigInt(s));
  });

  const variances = [
    '1',
    '1/4',
    '2',
    '7/3',
    '100',
    '10000',
    '100000000',
    '1e15',
    '1e-3',
    '2999999/7',
    '123456789.123',
    '1e31',
    '1e-25',
  ];
  for (const text of variances) {
    test(`discrete Gaussian of variance ${text}`, () => {
      const variance = rational(text);
      sameDraws(11n, 2_000, createDiscreteGaussian(variance), createDiscreteGaussianWide(variance));
    });
  }

  test('acceptance, where the error that is allowed forces integers at every digit', () => {
    const variance = rational('100000000');
    const t = 10_001n;
    for (const error of [2 ** -8, 2 ** -12, 2 ** -20, 2 ** -48]) {
      const accept = createAcceptance(variance, t, error);
      for (let x = 0; x < 80_000; x += 321)
        sameDraws(
          BigInt(x),
          10,
          (s) => accept.safe(x, s),
          (s) => accept.wide(BigInt(x), s),
        );
    }
  });

  test('acceptance, on tapes that agree with the chance as far as doubles can tell and further', () => {
    // Random tapes hardly ever come to the thirtieth digit, where a wrong constant or an error that is said to be too small would show.
    for (const text of ['100000000', '123456789.123', '1e15', '1e31']) {
      const variance = rational(text);
      const { numerator: a, denominator: b } = variance;
      const deviation = Math.sqrt(Number(a) / Number(b));
      const t = BigInt(Math.floor(deviation)) + 1n;
      const accept = createAcceptance(variance, t);
      for (const part of [0.3, 0.9, 1.4, 2.3, 2.6, 4, 5.5, 7]) {
        const x = Math.round(part * deviation);
        if (!Number.isSafeInteger(x)) continue;
        const exponent = rational({
          numerator: (BigInt(x) * b * t - a) ** 2n,
          denominator: 2n * a * b * t * t,
        });
        for (let digits = 1; digits <= 70; digits++) {
          const [fast, wide] = [agreeing(exponent, digits), agreeing(exponent, digits)];
          const told = `${text}, ${part} deviations, ${digits} digits`;
          assert.equal(accept.safe(x, fast), accept.wide(BigInt(x), wide), told);
          assert.equal(fast.taken, wide.taken, told);
        }
      }
    }
  });

  test('any variance', () => {
    const fractions: fc.Arbitrary<Rational> = fc
      .tuple(fc.bigInt({ min: 1n, max: 2n ** 70n }), fc.bigInt({ min: 1n, max: 2n ** 70n }))
      .map(([numerator, denominator]) => rational({ numerator, denominator }));
    fc.assert(
      fc.property(seeds, fractions, (seed, variance) => {
        const pair: [Draw, Draw] = [createDiscreteGaussian(variance), createDiscreteGaussianWide(variance)];
        sameDraws(seed, 10, ...pair);
      }),
      // A failure is told as it was found: shrinking towards variances near zero takes minutes.
      { endOnFailure: true },
    );
  });
});
