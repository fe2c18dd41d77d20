import assert from 'node:assert/strict';
import { test } from 'node:test';
import { daysApart, hoursApart, turnTogether } from '../src/linking/synchrony.ts';
import { type AccountState, addExchange, createAccountState } from '../src/signals/account-state.ts';
import { dayOf, noteDay, shiftDays } from '../src/signals/active-days.ts';
import { createEmbedder } from '../src/signals/embed-prompt.ts';
import { dayShape, irregularity } from '../src/signals/own-timing.ts';
import { createExchange } from './create-exchange.ts';
import { createSeededRandom } from './seeded-random.ts';

const embedder = createEmbedder(1);
const DAY_S = 86_400;
const HOUR_S = 3600;
/** 2026-01-01T00:00:00Z. */
const START = 1_767_225_600;

function sentAt(times: readonly number[], model: (time: number) => string | null = () => null): AccountState {
  const state = createAccountState('a', times[0] ?? 0);
  for (const time of times) {
    const exchange = createExchange({ time: START + time, prompt: 'x', model: model(time) });
    addExchange(state, exchange, time, embedder);
  }
  return state;
}
/** Two sittings of four a day, at `hour` and four hours later. */
const person = (hour: number, days: readonly number[]): AccountState =>
  sentAt(
    days.flatMap((day) =>
      [0, 4].flatMap((later) =>
        [0, 1, 3, 9].map((minute) => day * DAY_S + (hour + later) * HOUR_S + minute * 60),
      ),
    ),
  );
const week = [0, 1, 2, 3, 4, 5, 6];
const steady = sentAt(Array.from({ length: 200 }, (_, i) => i * 3000));

test('a clock is even, chance is less so, sittings least', () => {
  const random = createSeededRandom(1);
  let time = 0;
  const chance = sentAt(
    Array.from({ length: 300 }, () => {
      time -= 3000 * Math.log(1 - random.next());
      return time;
    }),
  );
  const [clock, drawn, sittings] = [steady, chance, person(9, week)].map(irregularity) as [
    number,
    number,
    number,
  ];
  assert.ok(clock < 0.4 && drawn > 1 && drawn < 1.6 && sittings > 1.9, `${clock} ${drawn} ${sittings}`);
  assert.equal(irregularity(sentAt([5])), 2, 'an account without gaps is taken for a person');
});

test('hours of the day gather for who sleeps and not for who does not', () => {
  assert.ok(dayShape(person(9, week)) > 0.6);
  assert.ok(dayShape(steady) < 0.1);
  assert.ok(dayShape(sentAt([5])) < 0.2, 'one exchange is no habit');
});

test('accounts of the same hours are near, those of other hours are apart', () => {
  const early = person(6, week);
  assert.ok(hoursApart(early, person(7, [1, 3])) < 0.3);
  assert.ok(hoursApart(early, person(18, week)) > 1.4);
  assert.ok(Math.abs(hoursApart(early, steady) - dayShape(early)) < 0.2);
});

test('days are compared since both began, whenever either was last active', () => {
  assert.equal(daysApart(person(9, week), person(12, week)), 0);
  assert.equal(daysApart(person(9, week), person(9, [3, 4, 5, 6])), 0, 'one began later');
  assert.equal(daysApart(person(9, [0, 2, 4, 6]), person(9, [1, 3, 5, 7])), 1);
  assert.equal(daysApart(person(9, [0, 1, 2, 3]), person(9, [0, 1, 2, 5])), 2 / 5);
  assert.equal(daysApart(person(9, [0, 1]), person(9, [40, 41])), 1, 'they never met');
});

test('active days move with the latest one, and late arrivals find theirs', () => {
  let days = 0;
  let last = 0;
  for (const day of [3, 5, 4, 40, 38]) {
    days = noteDay(days, last, day);
    last = Math.max(last, day);
  }
  assert.equal(days, 0b101, 'what is more than 31 days ago is gone');
  assert.equal(shiftDays(0b101, 40, 42), 0b10100);
  assert.equal(shiftDays(0b101, 42, 40), 0b1);
  assert.deepEqual([shiftDays(1, 0, 32), shiftDays(1, 0, 31), shiftDays(1, 32, 0)], [0, 2 ** 31, 0]);
  assert.deepEqual([dayOf(0), dayOf(DAY_S - 1), dayOf(DAY_S)], [0, 0, 1]);
});

test('turns are together when both change model, or both fall silent, within a day', () => {
  const turns = (at: number): AccountState =>
    sentAt(
      Array.from({ length: 60 }, (_, i) => i * 3 * HOUR_S),
      (time) => (time < at ? 'old' : 'new'),
    );
  const now = 8 * DAY_S;
  const both = (a: AccountState, b: AccountState): boolean => turnTogether(a, b, [now, now]);
  assert.ok(both(turns(3 * DAY_S), turns(3.5 * DAY_S)));
  assert.ok(!both(turns(3 * DAY_S), turns(5 * DAY_S)));
  assert.ok(!both(turns(3 * DAY_S), turns(0)), 'one never turned');
  const until = (days: number): AccountState => sentAt([0, days * DAY_S]);
  assert.ok(both(until(4), until(4.5)));
  assert.ok(!both(until(4), until(6)));
  assert.ok(!both(until(7.8), until(7.9)), 'neither is silent yet');
});
