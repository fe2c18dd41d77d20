import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  add,
  type BitSource,
  compare,
  createDiscreteGaussian,
  createDiscreteLaplace,
  createGeometric,
  multiply,
  PrivacyError,
  type Rational,
  rational,
  subtract,
} from '../../src/index.ts';
import { BROKEN_SAMPLERS, checkSampler, enumerateTapes, type SamplerSubject } from '../../src/conformance.ts';
import { bernoulli } from '../../src/samplers/bernoulli.ts';
import { bernoulliExp } from '../../src/samplers/bernoulli-exp.ts';
import { createAcceptance } from '../../src/samplers/gaussian-acceptance.ts';
import { quotient, remainderSafe } from '../../src/samplers/geometric.ts';
import { uniformBelow } from '../../src/samplers/uniform.ts';
import { exponentialBounds } from '../../src/units/exponential-bounds.ts';

// The ladder: each sampler is enumerated over all tapes and held against its true mass, computed on fractions; what it is built of was
// enumerated before it, to a smaller rest. Above, draws are counted.

const CORRECT: readonly SamplerSubject[] = [
  { family: 'geometric', create: createGeometric },
  { family: 'discrete-laplace', create: createDiscreteLaplace },
  { family: 'discrete-gaussian', create: createDiscreteGaussian },
];
/** Those of the script, but for the ones that take long to lead into the tail. */
const PARAMETERS = {
  geometric: ['1', '3/2', '1/3', '1000'],
  'discrete-laplace': ['1', '3/2', '1/3', '1000'],
  'discrete-gaussian': ['1/4', '1', '100'],
};
const SHORT = { draws: 50_000, tapeBits: 14, tailTries: 60_000 };
const ONE = rational(1);

/** Every outcome's true chance is between what is decided and what is not yet, and nothing is decided that has no chance. */
function holds(
  draw: (source: BitSource) => unknown,
  bitsMax: number,
  unresolvedMax: number,
  truths: ReadonlyMap<string, Readonly<{ lower: Rational; upper: Rational }>>,
): void {
  const { chances, unresolved } = enumerateTapes(draw, bitsMax);
  assert.ok(unresolved <= unresolvedMax, `${unresolved} is not resolved`);
  for (const [outcome, { lower, upper }] of truths) {
    const least = rational(chances.get(outcome) ?? 0);
    assert.ok(compare(least, upper) <= 0, `P(${outcome}) is too large`);
    assert.ok(compare(add(least, rational(unresolved)), lower) >= 0, `P(${outcome}) is too small`);
  }
  let others = 0;
  for (const [outcome, chance] of chances) if (!truths.has(outcome)) others += chance;
  assert.ok(others <= 1e-3, `${others} is in other outcomes`);
}

function exactly(value: Rational): { lower: Rational; upper: Rational } {
  return { lower: value, upper: value };
}

/** exp(−x), from both sides. */
function decay(x: Rational): { lower: Rational; upper: Rational } {
  const { lower, upper } = exponentialBounds(x);
  const inverse = ({ numerator, denominator }: Rational): Rational =>
    rational({ numerator: denominator, denominator: numerator });
  return { lower: inverse(upper), upper: inverse(lower) };
}

function coin(heads: {
  lower: Rational;
  upper: Rational;
}): Map<string, { lower: Rational; upper: Rational }> {
  const tails = { lower: subtract(ONE, heads.upper), upper: subtract(ONE, heads.lower) };
  return new Map([
    ['true', heads],
    ['false', tails],
  ]);
}

suite('all tapes of bits', () => {
  test('uniform, below every size up to 40', () => {
    for (let n = 1n; n <= 40n; n++) {
      const truths = new Map(
        Array.from({ length: Number(n) }, (_, y) => [
          String(y),
          exactly(rational({ numerator: 1n, denominator: n })),
        ]),
      );
      holds((source) => uniformBelow(n, source), 16, 0.25, truths);
      const { chances } = enumerateTapes((source) => uniformBelow(n, source), 16);
      assert.equal(new Set(chances.values()).size, 1, 'all alike');
    }
  });

  test('coins of every chance with a denominator up to 40', () => {
    for (let d = 1n; d <= 40n; d++)
      for (let n = 0n; n <= d; n++) {
        const chance = rational({ numerator: n, denominator: d });
        holds((source) => bernoulli(chance, source), 12, 2 ** -12, coin(exactly(chance)));
      }
  });

  test('coins of exp(−x)', () => {
    for (const text of ['0', '1/7', '1/2', '2/3', '1', '3/2', '2', '5', '17/4']) {
      const x = rational(text);
      holds((source) => bernoulliExp(x, source), 28, 1e-3, coin(decay(x)));
    }
  });

  test('the remainder, the quotient and the acceptance that Laplace and Gaussian are made of', () => {
    const p = decay(ONE);
    const truths = new Map(
      Array.from({ length: 8 }, (_, v) => {
        const { lower, upper } = decay(rational(v));
        return [
          String(v),
          { lower: multiply(lower, subtract(ONE, p.upper)), upper: multiply(upper, subtract(ONE, p.lower)) },
        ] as const;
      }),
    );
    holds(quotient, 24, 0.02, truths);
    const half = decay(rational('1/2'));
    const zero = {
      lower: rational({ numerator: 62_245_933n, denominator: 100_000_000n }),
      upper: rational({ numerator: 62_245_934n, denominator: 100_000_000n }),
    };
    assert.ok(compare(half.lower, rational('0.60653')) > 0);
    // 1/(1 + exp(−1/2)), of which the figure is 0.622459331.
    holds(
      (source) => remainderSafe(2, source),
      20,
      1e-3,
      new Map([
        ['0', zero],
        ['1', { lower: subtract(ONE, zero.upper), upper: subtract(ONE, zero.lower) }],
      ]),
    );
    for (const [text, t] of [
      ['1', 2n],
      ['7/3', 2n],
      ['100', 11n],
      ['1e8', 10_001n],
    ] as const) {
      const variance = rational(text);
      const accept = createAcceptance(variance, t);
      const twice = multiply(rational(2), variance);
      for (const factor of [0n, 1n, 2n]) {
        const x = t * factor;
        const distance = subtract(rational(x), {
          numerator: variance.numerator,
          denominator: variance.denominator * t,
        });
        const exponent = multiply(multiply(distance, distance), {
          numerator: twice.denominator,
          denominator: twice.numerator,
        });
        holds((source) => accept.safe(Number(x), source), 26, 1e-3, coin(decay(exponent)));
      }
    }
  });
});

suite('the check of samplers', () => {
  for (const subject of CORRECT) {
    test(`finds no fault in ${subject.family}`, () => {
      assert.deepEqual(
        checkSampler(subject, { draws: 50_000, parameters: PARAMETERS[subject.family] }).failures,
        [],
      );
    });
  }

  for (const broken of BROKEN_SAMPLERS) {
    test(`finds the fault of ${broken.name}: ${broken.fault}`, () => {
      const parameters =
        broken.name === 'gaussian-truncated'
          ? ['1']
          : [broken.family === 'discrete-gaussian' ? '100' : '10', '1'];
      assert.equal(checkSampler(broken, { ...SHORT, parameters }).passed, false);
    });
  }

  test('finds no fault in a Gaussian with the search that does not find the tail of a truncated one', () => {
    const subject = CORRECT.find(({ family }) => family === 'discrete-gaussian')!;
    assert.equal(checkSampler(subject, { ...SHORT, parameters: ['1'] }).passed, true);
  });

  test('each of its ways to find one is needed for one', () => {
    const only = (name: string): string[] => {
      const broken = BROKEN_SAMPLERS.find((each) => each.name === name);
      assert.ok(broken !== undefined);
      const report = checkSampler(broken, {
        draws: 20_000,
        tapeBits: 12,
        tailTries: 20_000,
        parameters: ['1'],
      });
      return [...new Set(report.failures.map(({ check }) => check))];
    };
    assert.deepEqual(only('gaussian-truncated'), ['tail']);
    assert.deepEqual(only('geometric-unguarded'), ['refuses']);
    assert.ok(only('laplace-own-randomness').includes('repeats'));
    assert.ok(only('laplace-one-too-many').includes('tapes'));
  });
});

test('samplers refuse what has no distribution', () => {
  for (const { create } of CORRECT)
    for (const parameter of ['0', '-1/2'])
      assert.throws(
        () => create(rational(parameter)),
        (error: unknown) => error instanceof PrivacyError && error.code === 'out_of_range',
      );
});
