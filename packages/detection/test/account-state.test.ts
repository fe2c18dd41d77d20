import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Traffic } from '../src/index.ts';
import { own, ownNames, ownSignals, similarity } from '../src/signals/account-signals.ts';
import {
  CELLS,
  CELLS_AT,
  countBits,
  LINK_SUM,
  OPENING_COUNTS,
  OPENINGS,
  OPENINGS_AT,
  PROMPTS_AT,
  SEEN_AT,
  SEEN_EXCHANGES,
  TEST_SUM,
} from '../src/signals/account-layout.ts';
import {
  type AccountState,
  addExchange,
  copyForLooks,
  createAccountState,
  markCount,
} from '../src/signals/account-state.ts';
import { EXAMPLES } from '../src/signals/examples.ts';
import { createEmbedder, DIMENSIONS } from '../src/signals/embed-prompt.ts';
import { openingOf } from '../src/signals/opening.ts';
import { createExchange } from './create-exchange.ts';
import { createSeededRandom } from './seeded-random.ts';
import { chatSentence } from './synthetic-traffic.ts';

const embedder = createEmbedder(1);

function stateOf(exchanges: readonly Partial<Traffic>[]): AccountState {
  const state = createAccountState('a', exchanges[0]?.time ?? 0);
  for (const given of exchanges) {
    const exchange = createExchange(given);
    addExchange(state, exchange, exchange.time, embedder);
  }
  return state;
}
const prompts = (...list: readonly string[]): AccountState => stateOf(list.map((prompt) => ({ prompt })));

/** Bytes of everything a state holds. */
function bytesOf(state: AccountState): number {
  return Object.values(state).reduce<number>((sum, value) => {
    if (ArrayBuffer.isView(value)) return sum + value.byteLength;
    return sum + (Array.isArray(value) ? 8 * value.length : typeof value === 'string' ? 2 * value.length : 8);
  }, 0);
}

test('a state keeps its size, below 4 KB, whatever and however much is sent', () => {
  const random = createSeededRandom(1);
  const empty = bytesOf(createAccountState('a', 0));
  const sent: Partial<Traffic>[] = Array.from({ length: 3000 }, (_, i) => ({
    time: i,
    ref: i,
    prompt: `Write about ${chatSentence(random)} step by step, case ${String.fromCharCode(97 + (i % 26))}${i}`,
    messages: [{ role: 'user', content: 'x'.repeat(i) }],
    params: { logit_bias: Object.fromEntries(Array.from({ length: 50 }, (__, b) => [String(b), 1])) },
    network: { ip: `192.0.2.${i % 256}`, userAgent: 'u'.repeat(i) },
    billing: `b-${i}`,
  }));
  const state = stateOf([...sent, { prompt: 'y'.repeat(1 << 20) }, { prompt: '\ud800' }]);
  assert.equal(state.exchanges, 3002);
  assert.ok(bytesOf(state) <= empty + 4 * EXAMPLES * 8, `${bytesOf(state)} from ${empty}`);
  assert.ok(bytesOf(state) <= 4096);
  assert.doesNotMatch(JSON.stringify(state), /Write|step/, 'no word of a prompt is kept');
});

test('exchanges go by turns to the half that links and the half that tests', () => {
  const [first, second, third] = ['mend the fence', 'paint a boat', 'bake some bread'] as const;
  const point = (prompt: string): number[] => [...embedder.embed(prompt)];
  const state = prompts(first, second, third);
  const odd = point(third);
  const sum = point(first).map((value, i) => Math.fround(value + (odd[i] as number)));
  const half = (from: number): number[] => [...state.floats.subarray(from, from + DIMENSIONS)];
  assert.deepEqual(half(LINK_SUM), sum);
  assert.deepEqual(half(TEST_SUM), point(second));
  assert.equal(state.linkExchanges, 2);
});

test('prompts sent before are counted, exactly where there are few', () => {
  const random = createSeededRandom(2);
  const different = [...new Set(Array.from({ length: 100 }, () => chatSentence(random)))];
  assert.equal(prompts('a', 'b', 'a', 'a', 'b', 'c').ownRepeats, 3);
  assert.ok(prompts(...different).ownRepeats <= 5, 'hardly a collision among a hundred');
  assert.ok(prompts(...different, ...different).ownRepeats >= different.length);
  // After so many exchanges the memory of prompts is full and nothing more is counted.
  assert.equal(prompts(...Array.from({ length: 1000 }, () => 'again')).ownRepeats, SEEN_EXCHANGES - 1);
});

test('going on with an answer is a follow-up; messages of the user or the system alone are none', () => {
  const user = { role: 'user', content: 'x' };
  const answer = { role: 'assistant', content: 'y' };
  const state = stateOf([
    { messages: [user, answer, user] },
    { messages: [{ role: 'system', content: 's' }, user] },
    { messages: [user, user] },
    { messages: null },
    { messages: [answer, user] },
  ]);
  assert.equal(state.followUps, 2);
});

test('log probabilities, biased tokens and several answers are harvests; usual settings are none', () => {
  const harvests = [
    { logprobs: true },
    { logprobs: 5 },
    { top_logprobs: 3 },
    { logit_bias: { '50256': -100 } },
    { n: 4 },
  ];
  const usual = [
    {},
    { logit_bias: {} },
    { logprobs: false },
    { logprobs: 0 },
    { top_logprobs: 0 },
    { n: 1 },
    { temperature: 2 },
  ];
  for (const params of harvests) assert.equal(stateOf([{ params }]).harvests, 1, JSON.stringify(params));
  for (const params of usual) assert.equal(stateOf([{ params }]).harvests, 0, JSON.stringify(params));
  assert.equal(stateOf([{ params: null }]).harvests, 0);
});

test('the longest answers are those asked for with 4,096 tokens or more, and those that were cut', () => {
  const longest = [{ params: { max_tokens: 4096 } }, { params: { max_tokens: 50 }, outputTokens: 50 }];
  const usual = [
    { params: { max_tokens: 4095 } },
    { params: { max_tokens: 50 }, outputTokens: 49 },
    { params: {}, outputTokens: 9000 },
    { params: null, outputTokens: 9000 },
  ];
  for (const exchange of longest) assert.equal(stateOf([exchange]).longAnswers, 1, JSON.stringify(exchange));
  for (const exchange of usual) assert.equal(stateOf([exchange]).longAnswers, 0, JSON.stringify(exchange));
});

test('a copy for looks says what the account says, and stays as it was', () => {
  const random = createSeededRandom(6);
  const sent = Array.from({ length: 30 }, (_, i) => ({ time: i * 900, prompt: chatSentence(random) }));
  const state = stateOf(sent);
  const copy = copyForLooks(state);
  const before = ownSignals(copy, 1e5);
  assert.deepEqual(before, ownSignals(state, 1e5));
  for (const { prompt } of sent) addExchange(state, createExchange({ time: 1e5, prompt }), 1e5, embedder);
  assert.deepEqual(ownSignals(copy, 1e5), before);
  assert.notDeepEqual(ownSignals(state, 1e5), before);
});

test('keys are of every other exchange, so that accounts are not tested on what linked them', () => {
  const [first, second] = [
    'Tell me how the old mill by the river was built',
    'Who painted the ceiling of the chapel',
  ];
  const keys = (...sent: string[]): Uint32Array => prompts(...sent).words.slice(PROMPTS_AT, SEEN_AT);
  assert.deepEqual(keys(first), new Uint32Array(SEEN_AT - PROMPTS_AT));
  assert.deepEqual(keys(first, second), keys(second, second));
  assert.notDeepEqual(keys(first, second), keys(first, first));
});

test('a task is impersonal when it asks for something and speaks of nobody; early ones are kept as references', () => {
  const state = stateOf([
    { ref: 10, prompt: 'Write a poem about rain.' },
    { ref: 11, prompt: 'Write a poem for my sister.' },
    { ref: 12, prompt: 'rain' },
    { ref: 13, prompt: 'Solve it step by step for me' },
    ...[14, 15, 16, 17].map((ref) => ({ ref, prompt: 'List the rivers of Asia step by step.' })),
  ]);
  assert.equal(state.impersonalTasks, 5);
  assert.equal(state.trainingTasks, 5);
  assert.equal(markCount(state, 'personal'), 2);
  assert.deepEqual(state.taskExamples, [10, 14, 15]);
  assert.deepEqual(state.trainingExamples, [13, 14, 15]);
});

test('semantic cells grow with variety and not with repetition', () => {
  const random = createSeededRandom(3);
  const varied = prompts(...Array.from({ length: 60 }, () => chatSentence(random)));
  const narrow = prompts(
    ...Array.from({ length: 60 }, (_, i) => `Extract the total of invoice ${i} as it stands`),
  );
  assert.ok(narrow.cellsReached <= 3);
  assert.ok(varied.cellsReached > 30);
  assert.equal(varied.cellsReached, countBits(varied.words, CELLS_AT, CELLS));
});

test('openings are a Misra–Gries summary: what is frequent is kept, and no count is too high or far too low', () => {
  const word = fc.integer({ min: 0, max: 11 }).map((n) => 'abcdefghijkl'[n] as string);
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 80 }), (sent) => {
      const { words } = prompts(...sent);
      const kept = new Map(
        Array.from({ length: OPENINGS }, (_, i) => [
          words[OPENINGS_AT + i],
          words[OPENING_COUNTS + i] as number,
        ]),
      );
      for (const each of new Set(sent)) {
        const count = sent.filter((other) => other === each).length;
        const estimate = kept.get(openingOf(each)) ?? 0;
        assert.ok(
          estimate <= count && estimate >= count - sent.length / 7,
          `${each}: ${estimate} of ${count}`,
        );
      }
    }),
    { seed: 7, numRuns: 200 },
  );
});

test('times out of order never throw, and gaps count forward only', () => {
  const state = stateOf([{ time: 100 }, { time: 50 }, { time: 160 }, { time: 160 }]);
  assert.deepEqual([state.firstTime, state.lastTime, state.gaps], [50, 160, 2]);
  assert.ok(ownSignals(state, 0).every(Number.isFinite), 'also when looked at before it began');
});

test('origins are the latest known and never the words themselves', () => {
  const state = stateOf([
    { time: 65, network: { ip: '192.0.2.1', tls: 't', userAgent: 'u' }, billing: 'b', created: 5 },
    { time: 75, network: null, billing: null, created: null },
  ]);
  const again = stateOf([
    { time: 65, network: { ip: '192.0.2.1', userAgent: 'u', tls: 't' }, billing: 'b' },
    { time: 95, created: 5 },
  ]);
  assert.deepEqual(
    [state.network, state.client, state.billing, state.ageS],
    [again.network, again.client, again.billing, 60],
  );
  for (const hash of [state.network, state.client, state.billing]) assert.notEqual(hash, 0);
  assert.equal(stateOf([{ network: {} }]).network, 0);
});

test('signals do not depend on the name, and are finite for any traffic', () => {
  const one = prompts('Write a poem.', 'Is it raining?');
  const renamed = { ...one, account: '__proto__' };
  assert.deepEqual(ownSignals(one, 10), ownSignals(renamed, 10));
  assert.equal(ownSignals(one, 10).length, ownNames.length);
  for (const state of [one, prompts(''), createAccountState('a', 0)])
    for (const now of [0, -5, 1e12])
      assert.ok([...ownSignals(state, now)].slice(0, 8).every(Number.isFinite));
});

test('shares are drawn towards the usual where there are few exchanges', () => {
  const asks = (n: number): number =>
    ownSignals(prompts(...Array.from({ length: n }, (_, i) => `Is it ${i}?`)), 10)[own.question] as number;
  assert.ok(asks(2) < asks(20) && asks(20) < asks(200));
  const personal = (prompt: string): number =>
    ownSignals(prompts(...Array.from({ length: 30 }, () => prompt)), 10)[own.personal] as number;
  assert.ok(personal('mend my fence') > 1.5 && personal('mend the fence') < -2);
});

test('pace is in exchanges a day since the account began, and half a day at least', () => {
  const rate = (state: AccountState, now: number): number =>
    Math.exp(ownSignals(state, now)[own.rate] as number);
  const state = stateOf(Array.from({ length: 20 }, (_, i) => ({ time: 86_400 + i })));
  assert.ok(Math.abs(rate(state, 86_400 * 5) - 5) < 1e-9);
  assert.ok(Math.abs(rate(state, 86_500) - 40) < 1e-9);
});

test('narrow use is similar to itself, wide use is not', () => {
  const random = createSeededRandom(4);
  const wide = prompts(...Array.from({ length: 40 }, () => chatSentence(random)));
  const narrow = prompts(...Array.from({ length: 40 }, (_, i) => `Extract the total of invoice ${i}`));
  assert.ok(similarity(narrow) > 0.6 && similarity(wide) < 0.35, `${similarity(narrow)} ${similarity(wide)}`);
});
