import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import { Agent } from 'undici';
import { createActors } from '../../practice/rehearsal/actors.ts';
import { sendAsk } from '../../practice/rehearsal/traffic.ts';
import { loadConfig } from '../../config/load-config.ts';
import { openServer } from '../open-server.ts';
import { ask } from './callers.ts';
import { createFaults, type Fault } from './faults.ts';
import { openWorld, type ServerWorld } from './server-world.ts';

// The detector's thread ends while a campaign asks: it is started anew, reads what it had not kept once more, and says nothing twice.

const SETTINGS = 'limits: { requestsPerMinute: null, tokensPerMinute: null }';

/** The accounts of a campaign in a world. @returns what has each of them ask, round after round */
async function addCampaign(world: ServerWorld): Promise<(rounds: number) => Promise<void>> {
  const actors = createActors(1, 7).filter(({ kind }) => kind === 'campaign');
  const keys = new Map<string, string>();
  for (const { account } of actors) {
    const body = { account, key: true };
    const { secret } = await world.admin<{ secret: string }>('POST', '/v1/accounts', body);
    keys.set(account, secret);
  }
  return async (rounds) => {
    const agent = new Agent();
    for (let round = 0; round < rounds; round++) {
      const asks = actors.map((actor) =>
        sendAsk(agent, world.server.gateUrl, keys.get(actor.account) ?? '', actor.next()),
      );
      for (const { status } of await Promise.all(asks)) assert.equal(status, 200);
    }
    await agent.close();
  };
}

function hideMasterKey({ dataDir }: ServerWorld): () => void {
  const path = join(dataDir, 'keys/vault-master-key');
  renameSync(path, `${path}.away`);
  return () => renameSync(`${path}.away`, path);
}

const findingsOf = (world: ServerWorld) => world.entries().filter((entry) => entry.type === 'finding');

const caughtUp = (world: ServerWorld) =>
  world.until('the detector has read everything', async () => {
    const { lag } = await world.admin<{ lag: Record<string, number> }>('GET', '/v1/ledger');
    return world.threads('detector').length === 1 && lag['detector'] === 0;
  });

describe('the detector’s thread ends, and goes on by itself', () => {
  let world: ServerWorld;
  let askInTurn: Awaited<ReturnType<typeof addCampaign>>;
  before(async () => {
    world = await openWorld({ settings: SETTINGS });
    askInTurn = await addCampaign(world);
  });
  after(() => world.close());
  const findings = () => findingsOf(world);
  const faults = () =>
    world.entries().flatMap((entry) => (entry.type === 'fault' && entry.kind === 'detector' ? [entry] : []));
  const metric = async (name: string): Promise<number> => {
    const text = await (await fetch(`${world.server.gateUrl}/metrics`)).text();
    return Number(new RegExp(`^portcullis_${name} (\\S+)$`, 'm').exec(text)?.[1]);
  };
  /** Ends it in the middle of whatever it does, and waits until another has read everything. */
  const kill = async (): Promise<void> => {
    const [thread] = world.threads('detector');
    await thread?.terminate();
    const { status } = await ask(world.server.gateUrl, world.key, { shape: 'anthropic', stream: false });
    assert.equal(status, 200, 'the gate goes on without it');
    await caughtUp(world);
  };

  test('what it had read and not kept counts: the finding comes of exchanges before and after', async () => {
    assert.equal(await metric('detector_running'), 1);
    // Alone, neither part is enough for a finding.
    await askInTurn(5);
    await caughtUp(world);
    assert.equal(findings().length, 0);
    await kill();
    await askInTurn(5);
    await world.until('there is a finding', () => findings().length > 0);
    await world.until('the fault is told', () => faults().length === 1);
    assert.match(faults()[0]?.detail ?? '', /^Detection has stopped, and is started again by itself/);
    assert.equal(await metric('detector_stops_total'), 1);
    assert.equal(await metric('detector_running'), 1);
  });

  test('a finding is told again by the next thread, and recorded once', async () => {
    await caughtUp(world);
    const before = findings().map(({ finding }) => finding);
    for (let time = 2; time <= 4; time++) {
      await kill();
      await world.until('the fault is told', () => faults().length === time);
    }
    await caughtUp(world);
    assert.deepEqual(
      findings().map(({ finding }) => finding),
      before,
    );
    assert.equal(await metric('detector_stops_total'), 4);
    assert.match(world.logs.join('\n'), /warn detector\.recovered/);
  });

  test('one that can not go on at all is tried again, and fills neither ledger nor log', async () => {
    const told = faults().length;
    // Its key is out of reach, so each attempt fails; the vault of the main thread has it in memory.
    const restore = hideMasterKey(world);
    await world.threads('detector')[0]?.terminate();
    await world.until('it was tried again', async () => (await metric('detector_stops_total')) >= 7);
    assert.equal(await metric('detector_running'), 0);
    const { status } = await ask(world.server.gateUrl, world.key, { shape: 'openai', stream: true });
    assert.equal(status, 200, 'the gate goes on without it');
    restore();
    await caughtUp(world);
    assert.equal(await metric('detector_running'), 1);
    assert.equal(faults().length, told + 1);
  });
});

async function findAfterRestart(t: TestContext, fault: Fault): Promise<void> {
  const faults = createFaults();
  const entry = new URL('./faulty-ledger-thread.ts', import.meta.url);
  const world = await openWorld({ settings: SETTINGS, ledgerSeams: { entry, delayMs: 40 } });
  t.after(() => world.close());
  const askInTurn = await addCampaign(world);
  const restore = hideMasterKey(world);
  await world.threads('detector')[0]?.terminate();
  await askInTurn(10);
  await world.until('all of it is published', async () => {
    const { lag } = await world.admin<{ lag: Record<string, number> }>('GET', '/v1/ledger');
    return lag['projections'] === 0;
  });
  faults.set(fault);
  await world.until('the ledger is out', async () => {
    const { code } = await ask(world.server.gateUrl, world.key, { shape: 'openai', stream: false });
    return code === 'ledger_unavailable';
  });
  restore();
  const published = world.entries().length;
  await world.until('the detector has read everything', async () => {
    const text = await (await fetch(`${world.server.gateUrl}/metrics`)).text();
    const of = (name: string) => Number(new RegExp(`^portcullis_${name} (\\d+)$`, 'm').exec(text)?.[1]);
    const lag = of('follower_lag_entries{follower="detector"}'.replace(/[{}]/g, '\\$&'));
    return lag <= of('ledger_entries') - published;
  });
  assert.deepEqual(findingsOf(world), []);
  // Where the ledger is over for good, the finding was given up by now.
  if (fault === 'EIO at fsync')
    await world.until('it is refused', () =>
      world.logs.some((line) => line.includes('finding_not_recorded')),
    );
  await world.server.stop();
  faults.set('none');
  const { config } = loadConfig({ cwd: world.folder, env: {} });
  const again = await openServer({ config, version: '0.0.0', log: () => {} });
  t.after(() => again.stop());
  await world.until('it is found again', () => findingsOf(world).length > 0);
  await again.stop();
  assert.equal(new Set(findingsOf(world).map(({ finding }) => finding)).size, findingsOf(world).length);
}

test('a finding that an outage keeps from the ledger is found again after a restart', (t) =>
  findAfterRestart(t, 'ENOSPC'));

test('so is one that comes when the ledger is over for good', (t) => findAfterRestart(t, 'EIO at fsync'));
