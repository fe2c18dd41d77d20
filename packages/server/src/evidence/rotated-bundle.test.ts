import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { utf8 } from '@portcullis/record';
import { readFolder, readTrust, verifyBundle } from '@portcullis/verify';
import { ledgerPaths } from '../ledger/data-dir.ts';
import { openLedgerKeys } from '../ledger/keys.ts';
import { createAppender } from '../ledger/port-appender.ts';
import { startLedgerThread } from '../ledger/start-ledger-thread.ts';
import { nodeFileSystem } from '../seams/file-system-node.ts';
import { openStoppedLedger } from '../start/open-stopped-ledger.ts';
import { exportBundle, writeTlogPolicy } from './export-bundle.ts';
import { readJsonFile, request } from './test/judge-bundle.ts';
import { makeCase, openWorld, ORIGIN, type World } from './test/make-case.ts';

type Context = Parameters<typeof openWorld>[0];

/** Stops the ledger, changes its keys, and goes on. */
async function rotate(t: Context, world: World): Promise<World> {
  const { dataDir } = world;
  await world.thread.stop();
  const { writer } = await openStoppedLedger(dataDir, 3_600_000, () => {});
  writer.handOver({ by: 'ada', reason: 'The year is over.' });
  const ledger = {
    origin: ORIGIN,
    publishIntervalMs: 20,
    archiveIntervalMs: 3_600_000,
    pendingEntriesMax: 1000,
    pendingBytesMax: 10_000_000,
  };
  const thread = await startLedgerThread({ config: { dataDir, ledger }, software: 'portcullis test' });
  t.after(() => thread.stop());
  const appender = createAppender(thread.connect(), ledger);
  const { keys: dir } = ledgerPaths(dataDir);
  const keys = openLedgerKeys({ dir, fs: nodeFileSystem, origin: ORIGIN, create: false });
  const ports = {
    ...world.ports,
    archiveCheckpoint: () => thread.archiveCheckpoint(),
    signPae: keys.signPae,
    vkeys: keys.vkeys,
    append: appender.append,
  };
  return { ...world, ports, thread, appender };
}

const judge = (dir: string, vkeys: readonly string[], without: readonly string[] = []) => {
  const files = new Map(readFolder(dir));
  for (const path of without) files.delete(path);
  return verifyBundle(files, readTrust(utf8(writeTlogPolicy(vkeys))));
};
const failures = ({ checks }: ReturnType<typeof judge>) =>
  checks.flatMap(({ name, result, sentence }) => (result === 'FAIL' ? [`${name}: ${sentence}`] : []));

test('bundles from before and after the keys changed: by the first keys, and by those of today', async (t) => {
  const world = await openWorld(t);
  await world.thread.archiveCheckpoint();
  await makeCase(world);
  const before = await exportBundle(request(world), world.ports);
  const rotated = await rotate(t, world);
  const after = await exportBundle(request(rotated), rotated.ports);
  // From the archived checkpoint on, which the old keys signed, to one that the new keys signed.
  const across = await exportBundle(
    request(rotated, { complete: true, completeLeavesMax: 1 }),
    rotated.ports,
  );
  const [first, second] = [world.ports.vkeys, rotated.ports.vkeys];

  assert.deepEqual(failures(judge(before.dir, first)), []);
  assert.deepEqual(failures(judge(after.dir, first)), []);
  assert.deepEqual(failures(judge(after.dir, second)), []);
  assert.ok(readFileSync(join(across.dir, 'checkpoints/first')).length > 0);
  assert.deepEqual(failures(judge(across.dir, first)), []);
  assert.deepEqual(failures(judge(across.dir, second)), []);
  assert.match(failures(judge(before.dir, second)).join(), /manifest-signature: .*not trusted/);
  assert.match(
    failures(judge(after.dir, first, ['handovers.jsonl'])).join(),
    /manifest-signature: .*not trusted/,
  );
  const given = verifyBundle(
    readFolder(before.dir),
    readTrust(utf8(writeTlogPolicy(first))),
    Date.now(),
    readFileSync(join(after.dir, 'handovers.jsonl')),
  );
  assert.deepEqual(failures(given), []);

  const keys = readJsonFile<{ vkey: string; until: string | null }[]>(after.dir, 'keys.json');
  assert.deepEqual(
    keys.map(({ vkey, until }) => [vkey, until === null]),
    [...first.map((vkey) => [vkey, false]), ...second.map((vkey) => [vkey, true])],
  );
  const { keyChanges } = readJsonFile<{ keyChanges: { by: string }[] }>(after.dir, 'health.json');
  assert.deepEqual(
    keyChanges.map(({ by }) => by),
    ['ada'],
  );
});
