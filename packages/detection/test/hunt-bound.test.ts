import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHunt } from '../src/index.ts';
import { createSeededRandom } from './seeded-random.ts';
import { benignLife, live } from './varied-traffic.ts';

// The promise: of benign accounts like those calibrated on, at most a share alpha is ever flagged. Each world draws a population and deals it
// at random into the benign accounts and the traffic, so that the two are exchangeable.

const ALPHA = 0.05;

type World = {
  readonly worlds: number;
  readonly benign: number;
  readonly judged: number;
  readonly benignDays: number;
  readonly trafficDays: number;
};

/** Shares of benign accounts of the traffic with p ≤ alpha, and flagged, and the mean of p. */
function watch({
  worlds,
  benign,
  judged,
  benignDays,
  trafficDays,
}: World): Record<'small' | 'flagged' | 'mean', number> {
  const sums = { small: 0, flagged: 0, mean: 0 };
  let all = 0;
  for (let world = 0; world < worlds; world++) {
    const random = createSeededRandom(1000 + world);
    const population = Array.from({ length: benign + judged }, (_, i) => benignLife(`account-${i}`, random));
    random.shuffle(population);
    const hunt = createHunt({ alpha: ALPHA, seed: world });
    for (const one of live(population.slice(0, benign), benignDays, random)) hunt.observeBenign(one);
    for (const one of live(population.slice(benign), trafficDays, random)) hunt.observeTraffic(one);
    for (const account of hunt.conclude().accounts) {
      all++;
      sums.mean += account.p;
      if (account.p <= ALPHA) sums.small++;
      if (account.flagged) sums.flagged++;
    }
  }
  return { small: sums.small / all, flagged: sums.flagged / all, mean: sums.mean / all };
}

/**
 * Standard deviation of a mean over all accounts of something with this variance in one account. Accounts of one world share a
 * calibration, whose chance does not average out within the world.
 */
const deviation = (variance: number, { worlds, benign, judged }: World): number =>
  Math.sqrt(variance / (benign + 2) / worlds + variance / (worlds * judged));

// Nineteen that are looked at are the fewest that an alpha of 0.05 needs, where one account of the calibration more or less tells most.
const few = { worlds: 40, benign: 36, judged: 40 };
const settings: readonly World[] = [
  { ...few, benignDays: 2, trafficDays: 2 },
  { ...few, benignDays: 3, trafficDays: 1.2 },
  { ...few, benignDays: 1.5, trafficDays: 5 },
  // Enough for kinds of use to be compared with their like.
  { worlds: 8, benign: 150, judged: 100, benignDays: 2, trafficDays: 1.7 },
];

for (const world of settings) {
  const name = `${world.benign} benign accounts watched ${world.benignDays} days, ${world.judged} judged after ${world.trafficDays}`;
  test(`at most alpha of the benign are ever named: ${name}`, () => {
    const { small, flagged, mean } = watch(world);
    const limit = ALPHA + 2.5 * deviation(ALPHA * (1 - ALPHA), world);
    assert.ok(small <= limit, `${small} have p ≤ ${ALPHA}`);
    assert.ok(flagged <= limit, `${flagged} are flagged`);
    // p is uniform at the least; ties and accounts never looked at make it larger.
    assert.ok(mean >= 0.5 - 2.5 * deviation(1 / 12, world), `the mean of p is ${mean}`);
    // Neither is the test empty: p does get small, and not only large.
    assert.ok(small >= 0.01, `only ${small} have p ≤ ${ALPHA}`);
  });
}
