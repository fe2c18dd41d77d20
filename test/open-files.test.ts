import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { Agent, request } from 'undici';
import { startCallers } from '../packages/server/src/start/test/callers.ts';
import { checkLedger } from '../packages/server/src/start/test/server-world.ts';
import { until } from '../packages/server/src/test/until.ts';
import { openScene } from './start-portcullis.ts';

// The system's own limit: somebody opens connections until the program can open nothing more, the ledger's files least of all.

const OPEN_FILES_MAX = 160;

test('no file can be opened any more: 503, and when connections close all goes on by itself', {
  timeout: 120_000,
  skip: process.platform === 'win32' && 'there is no ulimit',
}, async (t) => {
  const scene = openScene(t);
  // Each thread has some of its own.
  writeFileSync(join(scene.folder, 'portcullis.yaml'), 'practice: true\ngate: { workers: 2 }\n');
  const running = await scene.start(['--no-rehearsal'], { openFilesMax: OPEN_FILES_MAX });
  const { secret } = await running.admin<{ secret: string }>('POST', '/v1/accounts', {
    account: 'caller',
    key: true,
  });
  // Connections that are there before: who is refused at the door can not be told anything.
  const agent = new Agent({ connections: 1, pipelining: 1, keepAliveTimeout: 60_000 });
  t.after(() => agent.close());
  const readiness = async (): Promise<{ status: number; text: string }> => {
    const answer = await request(`${running.gateUrl}/health/readiness`, { dispatcher: agent });
    return { status: answer.statusCode, text: await answer.body.text() };
  };
  await until('it is ready', async () => (await readiness()).status === 200);
  const callers = startCallers(running.gateUrl, secret, 4, { mayBeCut: true });
  const released = (): number => callers.seen.filter(({ status }) => status === 200).length;
  await until('exchanges are answered', () => released() > 20);

  const idle: Socket[] = [];
  t.after(() => idle.forEach((socket) => void socket.destroy()));
  const { hostname, port } = new URL(running.gateUrl);
  const open = (): void => {
    const socket = connect(Number(port), hostname).on('error', () => {});
    idle.push(socket);
  };
  await until('callers are told', () => {
    for (let n = 0; n < 8 && idle.length < 4 * OPEN_FILES_MAX; n++) open();
    return callers.seen.some(({ code }) => code === 'ledger_unavailable');
  });
  await until('readiness says why', async () => {
    const { status, text } = await readiness();
    return status === 503 && /too_many_open_files/.test(text);
  });

  for (const socket of idle.splice(0)) socket.destroy();
  const had = released();
  await until('answers flow again', () => released() > had + 20);
  assert.equal((await readiness()).status, 200);
  await callers.stop();
  assert.equal(await running.stop('SIGTERM'), 0, running.output());
  const entries = await checkLedger(join(scene.folder, 'portcullis-data'), callers.seen);
  assert.ok(
    entries.some((entry) => entry.type === 'fault' && /as too many files are open/.test(entry.detail)),
  );
});
