import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COORDINATES, coordinatesOf } from '../src/linking/account-coordinates.ts';
import { AXES } from '../src/linking/principal-axes.ts';
import { type Crowd, lookAt, NEAR, signalNames } from '../src/linking/neighbour-signals.ts';
import { createRandom } from '../src/random.ts';
import { OPENING_COUNTS, OPENINGS, OPENINGS_AT } from '../src/signals/account-layout.ts';
import { ownNames, ownSignals } from '../src/signals/account-signals.ts';
import { type AccountState, addExchange, createAccountState } from '../src/signals/account-state.ts';
import { createEmbedder } from '../src/signals/embed-prompt.ts';
import { createSeededRandom } from './seeded-random.ts';
import { benignLife, DAY_S, hydra, live } from './varied-traffic.ts';

const DAYS = 3;

/** 90 accounts with interests of their own and 12 of one pool, as they stand after three days. */
function makeStates(): AccountState[] {
  const random = createSeededRandom(1);
  const lives = [
    ...Array.from({ length: 90 }, (_, i) => benignLife(`own-${i}`, random)),
    ...hydra(12, random, 'pool'),
  ];
  const embedder = createEmbedder(1);
  const states = new Map<string, AccountState>();
  for (const exchange of live(lives, DAYS, random)) {
    const elapsed = exchange.time - 1_767_225_600;
    const state = states.get(exchange.account) ?? createAccountState(exchange.account, elapsed);
    states.set(exchange.account, state);
    addExchange(state, exchange, elapsed, embedder);
  }
  return [...states.values()].filter((state) => state.exchanges >= 8);
}

const states = makeStates();
const crowdOf = (
  members: readonly AccountState[],
  known: (state: AccountState) => boolean = () => false,
): Crowd => ({
  states: members,
  known: members.map(known),
  times: members.map(() => DAYS * DAY_S),
  signals: members.map((state) => ownSignals(state, DAYS * DAY_S)),
});
const isPool = ({ account }: AccountState): boolean => account.startsWith('pool');
const signalOf = (signals: Float64Array, name: (typeof signalNames)[number]): number =>
  signals[signalNames.indexOf(name)] as number;
const middle = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
const look = lookAt(crowdOf(states), createRandom(1));
const of = (name: (typeof signalNames)[number], pool: boolean): number[] =>
  look.signals.filter((_, i) => isPool(states[i] as AccountState) === pool).map((row) => signalOf(row, name));

test('members of one pool do not differ beyond sampling noise, people with interests of their own do', () => {
  const pool = of('difference', true);
  assert.ok(Math.max(...pool.map(Math.abs)) < 0.12, pool.join(' '));
  const people = of('difference', false);
  const apart = people.filter((each) => each > Math.max(...pool)).length / people.length;
  assert.ok(apart > 0.75, `${apart} differ more than any member of the pool`);
});

test('members are each other’s neighbours, keep one pace and began together', () => {
  const isInside = look.signals.map((_, i) => isPool(states[i] as AccountState));
  states.forEach((state, i) => {
    if (!isPool(state)) return;
    const near = [...look.neighbours.indices.subarray(i * look.neighbours.k, i * look.neighbours.k + NEAR)];
    assert.ok(near.filter((other) => isInside[other]).length >= 6, state.account);
  });
  for (const name of ['paceSpread', 'startSpread', 'styleSpread'] as const)
    assert.ok(middle(of(name, true)) < middle(of(name, false)), name);
  assert.ok(middle(of('mutual', true)) > middle(of('mutual', false)));
});

test('signals are named, finite and begin with the account’s own', () => {
  for (const [i, row] of look.signals.entries()) {
    assert.equal(row.length, signalNames.length);
    assert.ok(row.every(Number.isFinite));
    assert.deepEqual(row.slice(0, ownNames.length), ownSignals(states[i] as AccountState, DAYS * DAY_S));
  }
});

test('nothing depends on the order of accounts or on what they are called', () => {
  const order = createSeededRandom(9).shuffle(states.map((_, i) => i));
  const shuffled = order.map((i) => ({ ...(states[i] as AccountState), account: `renamed ${i}` }));
  const again = lookAt(crowdOf(shuffled), createRandom(2));
  order.forEach((i, at) => {
    const [before, after] = [look.signals[i] as Float64Array, again.signals[at] as Float64Array];
    after.forEach((value, s) => {
      const name = signalNames[s];
      assert.ok(Math.abs(value - (before[s] as number)) < 1e-6, `${name}: ${before[s]} and ${value}`);
    });
  });
});

test('which side one account is of moves its own signals by next to nothing, but for the share of known neighbours', () => {
  const isPerson = (state: AccountState): boolean => !isPool(state);
  const known = lookAt(crowdOf(states, isPerson), createRandom(1));
  const ratios: number[] = [];
  for (const i of [0, 20, 40, 60, 80]) {
    const other = lookAt(
      crowdOf(states, (state) => isPerson(state) && state !== states[i]),
      createRandom(1),
    );
    known.signals[i]?.forEach((value, s) => {
      const name = signalNames[s] as string;
      if (name === 'known' || name === 'knownWide') return;
      const spread = middle(known.signals.map((row) => Math.abs((row[s] as number) - value)));
      const moved = Math.abs((other.signals[i]?.[s] as number) - value);
      ratios.push(moved / (spread + 0.01));
    });
  }
  // One neighbour may take another's place; most signals do not move at all.
  assert.ok(middle(ratios) < 0.01, `half move by ${middle(ratios)} of how much accounts differ`);
  const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  assert.ok(mean < 0.15, `they move by ${mean} of it on average`);
});

test('how much accounts differ is measured on known ones, however large a campaign is beside them', () => {
  const people = states.filter((state) => !isPool(state));
  const pool = states.filter(isPool);
  const paceOf = (members: readonly AccountState[]): number[] => {
    const crowd = crowdOf(members, (state) => !isPool(state));
    const { linked } = coordinatesOf(crowd);
    return people.map((state) => linked[members.indexOf(state) * COORDINATES + AXES] as number);
  };
  const crowded = [...people, ...Array.from({ length: 20 }, () => pool).flat()];
  assert.deepEqual(paceOf(crowded), paceOf([...people, ...pool]));
});

test('known neighbours are counted against how many are known at large', () => {
  const isKnown = new Set(states.filter((_, i) => i % 3 === 0));
  const { signals, neighbours } = lookAt(
    crowdOf(states, (state) => isKnown.has(state)),
    createRandom(1),
  );
  const atLarge = isKnown.size / states.length;
  signals.forEach((row, i) => {
    const near = [...neighbours.indices.subarray(i * neighbours.k, i * neighbours.k + NEAR)];
    const known = near.filter((other) => isKnown.has(states[other] as AccountState)).length;
    assert.equal(signalOf(row, 'known'), Math.log((known + 0.5) / (NEAR * atLarge + 0.5)));
  });
});

test('an opening that neighbours repeat is shared only where both repeat it', () => {
  const withOpening = states.map((state) => {
    if (!isPool(state)) return state;
    const words = state.words.slice().fill(0, OPENINGS_AT, OPENING_COUNTS + OPENINGS);
    words[OPENINGS_AT] = 77;
    words[OPENING_COUNTS] = state.account === 'pool-0' ? 1 : 5;
    return { ...state, words };
  });
  const { signals } = lookAt(crowdOf(withOpening), createRandom(1));
  const shared = (account: string): number =>
    signalOf(
      signals[withOpening.findIndex((state) => state.account === account)] as Float64Array,
      'sameOpening',
    );
  assert.equal(shared('pool-0'), 0, 'an opening sent once is no habit');
  assert.ok(shared('pool-1') >= 0.5 && shared('pool-1') < 1);
});

test('a crowd of equal accounts, and the smallest one, give finite signals', () => {
  const one = states[0] as AccountState;
  for (const size of [40, 2, 1]) {
    const { signals, neighbours } = lookAt(crowdOf(Array.from({ length: size }, () => one)), createRandom(1));
    for (const row of signals) assert.ok(row.every(Number.isFinite));
    assert.equal(neighbours.indices[0], size === 1 ? -1 : 1, 'and neighbours are found');
  }
});
