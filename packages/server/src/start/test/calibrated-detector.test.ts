import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Agent } from 'undici';
import { loadConfig } from '../../config/load-config.ts';
import { runCli, temporaryFolder } from '../../cli/test/run-cli.ts';
import { createRandom } from '../../practice/rehearsal/random.ts';
import { sendAsk } from '../../practice/rehearsal/traffic.ts';
import { openServer } from '../open-server.ts';
import { openWorld, type ServerWorld } from './server-world.ts';

// A detector that was calibrated on files of benign traffic follows a real ledger.

const ALPHA = 0.1;
const DAY_S = 86_400;
const BENIGN_ACCOUNTS = 120;
const THINGS = [
  'garden',
  'budget',
  'sister',
  'guitar',
  'boss',
  'thesis',
  'cat',
  'visa',
  'novel',
  'choir',
  'landlord',
];
const OPENINGS = ['I am worried about my', 'hi, what would you do about my', 'thanks! and my', 'why does my'];
const ENDINGS = ['again?', ', is that ok?', ', I do not know why', 'since last week'];

/** People who speak of their own affairs and go on with answers, over six days. @returns the file's path */
function writeBenign(t: { after(fn: () => void): void }): string {
  const folder = temporaryFolder(t);
  const random = createRandom(5);
  const pick = (list: readonly string[]): string => list[Math.floor(random() * list.length)] as string;
  const exchanges = Array.from({ length: BENIGN_ACCOUNTS }, (_, i) => {
    const start = 1.7e9 + random() * 2 * DAY_S;
    const thing = pick(THINGS);
    return Array.from({ length: 8 + Math.floor(random() * 40) }, () => {
      const content = `${pick(OPENINGS)} ${thing} and ${pick(THINGS)} ${pick(ENDINGS)}`;
      const before = random() < 0.7 ? [{ role: 'assistant', content: 'y' }] : [];
      const messages = [...before, { role: 'user', content }];
      return { time: start + random() * 4 * DAY_S, account: `benign-${i}`, messages };
    });
  }).flat();
  exchanges.sort((a, b) => a.time - b.time);
  const path = join(folder, 'benign.jsonl');
  writeFileSync(path, exchanges.map((each) => JSON.stringify(each)).join('\n'));
  return path;
}

const settings = (benign: string, alpha: number): string =>
  `limits: { requestsPerMinute: null, tokensPerMinute: null }\ndetection: { benign: ["${benign}"], alpha: ${alpha} }`;

const SUBJECTS = ['photosynthesis', 'compound interest', 'binary search', 'plate tectonics', 'sonnets'];
const FORMS = [
  'Think step by step inside <think></think> tags, then give the answer inside <answer></answer>: explain',
  'Generate ten question and answer pairs as JSON, with reasoning for each, about',
  'Grade the following answer from 1 to 10 with a rubric and justify each point. Topic:',
  'Rewrite in three different styles and show your chain of thought:',
];

/** @returns what has an account of its own ask for so many things worth training on */
async function addHarvester(world: ServerWorld, account: string): Promise<(asks: number) => Promise<void>> {
  const { secret } = await world.admin<{ secret: string }>('POST', '/v1/accounts', { account, key: true });
  let turn = 0;
  return async (asks) => {
    const agent = new Agent();
    for (let i = 0; i < asks; i++, turn++) {
      const content = `${FORMS[turn % FORMS.length]} ${SUBJECTS[turn % SUBJECTS.length]}, case ${turn}.`;
      const body = {
        model: 'practice-small',
        max_tokens: 16,
        logprobs: true,
        messages: [{ role: 'user', content }],
      };
      const path = '/v1/chat/completions';
      const { status } = await sendAsk(agent, world.server.gateUrl, secret, { path, stream: false, body });
      assert.equal(status, 200);
    }
    await agent.close();
  };
}

const calibratedFindings = (world: ServerWorld) =>
  world
    .entries()
    .flatMap((entry) =>
      entry.type === 'finding' && entry.detector.name === 'calibrated-hunt' ? [entry] : [],
    );

type Ledger = {
  readonly lag: Record<string, number>;
  readonly guarantee: { readonly guarantee: string; readonly reasons: readonly string[] } | null;
};
const ledgerOf = (world: ServerWorld) => world.admin<Ledger>('GET', '/v1/ledger');

const caughtUp = (world: ServerWorld) =>
  world.until('the detector has read everything', async () => {
    const { lag } = await ledgerOf(world);
    return world.threads('detector').length === 1 && lag['detector'] === 0;
  });

async function metricOf(world: ServerWorld): Promise<string | undefined> {
  const text = await (await fetch(`${world.server.gateUrl}/metrics`)).text();
  return /^portcullis_detector_guarantee_held (\S+)$/m.exec(text)?.[1];
}

test('an account that harvests is named with an error bound, once, however often the ledger is read again', async (t) => {
  const world = await openWorld({ settings: settings(writeBenign(t), ALPHA) });
  t.after(() => world.close());
  const harvest = await addHarvester(world, 'harvester');
  await harvest(20);
  await caughtUp(world);
  assert.deepEqual(calibratedFindings(world), []);
  assert.equal(await metricOf(world), '1');
  assert.deepEqual((await ledgerOf(world)).guarantee, { guarantee: 'held', reasons: [] });
  // What it had read and not kept counts, too.
  await world.threads('detector')[0]?.terminate();
  await harvest(30);
  await world.until('it is named', () => calibratedFindings(world).length > 0);
  const [finding] = calibratedFindings(world);
  assert.deepEqual([finding?.kind, finding?.accounts_total, finding?.exchanges], ['account', 1, 32]);
  assert.deepEqual([finding?.bound.kind, finding?.bound.alpha], ['alpha', ALPHA]);
  assert.match(finding?.bound.statement ?? '', /Calibrated on 120 benign accounts; the guarantee was held/);
  const examples = new Set(finding?.signals.flatMap((signal) => signal.examples));
  assert.ok(examples.size > 0);
  for (const index of examples) {
    const entry = world.entries()[index];
    assert.ok(entry?.type === 'exchange.admitted' && entry.account === 'harvester');
  }
  await world.until('a case is open', () => world.entries().some((entry) => entry.type === 'case.opened'));

  await world.threads('detector')[0]?.terminate();
  await caughtUp(world);
  await world.server.stop();
  const { config } = loadConfig({ cwd: world.folder, env: {} });
  const again = await openServer({ config, version: '0.0.0', log: () => {} });
  t.after(() => again.stop());
  await world.until('a thread has read everything', async () => {
    const text = await (await fetch(`${again.gateUrl}/metrics`)).text();
    return /^portcullis_follower_lag_entries\{follower="detector"\} 0$/m.test(text);
  });
  await again.stop();
  assert.deepEqual(calibratedFindings(world), [finding]);
});

test('with fewer benign accounts than alpha needs nobody is named, and that is told in all places', async (t) => {
  const world = await openWorld({ settings: settings(writeBenign(t), 0.01) });
  t.after(() => world.close());
  const harvest = await addHarvester(world, 'harvester');
  await harvest(40);
  await caughtUp(world);
  assert.deepEqual(calibratedFindings(world), []);
  assert.equal(await metricOf(world), '0');
  const { guarantee } = await ledgerOf(world);
  assert.equal(guarantee?.guarantee, 'suspended');
  assert.match(guarantee?.reasons.join() ?? '', /needs at least 199 benign accounts .* there are 120/);
  assert.match(world.logs.join('\n'), /error detector\.guarantee_suspended .*at least 199 benign accounts/);
  const faults = () => world.entries().filter((entry) => entry.type === 'fault');
  await world.until('the fault is told', () => faults().length > 0);
  assert.match(JSON.stringify(faults()), /guarantee of the calibrated detector is suspended/);
  const env = { PORTCULLIS_TOKEN: world.server.newAdmin?.token ?? '' };
  const { out } = await runCli(['status', '--admin', world.server.adminUrl], world.folder, env);
  assert.match(
    out,
    /^ {2}bound {4}suspended: the calibrated detector names nobody\n +An alpha of 0\.01 needs/m,
  );
});

test('a benign file that is not there suspends the guarantee; the other detector goes on', async (t) => {
  const world = await openWorld({ settings: settings('not-there.jsonl', 0.1) });
  t.after(() => world.close());
  await caughtUp(world);
  await world.until('it is told', async () => (await ledgerOf(world)).guarantee !== null);
  const { guarantee } = await ledgerOf(world);
  assert.match(guarantee?.reasons.join() ?? '', /There is no file .*not-there\.jsonl/);
  assert.equal(await metricOf(world), '0');
});
