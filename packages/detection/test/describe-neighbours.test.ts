import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeNeighbours } from '../src/hunt/describe-neighbours.ts';
import { describeTurns } from '../src/hunt/describe-turns.ts';
import { signalNames } from '../src/linking/neighbour-signals.ts';
import { type AccountState, createAccountState } from '../src/signals/account-state.ts';

const DAY_S = 86_400;
type Name = (typeof signalNames)[number];

/** An account like many, but for what is given. */
function said(given: Partial<Record<Name, number>>): { signals: Map<string, string>; against: string[] } {
  const usual: Partial<Record<Name, number>> = {
    difference: 1,
    paceSpread: 1,
    startSpread: 5,
    hoursApart: 1,
    daysApart: 1,
  };
  const row = Float64Array.from(signalNames, (name) => given[name] ?? usual[name] ?? 0);
  const state = { ...createAccountState('a', 0), activeDays: 0b1111 };
  const { signals, against } = describeNeighbours(state, row);
  return { signals: new Map(signals.map(({ name, sentence }) => [name, sentence])), against };
}

test('an account like many has nothing said of its neighbours', () => {
  assert.deepEqual(said({}), { signals: new Map(), against: [] });
  assert.deepEqual(describeNeighbours(createAccountState('a', 0), new Float64Array(9)), {
    signals: [],
    against: [],
  });
});

test('wordings in common are said with how much more they are than at large, and divided work where prompts are not', () => {
  const pool = { templates: 0.2, templatesLift: Math.log(12) };
  assert.match(
    said(pool).signals.get('shared_wordings') ?? '',
    /each of the 8 accounts .* sent 20% too, 12 times as often/,
  );
  assert.match(said({ ...pool, prompts: 0.01 }).signals.get('divided_work') ?? '', /sent 1%/);
  assert.ok(!said({ ...pool, prompts: 0.15 }).signals.has('divided_work'), 'prompts are repeated');
  assert.ok(!said({ ...pool, templatesLift: 0.5 }).signals.has('shared_wordings'), 'everybody’s wordings');
});

test('prompts that others sent word for word speak against it', () => {
  const { against } = said({ prompts: 0.2, publicPrompts: 0.45 });
  assert.equal(against.length, 1);
  assert.match(
    against[0] ?? '',
    /^45% of the prompts sampled of it were sent word for word by other accounts too/,
  );
});

test('hours, days and turns in common are said', () => {
  const { signals } = said({ hoursApart: 0.1, dayShape: 0.5, daysApart: 0.05, turns: 0.5 });
  assert.deepEqual([...signals.keys()], ['same_hours', 'same_days', 'turned_together']);
  assert.match(signals.get('same_days') ?? '', /differ in 5%/);
  assert.match(signals.get('turned_together') ?? '', /^4 of the 8 turned/);
  assert.ok(
    !said({ hoursApart: 0.1, dayShape: 0.1 }).signals.has('same_hours'),
    'round the clock has no hours',
  );
});

test('turns of a campaign are counted: to another model, from one set of accounts to the next, and new accounts', () => {
  const member = (given: Partial<AccountState>): AccountState => ({
    ...createAccountState('a', 0),
    lastTime: 9 * DAY_S,
    ...given,
  });
  const states = [
    ...[1, 1.2, 1.9].map((day) => member({ modelSince: day * DAY_S, lastTime: 4 * DAY_S, ageS: DAY_S })),
    ...[4.1, 4.5, 4.9].map((day) =>
      member({ firstTime: day * DAY_S, modelSince: 8 * DAY_S, ageS: 300 * DAY_S }),
    ),
    member({ firstTime: 2 * DAY_S }),
  ];
  const sentences = new Map(describeTurns(states).map(({ name, sentence }) => [name, sentence]));
  assert.match(sentences.get('turned_together') ?? '', /^3 of the 7 accounts/);
  assert.match(sentences.get('relieved') ?? '', /^3 of the 7 accounts/);
  assert.match(sentences.get('new_accounts') ?? '', /^3 of the 6 accounts of known age/);
  assert.deepEqual(
    describeTurns(states.slice(3)).map(({ name }) => name),
    ['turned_together'],
  );
  assert.deepEqual(describeTurns([member({}), member({})]), []);
});
