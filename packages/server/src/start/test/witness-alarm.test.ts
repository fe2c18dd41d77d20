import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createTestLog } from '../../witness/test/test-log.ts';
import { runWitness } from '../../witness/test/witness-world.ts';
import { ask } from './callers.ts';
import { createFaults } from './faults.ts';
import { openWorld } from './server-world.ts';

test('a witness refuses a split view while the ledger is out: the alarm is on the ledger once that is over', async (t) => {
  const faults = createFaults();
  // Answers as one that does not know the log, then as one that cosigned another history.
  let status = 404;
  let asked = 0;
  const witness = createServer((_request, response) => {
    asked += 1;
    response.writeHead(status).end();
  });
  witness.listen(0, '127.0.0.1');
  await once(witness, 'listening');
  t.after(() => witness.close());
  const { vkeys } = await runWitness(t, createTestLog());
  const url = `http://127.0.0.1:${(witness.address() as AddressInfo).port}`;
  const world = await openWorld({
    settings: `witnesses: [{ name: other, url: "${url}", vkeys: ${JSON.stringify(vkeys)} }]
witnessing: { intervalMs: 50, retryMaxMs: 50 }`,
    ledgerSeams: { entry: new URL('./faulty-ledger-thread.ts', import.meta.url), delayMs: 40 },
  });
  t.after(() => {
    faults.set('none');
    return world.close();
  });
  const alarms = () => world.entries().filter((entry) => entry.type === 'fault' && entry.kind === 'witness');
  await world.until('it was asked', () => asked > 0);
  faults.set('ENOSPC');
  await world.until('the ledger is out', async () => {
    const { code } = await ask(world.server.gateUrl, world.key, { shape: 'openai', stream: false });
    return code === 'ledger_unavailable';
  });
  status = 422;
  await world.until('the alarm is raised', () => world.logs.some((line) => /witness\.alarm/.test(line)));
  const had = asked;
  await world.until('it is still asked', () => asked > had + 2);
  assert.deepEqual(alarms(), []);
  faults.set('none');
  await world.until('the alarm is on the ledger', () => alarms().length > 0);
  await world.until('it is asked about that', () => asked > had + 6);
  assert.deepEqual(
    alarms().map((entry) => entry.type === 'fault' && /The witness other .* disagree/.test(entry.detail)),
    [true],
  );
});
