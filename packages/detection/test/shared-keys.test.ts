import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSharedKeys, liftOf, shareOf } from '../src/linking/shared-keys.ts';
import { PROMPT_KEYS, PROMPTS_AT, TEMPLATE_KEYS, TEMPLATES_AT } from '../src/signals/account-layout.ts';
import { type AccountState, addExchange, createAccountState } from '../src/signals/account-state.ts';
import { createEmbedder } from '../src/signals/embed-prompt.ts';
import { createExchange } from './create-exchange.ts';
import { createSeededRandom, type SeededRandom } from './seeded-random.ts';
import { chatSentence } from './synthetic-traffic.ts';

const embedder = createEmbedder(1);
const PROMPTS = { at: PROMPTS_AT, size: PROMPT_KEYS };
const TEMPLATES = { at: TEMPLATES_AT, size: TEMPLATE_KEYS };

function stateOf(account: string, prompts: readonly string[]): AccountState {
  const state = createAccountState(account, 0);
  // Keys are of the testing half.
  for (const prompt of prompts.flatMap((each) => ['', each])) {
    addExchange(state, createExchange({ prompt }), 0, embedder);
  }
  return state;
}

const invent = (random: SeededRandom): string => {
  const word = (): string => Array.from({ length: 7 }, () => 'abcdefghijklmnop'[random.below(16)]).join('');
  return Array.from({ length: 14 }, word).join(' ');
};
const many = (count: number, make: () => string): string[] => Array.from({ length: count }, make);

/** 40 accounts with texts of their own; from 40 on, those of the test. */
function crowd(others: readonly (readonly string[])[], random: SeededRandom): AccountState[] {
  const own = Array.from({ length: 40 }, (_, i) =>
    stateOf(
      `own-${i}`,
      many(12, () => invent(random)),
    ),
  );
  return [...own, ...others.map((prompts, i) => stateOf(`other-${i}`, prompts))];
}
const others = (count: number): number[] => Array.from({ length: count }, (_, i) => 40 + i);
const without = (account: number, count: number): number[] =>
  others(count).filter((other) => other !== account);

test('a template in common is found though no prompt is, and texts of one’s own are not', () => {
  const random = createSeededRandom(1);
  const pool = (): string =>
    `Write a short and thorough report on "${invent(random)}" for the coming board meeting.`;
  const states = crowd(
    many(8, () => '').map(() => many(12, pool)),
    random,
  );
  const templates = createSharedKeys(states, TEMPLATES);
  const prompts = createSharedKeys(states, PROMPTS);
  const [alike, same] = [templates.with(40, without(40, 8)), prompts.with(40, without(40, 8))];
  assert.ok(shareOf(alike, 7) > 0.2, `${shareOf(alike, 7)}`);
  assert.ok(liftOf(alike) > 1);
  assert.deepEqual([same.found, prompts.public(40)], [0, 0]);
  assert.ok(same.compared > 50);
  assert.deepEqual(
    [templates.with(0, [1, 2, 3, 4, 5, 6, 7]).found, templates.public(0)],
    [0, 0],
    'nothing in common',
  );
});

test('prompts of a public list are everybody’s: shared, known to be public, and no more by neighbours than by others', () => {
  const random = createSeededRandom(2);
  const list = many(10, () => invent(random));
  const states = crowd(
    many(30, () => '').map(() => [...list, ...many(4, () => chatSentence(random))]),
    random,
  );
  const prompts = createSharedKeys(states, PROMPTS);
  const near = prompts.with(40, without(40, 8));
  assert.ok(near.found >= 60, `${near.found} of ${near.compared}`);
  assert.ok(prompts.public(40) > 0.5);
  assert.ok(liftOf(near) < 1, `${liftOf(near)}`);
});

test('accounts with more keys than a sample holds are compared in what both samples would show', () => {
  const random = createSeededRandom(3);
  const list = many(300, () => invent(random));
  const halves = Array.from({ length: 6 }, () => random.shuffle([...list]).slice(0, 150));
  const states = crowd(halves, random);
  const { found, compared } = createSharedKeys(states, PROMPTS).with(40, without(40, 6));
  // Either sent half of the list, so half of what one sent the other sent too.
  assert.ok(compared > 40 && Math.abs(found / compared - 0.5) < 0.2, `${found} of ${compared}`);
});

test('a long account shows a small part of what it sent, and is asked for that part alone', () => {
  const random = createSeededRandom(6);
  const list = many(200, () => invent(random));
  const states = crowd([list.slice(0, 20), list], random);
  const { found, compared } = createSharedKeys(states, PROMPTS).with(40, [41]);
  assert.ok(compared > 0 && compared < 10 && found === compared, `${found} of ${compared}`);
});

test('what is too short to be told from others has no key', () => {
  const random = createSeededRandom(4);
  const states = crowd([many(9, () => 'thank you'), many(9, () => 'thank you')], random);
  for (const range of [PROMPTS, TEMPLATES]) {
    const shared = createSharedKeys(states, range);
    assert.deepEqual(shared.with(40, [41]), { compared: 0, found: 0, expected: 0 });
    assert.equal(shared.public(40), 0);
  }
});

test('large crowds are counted on a part of them', () => {
  const random = createSeededRandom(5);
  const list = many(10, () => invent(random));
  const same = stateOf('same', list);
  const states = Array.from({ length: 7000 }, () => same);
  const shared = createSharedKeys(states, PROMPTS);
  for (const account of [0, 1, 3]) {
    const { found, compared, expected } = shared.with(account, [5, 6]);
    assert.deepEqual([found, compared], [20, 20]);
    assert.ok(Math.abs(expected - 20) < 0.5, `${expected}`);
  }
});
