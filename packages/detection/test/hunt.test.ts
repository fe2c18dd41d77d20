import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHunt, DetectionError, type HuntReport, type Traffic } from '../src/index.ts';
import { createExchange } from './create-exchange.ts';
import { createSeededRandom } from './seeded-random.ts';
import { benignLife, DAY_S, hydra, type Life, live } from './varied-traffic.ts';

function hunt(benign: readonly Traffic[], traffic: readonly Traffic[], alpha = 0.05, seed = 1): HuntReport {
  const one = createHunt({ alpha, seed });
  for (const exchange of benign) one.observeBenign(exchange);
  for (const exchange of traffic) one.observeTraffic(exchange);
  return one.conclude();
}

const lives = (count: number, seed: number): Life[] => {
  const random = createSeededRandom(seed);
  return Array.from({ length: count }, (_, i) => benignLife(`account-${i}`, random));
};

/** 150 benign accounts beside 60 others and a hydra of 14, over three days. */
const benign = live(lives(150, 1), 3, createSeededRandom(2));
const others = lives(60, 3);
const traffic = live([...others, ...hydra(14, createSeededRandom(4))], 3, createSeededRandom(5));
const report = hunt(benign, traffic);
const isHydra = ({ account }: { account: string }): boolean => account.startsWith('hydra');

test('a hydra among a varied crowd is flagged, and hardly anybody else', () => {
  assert.equal(report.guarantee, 'held');
  const flagged = report.accounts.filter((each) => each.flagged);
  const caught = flagged.filter(isHydra).length;
  assert.ok(caught >= 7, `${caught} of 14`);
  assert.ok(flagged.length - caught <= 6, `${flagged.length - caught} of 60 others`);
});

test('every account of the traffic is in the report once, sorted, with its exchanges counted', () => {
  const counts = new Map<string, number>();
  for (const { account } of traffic) counts.set(account, (counts.get(account) ?? 0) + 1);
  assert.deepEqual(
    report.accounts.map((each) => [each.account, each.exchanges]),
    [...counts].sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  assert.equal(report.calibration.accounts, new Set(benign.map((each) => each.account)).size);
  assert.match(report.calibration.digest, /^sha256:[0-9a-f]{64}$/);
});

test('flagged is p at most alpha, and says since which exchange and time, within the traffic', () => {
  const [first, last] = [traffic[0], traffic.at(-1)].map((each) => each?.time ?? Number.NaN);
  for (const each of report.accounts) {
    assert.ok(each.p > 0 && each.p <= 1);
    assert.equal(each.flagged, each.at_exchange !== null && each.at_time !== null);
    if (!each.flagged) continue;
    assert.ok(each.p <= report.alpha);
    const { at_exchange: at, at_time: time } = each as { at_exchange: number; at_time: number };
    assert.ok(at >= 8 && at <= each.exchanges);
    assert.ok(time >= (first as number) && time <= (last as number));
    const own = traffic.filter(({ account }) => account === each.account);
    assert.equal(own.filter((one) => one.time <= time).length, at, 'as many as were sent by then');
  }
});

test('a campaign has members that are flagged themselves, and is seen no earlier than its third', () => {
  assert.ok(report.campaigns.length > 0);
  const byName = new Map(report.accounts.map((each) => [each.account, each]));
  for (const { id, accounts, p, at_time: time, signals } of report.campaigns) {
    const members = accounts.map((name) => byName.get(name));
    assert.ok(members.length >= 3 && p > 0 && p <= 1 && signals.length > 0);
    for (const member of members) assert.deepEqual([member?.flagged, member?.campaign], [true, id]);
    const times = members.map((member) => member?.at_time ?? Number.NaN).sort((a, b) => a - b);
    assert.equal(time, times[2]);
  }
  // A member whose own traffic does not suffice is severed: whoever is not flagged is in no campaign.
  const named = report.campaigns.flatMap(({ accounts }) => accounts);
  assert.equal(new Set(named).size, named.length);
  for (const each of report.accounts) assert.equal(each.campaign !== null, named.includes(each.account));
});

test('who is flagged is told why, and what speaks against it, in whole sentences', () => {
  for (const { flagged, signals, against } of report.accounts) {
    if (flagged) assert.ok(signals.length > 0 && against.length > 0);
    for (const sentence of [...against, ...signals.map((signal) => signal.sentence)])
      assert.match(sentence, /^(?!.*(?:NaN|undefined|Infinity))[A-Z0-9].*\.$/);
    for (const { value } of signals) assert.ok(Number.isFinite(value));
  }
});

test('the same exchanges and seed give the same bytes', () => {
  assert.equal(JSON.stringify(hunt(benign, traffic)), JSON.stringify(report));
  assert.notEqual(hunt(benign, traffic, 0.05, 2).calibration.digest, report.calibration.digest);
});

test('names decide nothing, whatever they are', () => {
  const hostile = ['__proto__', 'constructor', 'toString', '', '\ud800', 'a\u0000\n', '\u202e'];
  const all = [...new Set(traffic.map((each) => each.account))];
  const renamed = new Map(all.map((account, i) => [account, hostile[i] ?? `z${all.length - i}`]));
  const again = hunt(
    benign,
    traffic.map((each) => ({ ...each, account: renamed.get(each.account) as string })),
  );
  const outcomes = new Map(again.accounts.map(({ account, p, at_exchange: at }) => [account, [p, at]]));
  for (const { account, p, at_exchange: at } of report.accounts)
    assert.deepEqual(outcomes.get(renamed.get(account) as string), [p, at]);
});

test('an account that stands on both sides is judged like any other', () => {
  const both = benign.filter(({ account }) => account === 'account-0');
  const outcomeOf = (sent: readonly Traffic[]): unknown[] =>
    hunt(benign, sent).accounts.map(({ p, flagged, at_exchange: at }) => [p, flagged, at]);
  const outcome = outcomeOf(both);
  assert.equal(outcome.length, 1);
  assert.deepEqual(outcome, outcomeOf(both.map((exchange) => ({ ...exchange, account: 'somebody' }))));
});

test('below the floor the guarantee is suspended and nobody is flagged', () => {
  const few = live(lives(18, 6), 3, createSeededRandom(7));
  const { guarantee, reasons, accounts, campaigns } = hunt(few, traffic);
  assert.equal(guarantee, 'suspended');
  assert.match(reasons.join(' '), /at least 19 benign accounts and there are 18/);
  assert.deepEqual([accounts.filter((each) => each.flagged).length, campaigns.length], [0, 0]);
  assert.equal(accounts.length, report.accounts.length);
});

test('traffic that lasts longer than the benign exchanges is not looked at after them, and that is said', () => {
  const from = traffic[0]?.time ?? 0;
  const later = traffic.map((each) => ({ ...each, time: each.time + 9 * DAY_S, prompt: 'Write a poem.' }));
  const { guarantee, reasons, accounts } = hunt(benign, [...traffic, ...later]);
  assert.equal(guarantee, 'held');
  assert.match(reasons.join(' '), /^The traffic lasts 12 days and the benign exchanges 3:/);
  for (const { at_time: time } of accounts) assert.ok(time === null || time <= from + 3 * DAY_S);
  assert.ok(
    accounts.some((each) => each.flagged),
    'what was sent until then is judged',
  );
  assert.deepEqual(report.reasons, []);
});

test('nothing to read, or nothing to judge, is a report too', () => {
  const nothing = hunt([], []);
  assert.deepEqual([nothing.guarantee, nothing.accounts, nothing.campaigns], ['suspended', [], []]);
  assert.deepEqual(hunt(benign, []).accounts, []);
  const unseen = hunt([], traffic).accounts;
  assert.ok(unseen.every((each) => each.p === 1 && !each.flagged));
});

test('an alpha or a seed out of range is refused', () => {
  for (const options of [{ alpha: 0 }, { alpha: 1 }, { alpha: Number.NaN }, { alpha: 0.1, seed: -1 }])
    assert.throws(() => createHunt(options), DetectionError);
});

test('times out of order, far apart or all the same never throw', () => {
  const random = createSeededRandom(8);
  const orders: readonly Traffic[][] = [
    random.shuffle([...traffic]),
    [...traffic].reverse(),
    [
      createExchange({ account: 'old', time: 0 }),
      ...traffic,
      createExchange({ account: 'late', time: 253e9 }),
    ],
    traffic.map((each) => ({ ...each, time: 5 })),
  ];
  for (const one of orders) {
    const { accounts } = hunt(one, one);
    for (const { p, at_time: time } of accounts) {
      assert.ok(p > 0 && p <= 1);
      assert.ok(time === null || Number.isFinite(time));
    }
  }
});

test('what a benign account sends after the end of the traffic does not matter to an account of the traffic', () => {
  const day = (all: readonly Traffic[]): Traffic[] => {
    const from = all[0]?.time ?? 0;
    return all.filter(({ time }) => time <= from + DAY_S);
  };
  const late = benign.map((each, i) => ({
    ...each,
    time: each.time + 3 * DAY_S,
    prompt: `Write about ${i}.`,
  }));
  const judged = day(traffic);
  const ps = (known: readonly Traffic[]): unknown =>
    hunt(known, judged).accounts.map(({ account, p }) => [account, p]);
  // Up to the look after the end of the traffic, which the last look is beside.
  assert.deepEqual(ps([...benign, ...late]), ps(benign));
});

test('benign files that begin long before most of their accounts flag nobody: those were not looked at in time', () => {
  const start = (benign[0] as Traffic).time;
  const early = createExchange({
    account: 'early',
    time: start - 400 * DAY_S,
    prompt: 'how do i mend a fence?',
  });
  const late = hunt([early, ...benign], traffic);
  assert.equal(late.guarantee, 'suspended');
  assert.match(
    late.reasons.join(),
    /there are \d+, of which 0 sent enough, within as long as the traffic lasts/,
  );
  assert.ok(late.accounts.every((each) => !each.flagged && each.p === 1));
});
