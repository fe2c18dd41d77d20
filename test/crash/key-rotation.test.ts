import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEntry, decodeEntry } from '@portcullis/record';
import { ledgerPaths } from '../../packages/server/src/ledger/data-dir.ts';
import { createLedgerReader } from '../../packages/server/src/ledger/ledger-reader.ts';
import { prepareEntry } from '../../packages/server/src/ledger/ledger-writer.ts';
import { type OpenedLedger, openLedgerWriter } from '../../packages/server/src/ledger/open-ledger.ts';
import {
  createWorld,
  DATA_DIR,
  type Deed,
  type Killed,
  killEverywhere,
  START_MS,
  type World,
} from './kill-everywhere.ts';

const note = (n: number) =>
  prepareEntry(createEntry('account.limited', START_MS, { account: `account-${n}`, by: 'portcullis' }));

/** A ledger of a few entries whose keys were rotated so many times. */
function ledgerAtRest(rotations: number) {
  const world = createWorld();
  let first: readonly string[] = [];
  for (let i = 0; i <= rotations; i++) {
    const writer = openLedgerWriter(world.open());
    if (i === 0) first = writer.keys.vkeys;
    writer.commit([note(i)]);
    writer.archive();
    if (i < rotations) writer.handOver({ by: 'adam', reason: 'The year is over.' });
    else writer.close();
  }
  world.plan.set([]);
  return { world, first };
}

const WHY = { by: 'adam', reason: 'The year is over.' };
const rotation: Deed<OpenedLedger> = {
  open: (world) => openLedgerWriter(world.open()),
  act: (writer) => writer.handOver(WHY),
};

function rotationsIn({ disk }: World): { retired: readonly string[]; vkeys: readonly string[] }[] {
  return [...createLedgerReader(DATA_DIR, disk).entries(0)].flatMap(({ bytes }) => {
    const entry = decodeEntry(bytes);
    return entry.type === 'ledger.keys_rotated' ? [entry] : [];
  });
}

/** Starts again, goes on, and judges. @returns how many rotations there are */
async function goOn({ name, world }: Killed, first: readonly string[]): Promise<number> {
  const found = await world.fsck();
  assert.ok(found.ok, `${name}: before the start, fsck: ${found.sentence}`);
  const writer = openLedgerWriter(world.open());
  const rotations = rotationsIn(world);
  assert.deepEqual(writer.keys.vkeys, rotations.at(-1)?.vkeys ?? first, name);
  writer.commit([note(9)]);
  writer.close();
  const left = world.disk.readdir(ledgerPaths(DATA_DIR).keys).sort();
  assert.deepEqual(left, ['ledger-ed25519.pem', 'ledger-ml-dsa-44.pem'], name);
  const after = await world.fsck();
  assert.ok(after.ok, `${name}: after the start, fsck: ${after.sentence}`);
  return rotations.length;
}

test('a rotation of the ledger’s keys that is killed anywhere took place or did not', async () => {
  const { world, first } = ledgerAtRest(1);
  const outcomes = new Set<number>();
  for await (const killed of killEverywhere(world, rotation)) outcomes.add(await goOn(killed, first));
  assert.deepEqual([...outcomes].sort(), [1, 2], 'both outcomes were met');
});

test('a start that finishes a rotation, or takes it back, may be killed anywhere as well', async () => {
  const { world, first } = ledgerAtRest(0);
  const left = new Map<string, World>();
  for await (const killed of killEverywhere(world, rotation)) {
    const { disk, lockDisk } = killed.world;
    const files = disk.readdir(ledgerPaths(DATA_DIR).keys).sort().join();
    const inLock = lockDisk.read()[0]?.note.split('\n').length;
    // One of each kind of remains.
    if (/next\.pem(,|$)/.test(files)) left.set(`${files} ${inLock}`, killed.world);
  }
  assert.ok(left.size >= 4, [...left.keys()].join('\n'));
  const start: Deed<World> = { open: (each) => each, act: (each) => openLedgerWriter(each.open()).close() };
  // What comes after the keys are settled is every start's own, and killed elsewhere.
  const options = { aftermaths: ['kill', 'power cut'], steps: /signing-key|keys|handovers/ } as const;
  for (const [kind, remains] of left)
    for await (const { name, world: again } of killEverywhere(remains, start, options))
      await goOn({ name: `${kind}, ${name}`, world: again }, first);
});
