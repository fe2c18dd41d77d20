import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import {
  compare,
  createReleaseSource,
  epsilon,
  estimateShares,
  multiply,
  ONE,
  rational,
  type Rational,
  randomisedResponseMechanism,
  subtract,
  toNumberDown,
} from '../../src/index.ts';
import { planRandomisedResponse } from '../../src/mechanisms/randomised-response.ts';
import { createSeededSource } from '../../src/testing.ts';
import { exponentialBounds } from '../../src/units/exponential-bounds.ts';
import { enumerateTapes } from '../../src/conformance/enumerate-tapes.ts';
import { refused } from './refused.ts';

type Response = Parameters<typeof planRandomisedResponse>[0];

/** What the event says of one response. */
function responseOf(parameters: Response): { truth: Rational; categories: number } {
  const [event] = planRandomisedResponse(parameters).events;
  assert.ok(event?.kind === 'randomised-response');
  return event;
}

suite('randomised response', () => {
  test('the whole distribution is that of its event', () => {
    for (const [truth, categories] of [
      ['3/4', 2],
      ['1/2', 3],
      ['5/8', 5],
    ] as const) {
      const plan = planRandomisedResponse({ truth: rational(truth), categories });
      const chance = toNumberDown(rational(truth));
      for (let answer = 0; answer < categories; answer += 1) {
        const { chances, unresolved } = enumerateTapes((source) => plan.draw([answer], source), 16);
        for (let given = 0; given < categories; given += 1) {
          const expected = given === answer ? chance : (1 - chance) / (categories - 1);
          const found = chances.get(String(given)) ?? 0;
          assert.ok(found <= expected + 1e-12 && expected <= found + unresolved + 1e-12);
        }
      }
    }
  });

  test('the ratio of two answers is at most e^ε, exactly, and hardly less', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8000 }),
        fc.integer({ min: 2, max: 1000 }),
        (milli, categories) => {
          const loss = epsilon(`${milli}/1000`);
          const { truth } = responseOf({ epsilon: loss, categories });
          const others = rational(BigInt(categories - 1));
          const bound = exponentialBounds(loss);
          const rest = subtract(ONE, truth);
          assert.ok(compare(multiply(truth, others), multiply(bound.lower, rest)) <= 0);
          const more = multiply(rational('1.000000001'), multiply(truth, others));
          assert.ok(compare(more, multiply(bound.upper, rest)) > 0);
        },
      ),
    );
  });

  test('the loss of its event is that of opendp', () => {
    // privacy_filter/test.rs: two responses of truth .51 lose .08001066922739841; one of .75 loses more than 1.
    const loss = ({ truth, categories }: { truth: Rational; categories: number }): number =>
      Math.log((toNumberDown(truth) * (categories - 1)) / toNumberDown(subtract(ONE, truth)));
    const slight = responseOf({ truth: rational('0.51'), categories: 2 });
    assert.ok(Math.abs(2 * loss(slight) - 0.08001066922739841) < 1e-15);
    assert.ok(loss(responseOf({ truth: rational('0.75'), categories: 2 })) > 1);
  });

  test('shares are estimated without bias', () => {
    const { truth, categories } = responseOf({ epsilon: epsilon(1), categories: 3 });
    const plan = planRandomisedResponse({ truth, categories });
    const answers = Array.from({ length: 60_000 }, (_, index) =>
      index % 10 < 7 ? 0 : index % 10 < 9 ? 1 : 2,
    );
    const shares = estimateShares(plan.draw(answers, createSeededSource(3n)), { truth, categories });
    [0.7, 0.2, 0.1].forEach((share, index) => assert.ok(Math.abs((shares[index] as number) - share) < 0.02));
    assert.ok(Math.abs(shares.reduce((sum, share) => sum + share) - 1) < 1e-9);
  });

  test('what is no response is refused', () => {
    const make = (truth: string, categories: number) => () =>
      randomisedResponseMechanism({ truth: rational(truth), categories });
    for (const [truth, categories] of [
      ['1', 2],
      ['1/2', 2],
      ['1/4', 3],
      ['3/4', 1],
      ['3/4', 2.5],
    ] as const)
      assert.throws(make(truth, categories), refused('out_of_range'));
    assert.throws(
      () => estimateShares([], { truth: rational('3/4'), categories: 2 }),
      refused('bad_parameter'),
    );
    for (const answer of [-1, 2, 0.5, Number.NaN])
      assert.throws(() => make('3/4', 2)().release([answer], createReleaseSource()), refused('out_of_range'));
  });
});
