import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Entry } from '@portcullis/record';
import { loadConfig } from '../../config/load-config.ts';
import { openServer } from '../open-server.ts';
import { ask, type Callers, startCallers } from './callers.ts';
import { createFaults } from './faults.ts';
import { checkLedger, openWorld, readEntries, type ServerWorld } from './server-world.ts';

// The whole server under load while something fails: what callers are told, what the ledger has, and that it goes on by itself.

const faults = createFaults();
// A short pause: many outages come one after the other here.
const ledgerSeams = { entry: new URL('./faulty-ledger-thread.ts', import.meta.url), delayMs: 40 };
const CALLERS = 10;

const isReady = async (world: ServerWorld): Promise<boolean> => (await world.ready()).status === 200;
const released = ({ seen }: Callers): number => seen.filter((one) => one.status === 200).length;
const refused = ({ seen }: Callers): number => seen.filter((one) => one.code === 'ledger_unavailable').length;

/** And handled by all who follow. */
async function everythingIsPublished(world: ServerWorld): Promise<void> {
  await world.until('followers have all of it', async () => {
    const { lag } = await world.admin<{ lag: Record<string, number> }>('GET', '/v1/ledger');
    return lag['projections'] === 0 && lag['detector'] === 0;
  });
}

function faultsTold(dataDir: string): string[] {
  return readEntries(dataDir).flatMap((entry) =>
    entry.type === 'fault' ? [`${entry.kind}: ${entry.detail}`] : [],
  );
}

describe('the ledger stops under load and is opened again', () => {
  let world: ServerWorld;
  let callers: Callers;
  before(async () => {
    world = await openWorld({ ledgerSeams });
    callers = startCallers(world.server.gateUrl, world.key, CALLERS);
  });
  after(async () => {
    faults.set('none');
    await callers.stop();
    await world.close();
  });
  const moreAnswers = async (): Promise<void> => {
    const had = released(callers);
    await world.until('answers flow', () => released(callers) > had + 30);
  };

  test('its thread is killed, twice: callers are told, and it is back by itself', async () => {
    for (let kill = 1; kill <= 2; kill++) {
      await moreAnswers();
      const had = refused(callers);
      await world.threads('ledger')[0]?.terminate();
      await world.until('callers are told', () => refused(callers) > had);
      await world.until('it is back', () => isReady(world));
    }
    const { outage } = await world.admin<{ outage: unknown }>('GET', '/v1/status');
    assert.equal(outage, null);
  });

  test('it had a commit on the disk and could not say so', async () => {
    // Until such a commit had both: an admission, whose caller was refused, so that it is interrupted; and an end, which is not to come twice.
    const isGap = (entry: Entry): boolean =>
      entry.type === 'fault' && entry.detail.includes('its writer failed');
    const told = () => {
      const entries = world.entries();
      return (
        entries.some((entry) => entry.type === 'fault' && entry.kind === 'interrupted') &&
        entries.some((entry, i) => isGap(entry) && entries[i - 1]?.type === 'exchange.completed')
      );
    };
    for (let time = 0; time < 30 && !told(); time++) {
      faults.set('acknowledgement lost');
      const had = refused(callers);
      await world.until('callers are told', () => refused(callers) > had);
      await moreAnswers();
    }
    assert.ok(told());
  });

  test('the disk is full: 503 in the shape of each API, readiness says why, nothing else is lost', async () => {
    await moreAnswers();
    const from = callers.seen.length;
    faults.set('ENOSPC');
    for (const shape of ['openai', 'anthropic'] as const)
      await world.until(`${shape} is refused`, () =>
        callers.seen.slice(from).some((one) => one.shape === shape && one.code === 'ledger_unavailable'),
      );
    await world.until('readiness says why', async () => {
      const { status, body } = await world.ready();
      return status === 503 && !body.checks.ledger && body.ledger?.code === 'disk_full';
    });
    const late = () => world.admin('POST', '/v1/accounts', { account: 'late' });
    await assert.rejects(late, /503.*ledger-refused/);
    faults.set('none');
    await moreAnswers();
    await late();
  });

  test('too many files are open when it is opened again: it waits until it can', async () => {
    faults.set('EMFILE');
    await world.threads('ledger')[0]?.terminate();
    await world.until(
      'readiness says why',
      async () => (await world.ready()).body.ledger?.code === 'too_many_open_files',
    );
    faults.set('none');
    await moreAnswers();
  });

  test('the clock steps forward and back: told each time; a thread that starts while it is behind goes on', async () => {
    await moreAnswers();
    faults.stepClock(3_600_000);
    await moreAnswers();
    faults.stepClock(-7_200_000);
    await moreAnswers();
    await world.threads('ledger')[0]?.terminate();
    await world.until('it is back', () => isReady(world));
    faults.stepClock(3_600_000);
    await moreAnswers();
  });

  test('exchanges that outlive its thread are completed once', async () => {
    await callers.stop();
    const slow = (tokens: number) =>
      ask(world.server.gateUrl, world.key, {
        shape: 'openai',
        stream: true,
        faults: `long-stream-tokens=${tokens},delay-token-ms=10`,
      });
    const admitted = () => world.entries().filter((one) => one.type === 'exchange.admitted').length;
    await everythingIsPublished(world);
    const had = admitted();
    // One ends during the outage, the other after it.
    const running = [slow(30), slow(100)];
    await world.until('both are admitted', () => admitted() === had + 2);
    await world.threads('ledger')[0]?.terminate();
    await world.until('it is back', () => isReady(world));
    const seen = await Promise.all(running);
    assert.deepEqual(
      seen.map((one) => [one.status, one.whole]),
      [
        [200, true],
        [200, true],
      ],
    );
    await everythingIsPublished(world);
    await world.server.stop();
    await checkLedger(world.dataDir, [...callers.seen, ...seen]);
  });

  test('callers were told in the shape of their API, and the ledger tells of it all', () => {
    const bad = callers.seen.filter(({ status, broken }) => status !== 200 && !broken);
    for (const one of bad) {
      assert.deepEqual([one.status, one.code], [503, 'ledger_unavailable']);
      assert.ok(Number(one.retryAfter) >= 1 && one.exchange === null);
    }
    const told = faultsTold(world.dataDir).join('\n');
    assert.ok(
      told.match(/^gap: The ledger took no entries for \d+ ms, as its thread has ended/gm)!.length >= 4,
      told,
    );
    assert.match(told, /^gap: The ledger took no entries for \d+ ms, as its writer failed/m);
    assert.match(told, /^storage: The ledger took no entries for \d+ ms, as the disk is full/m);
    assert.match(told, /^clock_step: The clock stepped forward by 3600\d{3} ms/m);
    assert.match(told, /^clock_step: The clock stepped back by 7(?:200|199)\d{3} ms/m);
    assert.equal(told.match(/^clock_step/gm)?.length, 3, told);
    assert.match(told, /^interrupted: /m);
    const counts = world
      .entries()
      .flatMap((entry) =>
        entry.type === 'exchange.refused' && entry.code === 'ledger_unavailable' ? [entry.count] : [],
      );
    assert.ok(counts.length > 0, 'refusals of the outages are told once they are over');
  });
});

test('a failed fsync: it is over for good, with the reason, and nothing is released any more', async (t) => {
  const world = await openWorld({ ledgerSeams });
  t.after(() => {
    faults.set('none');
    return world.close();
  });
  const callers = startCallers(world.server.gateUrl, world.key, CALLERS);
  await world.until('exchanges are answered', () => released(callers) > 30);
  faults.set('EIO at fsync');
  const error = await world.server.failed;
  assert.equal(error.code, 'storage-failed');
  assert.match(error.message, /f(?:data)?sync failed \(EIO\)/);
  faults.set('none');
  await callers.stop();
  // The disk answers again, and still nothing is written to it.
  const late = await ask(world.server.gateUrl, world.key, { shape: 'openai', stream: false });
  assert.deepEqual([late.status, late.code], [503, 'ledger_unavailable']);
  assert.equal(world.threads('ledger').length, 0);
  const size = world.entries().length;
  await world.server.stop();
  assert.equal(world.entries().length, size);
  // A start of its own closes what was cut off.
  const { config } = loadConfig({ cwd: world.folder, env: {} });
  const again = await openServer({ config, version: '0.0.0', log: () => {} });
  await again.stop();
  await checkLedger(world.dataDir, callers.seen, { endsMayBeLost: true });
});
