import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHunt } from '../src/index.ts';
import { createSeededRandom } from './seeded-random.ts';
import { benignLife, live } from './varied-traffic.ts';

// The promise: of benign accounts like those calibrated on, at most a share alpha is ever flagged. Each world draws a population and deals it
// at random into the benign accounts and the traffic, so that the two are exchangeable.

const ALPHA = 0.05;
/** The fewest that an alpha of 0.05 needs, where one account of the calibration more or less tells most. */
const BENIGN = 19;
const JUDGED = 40;
const WORLDS = 40;

/** Shares of benign accounts of the traffic with p ≤ alpha, and flagged. */
function shares(benignDays: number, trafficDays: number): { small: number; flagged: number } {
  let small = 0;
  let flagged = 0;
  let all = 0;
  for (let world = 0; world < WORLDS; world++) {
    const random = createSeededRandom(1000 + world);
    const population = Array.from({ length: BENIGN + JUDGED }, (_, i) => benignLife(`account-${i}`, random));
    random.shuffle(population);
    const hunt = createHunt({ alpha: ALPHA, seed: world });
    for (const one of live(population.slice(0, BENIGN), benignDays, random)) hunt.observeBenign(one);
    for (const one of live(population.slice(BENIGN), trafficDays, random)) hunt.observeTraffic(one);
    for (const account of hunt.conclude().accounts) {
      all++;
      if (account.p <= ALPHA) small++;
      if (account.flagged) flagged++;
    }
  }
  return { small: small / all, flagged: flagged / all };
}

/** Accounts of one world share a calibration: a world's share varies as a beta of (1, BENIGN) does, and then binomially. */
const deviation = Math.sqrt(
  (ALPHA * (1 - ALPHA)) / (BENIGN + 2) / WORLDS + (ALPHA * (1 - ALPHA)) / (WORLDS * JUDGED),
);
const LIMIT = ALPHA + 2.5 * deviation;

for (const [benignDays, trafficDays] of [
  [2, 2],
  [3, 1.2],
  [1.5, 5],
] as const) {
  test(`at most alpha of the benign are ever named: ${benignDays} days of benign exchanges, ${trafficDays} of traffic`, () => {
    const { small, flagged } = shares(benignDays, trafficDays);
    assert.ok(small <= LIMIT, `${small} have p ≤ ${ALPHA}`);
    assert.ok(flagged <= LIMIT, `${flagged} are flagged`);
    // Neither is the test empty: p does get small as often as it may, about.
    assert.ok(small >= 0.01, `only ${small} have p ≤ ${ALPHA}`);
  });
}
