import { equalBytes } from '@portcullis/record';
import { fsck } from '../../packages/server/src/ledger/fsck.ts';
import { createLedgerReader } from '../../packages/server/src/ledger/ledger-reader.ts';
import {
  type CrashWorld,
  createCrashWorld,
  PATHS,
  plainEntry,
  type Subject,
  VAULT_CONFIG,
} from './crash-world.ts';
import { Noticed } from './judge.ts';

// What the table of faults does not have: single scenes, each of which one line of defence is for.

export const SCENES: Readonly<Record<string, (subject: Subject) => Promise<void> | void>> = {
  'two writers': twoWriters,
  'a bit flips in memory': bitFlips,
  'other tiles': otherTiles,
  'the clock steps back': clockSteps,
};

/** Somebody removed the file by which a second writer is kept out. The compare-and-swap of the lock is what is left: one of them must stop. */
function twoWriters(subject: Subject): void {
  const world = createCrashWorld(subject);
  const first = world.open();
  refuses('A second writer was let in.', () => world.open(), 'ledger-locked');
  world.lock.release();
  const second = world.open();
  second.commit([plainEntry(subject.program, 1)]);
  refuses(
    'Two writers signed one size with different roots.',
    () => first.commit([plainEntry(subject.program, 2)]),
    'ledger-refused',
  );
  refuses('The first writer went on.', () => first.publish(), 'ledger-refused');
}

async function bitFlips(subject: Subject): Promise<void> {
  const world = createCrashWorld(subject);
  const writer = world.open();
  const before = JSON.stringify([...world.lock.copy()]);
  const entry = plainEntry(subject.program, 1);
  entry.bytes[12] = (entry.bytes[12] as number) ^ 16;
  refuses('An entry that had changed in memory was signed.', () => writer.commit([entry]), 'ledger-refused');
  if (JSON.stringify([...world.lock.copy()]) !== before) throw new Noticed('The lock has changed.');
  world.processEnds();
  await assertWhole(world);
}

/** A file of a tile is there with other bytes, as after a restore of parts: never overwritten, never taken for ours. */
function otherTiles(subject: Subject): void {
  const world = createCrashWorld(subject);
  const writer = world.open();
  const fd = world.disk.open(`${PATHS.ledger}/tile/entries/000.p/3`, 'w');
  world.disk.write(fd, new Uint8Array(9), 0, 9, 0);
  world.commit(writer, plainEntry(subject.program, 1), plainEntry(subject.program, 2));
  refuses('A tile with other bytes was taken for ours.', () => writer.publish(), 'ledger-refused');
}

/** While it runs: the step is on the ledger once, signed times never go back, and so the ledger starts again. */
async function clockSteps(subject: Subject): Promise<void> {
  const world = createCrashWorld(subject);
  const writer = world.open();
  for (const stepMs of [-1, -999, -5000, -86_400_000, 90_000_000]) {
    world.clock.advance(stepMs);
    world.commit(writer, plainEntry(subject.program, Math.abs(stepMs)));
    writer.publish();
  }
  writer.close();
  await assertWhole(world);
  world.powerCut();
  world.clock.advance(-10_000);
  refuses('It started with a clock before its last checkpoint.', () => world.open(), 'ledger-refused');
  world.clock.advance(20_000);
  world.open().close();
  const reader = createLedgerReader(VAULT_CONFIG.dataDir, world.disk);
  for (const [index, { bytes }] of world.acknowledged)
    if (!equalBytes(reader.entry(index) ?? new Uint8Array(0), bytes))
      throw new Noticed(`Entry ${index} was lost.`);
}

async function assertWhole(world: CrashWorld): Promise<void> {
  const report = await fsck(VAULT_CONFIG.dataDir, { fs: world.disk, readLock: world.lock.read });
  if (!report.ok) throw new Noticed(report.sentence);
}

function refuses(otherwise: string, act: () => unknown, code: string): void {
  try {
    act();
  } catch (error) {
    if ((error as { code?: string }).code === code) return;
    throw new Noticed(`${otherwise} It threw ${(error as Error).message}`);
  }
  throw new Noticed(otherwise);
}
