import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { Traffic } from '@portcullis/detection';
import { runProtocol } from '../bench/detection/anchor/protocol.ts';
import { calibrateRunningMaximum } from '../bench/detection/baselines/running-maximum.ts';
import { shapiroWilk } from '../bench/detection/baselines/shapiro-wilk.ts';
import { clopperPearson } from '../bench/detection/evaluate/clopper-pearson.ts';
import { scoreVerdict } from '../bench/detection/evaluate/score.ts';
import { pairsOf, type Suite } from '../bench/detection/evaluate/suite.ts';
import { makeScenario, type Scenario } from '../bench/detection/scenario/make-scenario.ts';
import { paraphrase } from '../bench/detection/scenario/paraphrase.ts';
import type { ScenarioParams, Truth } from '../bench/detection/scenario/scenario-params.ts';
import { createSeededRandom } from '../packages/detection/test/seeded-random.ts';
import { writeCorpora } from './bench-detection/write-corpora.ts';
import { ROOT } from './start-portcullis.ts';

const corpora = mkdtempSync(join(tmpdir(), 'portcullis-corpora-'));
writeCorpora(corpora);
after(() => rmSync(corpora, { recursive: true }));

const PARAMS: ScenarioParams = {
  name: 'test',
  seed: 3,
  days: 4,
  startSpreadDays: 1,
  fields: 'full',
  calibration: [
    { use: 'people', sources: ['benign_talk'], accounts: 8, perDay: 2 },
    { use: 'tenant', sources: ['benign_desk'], accounts: 3, perDay: 10 },
  ],
  benign: [
    { use: 'people', sources: ['benign_talk'], accounts: 8, perDay: 2 },
    { use: 'reseller', sources: ['benign_other'], accounts: 2, perDay: 20 },
    { use: 'harness', sources: ['benign_desk'], accounts: 2, perDay: 30, lifeDays: 1 },
    { use: 'pasted', sources: ['benign_talk', 'benign_other'], accounts: 3, perDay: 3 },
  ],
  attacks: [
    {
      campaign: 'hydra',
      sources: ['attack_tasks'],
      accounts: 6,
      perDay: 12,
      cover: 0.5,
      coverSources: ['benign_other'],
      infrastructure: 'shared',
    },
    { campaign: 'lone', sources: ['attack_more'], accounts: 2, perDay: 300, single: true, arrival: 'steady' },
  ],
};

/** The corpus prompts that a stream's exchanges are made of, by how the made-up prompts begin. */
function originsOf(traffic: Iterable<Traffic>): Set<string> {
  const origins = new Set<string>();
  for (const { prompt } of traffic) origins.add(/(?:benign|attack)_\w+ \d+ \d+/.exec(prompt)?.[0] ?? prompt);
  return origins;
}

function common(a: Set<string> = new Set(), b: Set<string> = new Set()): number {
  return [...a].filter((origin) => b.has(origin)).length;
}

function accountsOf({ truth }: Scenario, wanted: Partial<Truth>): string[] {
  const isWanted = (known: Truth): boolean =>
    Object.entries(wanted).every(([key, value]) => known[key as keyof Truth] === value);
  return [...truth].filter(([, known]) => isWanted(known)).map(([account]) => account);
}

test('a scenario runs in the order of time, is the same twice, and its truth names every account', () => {
  const scenario = makeScenario(PARAMS, corpora);
  const traffic = [...scenario.traffic];
  assert.equal(traffic.length, scenario.traffic.length);
  assert.ok(traffic.every(({ time }, i) => i === 0 || time >= (traffic[i - 1] as Traffic).time));
  assert.deepEqual(traffic, [...makeScenario(PARAMS, corpora).traffic]);
  assert.deepEqual(new Set(traffic.map(({ account }) => account)), new Set(scenario.truth.keys()));
  for (const [account, { exchanges, firstS }] of scenario.truth) {
    const own = traffic.filter((exchange) => exchange.account === account);
    assert.deepEqual([own.length, own[0]?.time], [exchanges, firstS]);
    const lived = (own.at(-1)?.time ?? 0) - firstS;
    if (scenario.truth.get(account)?.use === 'harness') assert.ok(lived <= 86_400, `${lived} s`);
  }
});

test('calibration, benign traffic and cover share no prompt, though they share sources', () => {
  const scenario = makeScenario(PARAMS, corpora);
  const traffic = [...scenario.traffic];
  const attackers = new Set(accountsOf(scenario, { kind: 'attack' }));
  const calibration = originsOf(scenario.benign);
  const benign = originsOf(traffic.filter(({ account }) => !attackers.has(account)));
  const attack = originsOf(traffic.filter(({ account }) => attackers.has(account)));
  assert.ok(calibration.size > 50 && benign.size > 50 && attack.size > 50);
  assert.equal(common(calibration, benign), 0);
  assert.equal(common(calibration, attack), 0);
  assert.equal(common(benign, attack), 0);
});

test('a prompt that anybody was dealt comes back reworded, but those of a public list are pasted as they are', () => {
  const prompts = (source: string): string[] => {
    const groups = (['people', 'people-iid'] as const).map((use) => ({
      use,
      sources: [source],
      accounts: 5,
      perDay: 8,
    }));
    const { traffic } = makeScenario({ ...PARAMS, benign: groups, attacks: [] }, corpora);
    return Array.from(traffic, ({ prompt }) => prompt);
  };
  const dealt = prompts('benign_desk');
  assert.ok(new Set(dealt).size > 0.75 * dealt.length, `${new Set(dealt).size} of ${dealt.length}`);
  const origins = new Set(dealt.map((prompt) => /benign_desk \d+/.exec(prompt)?.[0]));
  assert.ok(origins.size < 0.7 * dealt.length, 'though the source is used up');
  const pasted = prompts('benign_prompts_chat');
  assert.ok(new Set(pasted).size < 0.5 * pasted.length, `${new Set(pasted).size} of ${pasted.length}`);
});

test('a hydra divides its work, talks as much as it should and shares its addresses; lone extractors share nothing', () => {
  const scenario = makeScenario(PARAMS, corpora);
  const traffic = [...scenario.traffic];
  const ofAccounts = (accounts: readonly string[]): Traffic[] =>
    traffic.filter(({ account }) => accounts.includes(account));
  const hydra = ofAccounts(accountsOf(scenario, { campaign: 'hydra' }));
  const work = hydra.filter(({ prompt }) => prompt.includes('attack_'));
  assert.equal(originsOf(work).size, work.length, 'no prompt twice while the pool lasts');
  assert.ok(Math.abs(work.length / hydra.length - 0.5) < 0.04, `${work.length} of ${hydra.length} are work`);
  assert.ok(new Set(hydra.map(({ network }) => network?.ip)).size <= 3);
  const [one, two] = ['lone/0', 'lone/1'].map((campaign) =>
    originsOf(ofAccounts(accountsOf(scenario, { campaign }))),
  );
  assert.deepEqual([one?.size, two?.size], [200, 200], 'the pool is halved, and the account ends with it');
  assert.equal(common(one, two), 0);
});

test('bare traffic has time, account, prompt and messages only', () => {
  const [first] = makeScenario({ ...PARAMS, fields: 'bare' }, corpora).traffic;
  const { time, account, prompt, messages, ref, ...rest } = first as Traffic;
  assert.ok(time > 0 && account !== '' && prompt !== '' && messages?.at(-1)?.content === prompt && ref === 0);
  assert.deepEqual(new Set(Object.values(rest)), new Set([null]));
});

test('a paraphrase is the same for the same variant, and another for another', () => {
  const text = 'Explain the difference between a big house and a small car. Give an example.';
  assert.equal(paraphrase(text, 2, 5), paraphrase(text, 2, 5));
  assert.equal(new Set([1, 2, 3, 4, 5, 6].map((variant) => paraphrase(text, 2, variant))).size, 6);
});

test('unseen mixes are calibrated without their sources, and learners get no scored source', () => {
  const suite: Suite = {
    ...PARAMS,
    seeds: [1],
    fields: ['bare'],
    alphas: [0.1],
    mixes: {
      unseen: { unseen: true, groups: [{ use: 'people', sources: ['benign_talk'], accounts: 2, perDay: 1 }] },
    },
    attacks: { tasks: PARAMS.attacks.slice(0, 1) },
  };
  const [pair, ...others] = pairsOf(suite, corpora);
  assert.equal(others.length, 0);
  assert.deepEqual(
    pair?.params.calibration.map(({ sources }) => sources),
    [['benign_desk']],
  );
  assert.deepEqual(pair?.trainOn, ['attack_more']);
});

test('exact intervals are those of the tables', () => {
  const round = (pair: readonly number[]): number[] => pair.map((x) => Number(x.toFixed(4)));
  assert.deepEqual(round(clopperPearson(0, 100)), [0, 0.0362]);
  assert.deepEqual(round(clopperPearson(5, 100)), [0.0164, 0.1128]);
  assert.deepEqual(round(clopperPearson(10, 10)), [0.6915, 1]);
  assert.deepEqual(clopperPearson(0, 0), [0, 1]);
});

test("Shapiro and Wilk's own example has the W that R gives, a uniform sample a lower one than a normal one", () => {
  const weights = [148, 154, 158, 160, 161, 162, 166, 170, 182, 195, 236];
  assert.ok(Math.abs(shapiroWilk(weights) - 0.7888) < 0.002, String(shapiroWilk(weights)));
  const random = createSeededRandom(2);
  const sum = (): number => Array.from({ length: 12 }, () => random.next()).reduce((a, b) => a + b, 0);
  const normal = shapiroWilk(Array.from({ length: 300 }, sum));
  assert.ok(normal > 0.98 && shapiroWilk(Array.from({ length: 300 }, () => random.next())) < 0.97);
});

test('a running maximum names nobody whose score a benign account reached, and nobody at all below its floor', () => {
  const at = (account: string, time: number): Traffic => ({ account, time, prompt: '' }) as Traffic;
  const benign = Array.from({ length: 19 }, (_, i) => at(`c${i}`, i));
  const traffic = [at('low', 18), at('high', 3), at('high', 19)];
  const detector = calibrateRunningMaximum({
    name: 'time',
    fit: null,
    create:
      () =>
      ({ time }) =>
        time,
  });
  const [held, suspended] = detector.run(benign, traffic, [0.05, 0.04], { corpora, trainOn: [] });
  const high = { account: 'high', flagged: true, at_exchange: 2, at_time: 19 };
  assert.deepEqual(held?.accounts[1], high);
  assert.equal(held?.accounts[0]?.flagged, false);
  assert.deepEqual(
    [suspended?.guarantee, suspended?.accounts.some(({ flagged }) => flagged)],
    ['suspended', false],
  );
});

test('a score counts accounts that were never caught as never, and a campaign as caught by half', () => {
  const known = {
    source: 's',
    use: 'hydra',
    kind: 'attack',
    campaign: 'c',
    firstS: 0,
    exchanges: 9,
  } as const;
  const truth = new Map<string, Truth>([
    ['a', known],
    ['b', known],
    ['x', { ...known, kind: 'benign', use: 'people', campaign: null }],
  ]);
  const accounts = [
    { account: 'a', flagged: true, at_exchange: 4, at_time: 172_800 },
    { account: 'x', flagged: true, at_exchange: 1, at_time: 1 },
  ];
  const { attacks, benign } = scoreVerdict({ guarantee: 'held', accounts }, truth);
  const hydra = attacks['s hydra'];
  assert.deepEqual([hydra?.accounts.k, hydra?.campaigns.k, benign.k], [1, 1, 1]);
  assert.deepEqual(hydra?.exchanges, { median: 4, p95: null });
  assert.deepEqual(hydra?.days, { median: 2, p95: null });
});

test('the window protocol finds what differs, and names about alpha of what does not', () => {
  const random = createSeededRandom(9);
  const numbers = (): string[] => Array.from({ length: 900 }, () => String(random.next()));
  const options = {
    window: 50,
    alpha: 0.05,
    splits: 4,
    calibrationWindows: 200,
    benignWindows: 100,
    attackWindows: 20,
    seed: 1,
  };
  const mean = (list: readonly string[]): number => list.reduce((sum, x) => sum + Number(x), 0) / list.length;
  const create = () => (reference: readonly string[], window: readonly string[]) => {
    assert.equal(
      common(new Set(reference), new Set(window)),
      0,
      'no prompt is in the window and its reference',
    );
    return mean(window) - mean(reference);
  };
  const benign = numbers();
  const shifted = numbers().map((x) => String(Number(x) + 1));
  const found = runProtocol({ name: 'mean', create }, benign, shifted, options);
  assert.ok((found.truePositives[4]?.mean ?? 0) === 1 && (found.truePositives[0]?.mean ?? 1) < 1);
  assert.ok(found.falsePositives.mean > 0 && found.falsePositives.mean < 0.12);
  const none = runProtocol({ name: 'mean', create }, benign, numbers(), options);
  assert.ok((none.truePositives[4]?.mean ?? 1) < 0.35);
});

function runBench(...args: readonly string[]): string {
  const options = ['--conditions=portcullis-source', '--disable-warning=ExperimentalWarning'];
  const run = spawnSync(process.execPath, [...options, ...args], {
    cwd: join(ROOT, 'bench/detection'),
    encoding: 'utf8',
  });
  assert.equal(run.status, 0, run.stderr);
  return run.stdout;
}

test('the commands write a scenario, score a suite and measure speed', () => {
  const folder = mkdtempSync(join(corpora, 'out-'));
  const file = join(folder, 'scenario.json');
  writeFileSync(file, JSON.stringify(PARAMS));
  runBench('make-scenario.ts', file, folder, '--corpora', corpora);
  const lines = gunzipSync(readFileSync(join(folder, 'traffic.jsonl.gz')))
    .toString('utf8')
    .trimEnd()
    .split('\n');
  const first = JSON.parse(lines[0] as string) as Record<string, unknown>;
  assert.ok('input_tokens' in first && 'account' in first && !('ref' in first) && !('inputTokens' in first));

  const { calibration, benign, attacks } = PARAMS;
  const mixes = { same: { unseen: false, groups: benign } };
  const suite = {
    ...PARAMS,
    seeds: [1],
    fields: ['bare'],
    alphas: [0.1],
    calibration,
    mixes,
    attacks: { all: attacks },
  };
  writeFileSync(file, JSON.stringify(suite));
  runBench('run.ts', '--suite', file, '--corpora', corpora, '--out', folder);
  const { scores } = JSON.parse(readFileSync(join(folder, 'scores.json'), 'utf8')) as {
    scores: { detector: string }[];
  };
  assert.deepEqual(
    scores.map(({ detector }) => detector),
    ['portcullis', 'portcullis-live', 'surface', 'surface, last 50', 'rate limit', 'MMD', 'PRADA', 'SEAT'],
  );
  assert.match(readFileSync(join(folder, 'scores.md'), 'utf8'), /\| all: attack_tasks hydra \| same \|/);
  assert.match(
    runBench('tabulate.ts', join(folder, 'scores.json')),
    /\| all: more single \| same \|.*\| 100 %; 0 \|/,
  );
  assert.match(runBench('speed.ts', '--max', '1000'), /\| 1000 \| 3000 \|/);
});
