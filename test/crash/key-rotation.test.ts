import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEntry, decodeEntry } from '@portcullis/record';
import { ledgerPaths } from '../../packages/server/src/ledger/data-dir.ts';
import { createLedgerReader } from '../../packages/server/src/ledger/ledger-reader.ts';
import { prepareEntry } from '../../packages/server/src/ledger/ledger-writer.ts';
import { type OpenedLedger, openLedgerWriter } from '../../packages/server/src/ledger/open-ledger.ts';
import { openMasterKey } from '../../packages/server/src/vault/master-key-local.ts';
import { openVault } from '../../packages/server/src/vault/open-vault.ts';
import {
  rotateMasterKey,
  settleMasterKeyRotation,
} from '../../packages/server/src/vault/rotate-master-key.ts';
import { sealContent } from '../../packages/server/src/vault/sealed-content.ts';
import { admitted } from './crash-world.ts';
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

const MASTER = { file: 'keys/vault-master-key' };
const vaultOf = ({ fs }: World) => openVault({ dataDir: DATA_DIR, vault: { masterKey: MASTER } }, fs, {});

/** A ledger with content of three accounts, one of them erased. */
async function vaultAtRest() {
  const world = createWorld();
  const writer = openLedgerWriter(world.open());
  const vault = vaultOf(world);
  const keys = new Map<string, Uint8Array>();
  for (const account of ['a', 'b', 'c']) {
    const { id, key } = await vault.keys.keyOf(account);
    keys.set(id, key);
    const content = sealContent({ id, key }, 'exchange.admitted/test', {
      seed: new Uint8Array(32),
      parts: {},
    });
    writer.commit([prepareEntry(admitted(keys.size, account), content)]);
  }
  vault.eraseAccount('c');
  keys.delete('c@1');
  writer.close();
  const master = openMasterKey({ source: MASTER, dataDir: DATA_DIR, fs: world.disk, env: {}, create: false });
  return { world, keys, masterId: master.id };
}

const masterRotation: Deed<OpenedLedger> = {
  open: (world) => openLedgerWriter(world.open()),
  act: (writer, { fs }) =>
    rotateMasterKey({
      fs,
      dataDir: DATA_DIR,
      source: MASTER,
      env: {},
      writer,
      reader: createLedgerReader(DATA_DIR, fs),
      timeMs: START_MS,
      by: 'adam',
      reason: 'A backup was lost.',
    }),
};

function startAndSettle(world: World): void {
  const writer = openLedgerWriter(world.open());
  settleMasterKeyRotation({
    fs: world.fs,
    dataDir: DATA_DIR,
    reader: createLedgerReader(DATA_DIR, world.fs),
  });
  writer.close();
}

async function judgeVault(
  { name, world }: Killed,
  { keys, masterId }: Pick<Awaited<ReturnType<typeof vaultAtRest>>, 'keys' | 'masterId'>,
): Promise<number> {
  const before = await world.fsck({ vaultKeys: vaultOf(world).keys });
  assert.ok(before.ok, `${name}: before the start, fsck: ${before.sentence}`);
  startAndSettle(world);
  const vault = vaultOf(world);
  for (const [id, key] of keys) assert.deepEqual((await vault.keys.unwrap(id)).key, key, `${name}: ${id}`);
  assert.equal(vault.keys.state('c@1'), 'destroyed');
  const after = await world.fsck({ vaultKeys: vault.keys });
  assert.ok(after.ok && after.contentOpened, `${name}: after the start, fsck: ${after.sentence}`);
  const left = [ledgerPaths(DATA_DIR).keys, `${DATA_DIR}/vault`, `${DATA_DIR}/vault/keys`].flatMap((dir) =>
    world.disk.readdir(dir),
  );
  assert.doesNotMatch(left.join(' '), /next|retired|rotation|tmp/, name);
  const rotated = [...createLedgerReader(DATA_DIR, world.disk).entries(0)].flatMap(({ bytes }) => {
    const entry = decodeEntry(bytes);
    return entry.type === 'vault.key_rotated' ? [entry] : [];
  });
  const { id } = openMasterKey({ source: MASTER, dataDir: DATA_DIR, fs: world.disk, env: {}, create: false });
  assert.equal(id, rotated[0]?.to ?? masterId, `${name}: the master key is the one that the ledger tells`);
  return rotated.length;
}

test('a rotation of the vault’s master key that is killed anywhere took place or did not, and every data key opens', async () => {
  const { world, ...known } = await vaultAtRest();
  const outcomes = new Set<number>();
  const remains = new Map<string, World>();
  for await (const killed of killEverywhere(world, masterRotation)) {
    const files = [
      ...killed.world.disk.readdir(`${DATA_DIR}/vault/keys`),
      ...killed.world.disk.readdir(`${DATA_DIR}/keys`),
    ];
    if (killed.world.disk.stat(`${DATA_DIR}/vault/rotation.json`) !== undefined)
      remains.set(files.sort().join(), createWorld(killed.world.disk.fork(), killed.world.lockDisk.fork()));
    outcomes.add(await judgeVault(killed, known));
  }
  assert.deepEqual([...outcomes].sort(), [0, 1], 'both outcomes were met');
  assert.ok(remains.size >= 5, [...remains.keys()].join('\n'));
  const options = { aftermaths: ['kill', 'power cut'], steps: /master-key|keys|vault/ } as const;
  for (const [kind, left] of remains)
    for await (const killed of killEverywhere(left, { open: (each) => each, act: startAndSettle }, options))
      await judgeVault({ ...killed, name: `${kind}, ${killed.name}` }, known);
});
