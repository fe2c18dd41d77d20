import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  auditCanaries,
  type CanaryScores,
  createDiscreteGaussian,
  createDiscreteLaplace,
  type Draw,
  PrivacyError,
  rational,
} from '../../src/index.ts';
import { createSeededSource } from '../../src/testing.ts';

/** The quantiles (i + ½)/n of the standard normal distribution, by bisection of its distribution function. */
function normalQuantiles(n: number): number[] {
  return Array.from({ length: n }, (_, i) => {
    let [low, high] = [-10, 10];
    for (let step = 0; step < 70; step++) {
      const middle = (low + high) / 2;
      if (normalBelow(middle) < (i + 0.5) / n) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  });
}

/** Φ by its series around 0 (Marsaglia 2004), exact to 1e-15 where it is used. */
function normalBelow(z: number): number {
  let [term, sum] = [z, z];
  for (let k = 3; Math.abs(term) > 1e-17; k += 2) sum += term *= (z * z) / k;
  return 0.5 + (sum * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
}

/** One run: each of `count` canaries is in by a fair coin and moves an answer of its own by 1, and each answer gets its noise. */
function oneRun(count: number, noise: Draw, seed: bigint): CanaryScores {
  const source = createSeededSource(seed);
  const [included, excluded]: [number[], number[]] = [[], []];
  for (let canary = 0; canary < count; canary++) {
    const isIn = source.bits(1) === 1;
    (isIn ? included : excluded).push(Number(noise(source) + (isIn ? 1n : 0n)));
  }
  return { included, excluded };
}

suite('the audit of one run by its canaries', () => {
  const excluded = normalQuantiles(10_000);
  for (const [shift, expected] of [
    [1, 1.13346],
    [2, 2.311945],
    [4, 4.395568],
  ] as const) {
    test(`scores that are ${shift} apart, as jax-privacy computes it`, () => {
      const included = excluded.map((score) => score + shift);
      const { epsilonLower } = auditCanaries({ included, excluded }, { delta: 1e-6, significance: 0.05 });
      assert.ok(Math.abs(epsilonLower / expected - 1) < 1e-5, `${epsilonLower}`);
    });
  }

  test('scores that are alike show nothing', () => {
    assert.equal(auditCanaries({ included: excluded, excluded }, { significance: 0.05 }).epsilonLower, 0);
  });

  test('never says more than the claim of a run with the right noise', () => {
    // Each canary changes one answer: Laplace noise of scale 1/ε is ε for each.
    for (const [claim, scale] of [
      [0.5, '2'],
      [1, '1'],
      [2, '1/2'],
    ] as const)
      for (let seed = 1n; seed <= 8n; seed++) {
        const scores = oneRun(4_000, createDiscreteLaplace(rational(scale)), seed);
        for (const options of [{ guesses: 400 }, { guesses: 2_000 }, {}]) {
          const { epsilonLower } = auditCanaries(scores, { significance: 0.01, ...options });
          assert.ok(epsilonLower <= claim, `${epsilonLower} of ${claim} with seed ${seed}`);
        }
      }
  });

  test('says more than the claim of runs with too little noise or none', () => {
    const tooLittle = oneRun(4_000, createDiscreteLaplace(rational('1/4')), 5n);
    assert.ok(auditCanaries(tooLittle, { significance: 0.01, guesses: 400 }).epsilonLower > 2);
    // σ² = 1/8 for a claim of (1, 1e-6), which takes about 18.
    const gaussian = oneRun(4_000, createDiscreteGaussian(rational('1/8')), 6n);
    assert.ok(auditCanaries(gaussian, { significance: 0.01, delta: 1e-6 }).epsilonLower > 1);
    const none = oneRun(4_000, () => 0n, 7n);
    assert.ok(auditCanaries(none, { significance: 0.01 }).epsilonLower > 5);
  });

  test('canaries that share a score are all guessed or none, so that membership does not break a tie', () => {
    const scores = { included: [1, 1, 1, 1], excluded: [1, 0, 0, 0] };
    assert.deepEqual(auditCanaries(scores, { significance: 0.4, guesses: 4 }), {
      epsilonLower: 0,
      guesses: 0,
      correct: 0,
    });
    assert.equal(auditCanaries(scores, { significance: 0.4, guesses: 5 }).guesses, 5);
  });

  test('a larger delta explains more', () => {
    const included = excluded.map((score) => score + 2);
    const bounds = [0, 1e-9, 1e-6, 1e-4, 1e-2].map(
      (delta) => auditCanaries({ included, excluded }, { delta }).epsilonLower,
    );
    for (const [place, bound] of bounds.entries())
      assert.ok(place === 0 || bound <= (bounds[place - 1] as number));
    assert.ok((bounds[0] as number) > (bounds[4] as number));
  });

  test('what can not be judged is refused', () => {
    const refused = (code: string) => (error: unknown) =>
      error instanceof PrivacyError && error.code === code;
    assert.throws(() => auditCanaries({ included: [], excluded: [] }), refused('out_of_range'));
    assert.throws(
      () => auditCanaries({ included: [1], excluded: [0] }, { delta: 1 }),
      refused('out_of_range'),
    );
    assert.throws(() => auditCanaries({ included: [Number.NaN], excluded: [0] }), refused('not_finite'));
  });
});
