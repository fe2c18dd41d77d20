import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Traffic } from '../src/index.ts';
import { FLOATS, OPENING_COUNTS, OPENINGS, OPENINGS_AT } from '../src/signals/account-layout.ts';
import { type AccountState, addExchange, createAccountState } from '../src/signals/account-state.ts';
import { createEmbedder } from '../src/signals/embed-prompt.ts';
import { mergeAccountState } from '../src/signals/merge-account-state.ts';
import { createExchange } from './create-exchange.ts';
import { createSeededRandom } from './seeded-random.ts';
import { chatSentence } from './synthetic-traffic.ts';

const embedder = createEmbedder(1);

function stateOf(traffic: readonly Traffic[]): AccountState {
  const state = createAccountState('a', traffic[0]?.time ?? 0);
  for (const exchange of traffic) addExchange(state, exchange, exchange.time, embedder);
  return state;
}

/** Exchanges over eleven days, some of them sent before. */
function makeTraffic(count: number, seed: number): Traffic[] {
  const random = createSeededRandom(seed);
  const said = Array.from({ length: Math.ceil(count / 2) }, () => chatSentence(random));
  const frames = ['Explain step by step why', 'Rate from 1 to 10 how', 'Tell me about my'];
  let time = 1000;
  return Array.from({ length: count }, (_, ref) => {
    time += random.below((2 * 11 * 86_400) / count);
    return createExchange({
      time,
      ref,
      prompt: `${frames[ref % 3]} ${random.pick(said)}`,
      model: ref < count / 3 ? 'small' : 'large',
      params: { max_tokens: ref % 2 === 0 ? 8000 : 10, logprobs: ref % 5 === 0 },
      network: { ip: `192.0.2.${ref % 7}` },
      created: 400,
    });
  });
}

/** Sums of floats depend on the order a little; small counts of openings are estimates. */
function assertSame(merged: AccountState, whole: AccountState): void {
  const counts = (state: AccountState): object => ({
    ...state,
    floats: 0,
    words: 0,
    gapLogSum: 0,
    gapLogSquares: 0,
  });
  assert.deepEqual(counts(merged), counts(whole));
  assert.ok(Math.abs(merged.gapLogSum - whole.gapLogSum) < 1e-9 * whole.gapLogSum);
  assert.ok(Math.abs(merged.gapLogSquares - whole.gapLogSquares) < 1e-9 * whole.gapLogSquares);
  for (let i = 0; i < FLOATS; i++)
    assert.ok(Math.abs((merged.floats[i] as number) - (whole.floats[i] as number)) < 1e-3);
  const exact = (words: Uint32Array): Uint32Array =>
    words.slice().fill(0, OPENINGS_AT, OPENING_COUNTS + OPENINGS);
  assert.deepEqual(exact(merged.words), exact(whole.words));
}

for (const [count, cut] of [
  [8, 4],
  [120, 60],
  [120, 2],
  [190, 188],
] as const) {
  test(`two parts of ${count} exchanges, cut after ${cut}, merge to what one pass gives`, () => {
    const traffic = makeTraffic(count, count + cut);
    const whole = stateOf(traffic);
    assert.ok(
      whole.ownRepeats > 0 && whole.longAnswers > 0 && whole.modelSince !== null,
      'something of each',
    );
    assertSame(mergeAccountState(stateOf(traffic.slice(0, cut)), stateOf(traffic.slice(cut))), whole);
  });
}

test('a part without exchanges changes nothing', () => {
  const whole = stateOf(makeTraffic(20, 1));
  const nothing = createAccountState('a', whole.lastTime + 50);
  assertSame(mergeAccountState(whole, nothing), whole);
});

test('frequent openings of both parts are kept, and no count is too high', () => {
  const sent = (opening: string, count: number): Traffic[] =>
    Array.from({ length: count }, (_, i) =>
      createExchange({ prompt: `${opening} of the day and ${'x'.repeat(i)}` }),
    );
  const rare = 'b c d e f g h'.split(' ').flatMap((letter) => sent(letter, 2));
  const merged = mergeAccountState(
    stateOf([...sent('aa', 30), ...rare]),
    stateOf([...rare, ...sent('aa', 25), ...sent('zz', 28)]),
  );
  const kept = [...merged.words.subarray(OPENING_COUNTS, OPENING_COUNTS + OPENINGS)].sort((a, b) => b - a);
  // Misra and Gries: at most a seventh of 111 exchanges is lost.
  assert.ok((kept[0] as number) <= 55 && (kept[0] as number) >= 55 - 111 / 7, kept.join(' '));
  assert.ok((kept[1] as number) <= 28 && (kept[1] as number) >= 28 - 111 / 7, kept.join(' '));
});

test('an opening of one part displaces what is rare in the other, and keeps the rest of its count', () => {
  const sent = (opening: string, count: number): Traffic[] =>
    Array.from({ length: count }, () => createExchange({ prompt: `${opening} of the day and so on` }));
  const rare = 'b c d e f g'.split(' ').flatMap((letter) => sent(letter, 2));
  const { words } = mergeAccountState(stateOf(rare), stateOf(sent('aa', 30)));
  assert.equal(Math.max(...words.subarray(OPENING_COUNTS, OPENING_COUNTS + OPENINGS)), 28);
});

test('parts that lie within one another have no gap between them', () => {
  const traffic = makeTraffic(40, 3);
  const [some, others] = [0, 1].map((odd) => traffic.filter((_, i) => i % 2 === odd));
  const merged = mergeAccountState(stateOf(some ?? []), stateOf(others ?? []));
  assert.equal(merged.gaps, 38);
  assert.equal(merged.exchanges, 40);
  assert.deepEqual([merged.firstTime, merged.lastTime], [traffic[0]?.time, traffic.at(-1)?.time]);
});
