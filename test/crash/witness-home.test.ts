import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FileSystem } from '../../packages/server/src/seams/file-system.ts';
import { type CrashCase, caseId, singleFaults } from './crash-table.ts';
import { Noticed } from './judge.ts';
import { createRandom, shuffled } from './random.ts';
import { createWitnessWorld, judgeWitness } from './witness-home.ts';

// A witness's folder by the table: each call of its first and of its second start fails, is killed, does its work and fails. Whatever happens, it starts again, with
// the same keys once it has cosigned, and without a false alarm about its memory.

const SEED = 20_260_101;

type Layer = (fs: FileSystem) => FileSystem;

function casesOf(starts: number): CrashCase[] {
  const world = createWitnessWorld();
  for (let start = 1; start < starts; start++) world.start();
  world.plan.set([]);
  world.start();
  const cases = singleFaults(`start-${starts}`, world.plan.trace, false);
  return shuffled(cases, createRandom(SEED, `start-${starts}`));
}

/** @returns what was wrong, undefined where nothing was */
function runCase(
  starts: number,
  { faults, survival, ...rest }: CrashCase,
  layer?: Layer,
): string | undefined {
  const id = caseId({ faults, survival, ...rest });
  const random = createRandom(SEED, id);
  try {
    const world = createWitnessWorld(layer);
    for (let start = 1; start < starts; start++) world.start();
    world.plan.set(faults);
    try {
      world.start();
    } catch (error) {
      if (error instanceof Noticed || world.plan.fired === 0) throw error;
    }
    if (survival === 'alive') world.plan.set([]);
    else if (survival === 'none') world.powerCut();
    else world.powerCut(survival === 'all' ? () => true : () => random() < 0.5);
    judgeWitness(world);
    return undefined;
  } catch (error) {
    return `${id}: ${(error as Error).message}`;
  }
}

for (const starts of [1, 2]) {
  test(`a witness's start ${starts}: whatever fails in it, the next goes on with the same keys and memory`, () => {
    const cases = casesOf(starts);
    assert.ok(cases.length > 200, `only ${cases.length} cases`);
    for (const each of cases) assert.equal(runCase(starts, each), undefined);
  });
}

/** Drops every fsync of files, or of directories. */
const unsynced =
  (directories: boolean): Layer =>
  (fs) => {
    const isDirectory = new Map<number, boolean>();
    const sync = (call: 'fsync' | 'fdatasync') => (fd: number) => {
      if (isDirectory.get(fd) !== directories) fs[call](fd);
    };
    return {
      ...fs,
      open(path, flags, mode) {
        const fd = fs.open(path, flags, mode);
        isDirectory.set(fd, fs.stat(path)?.directory === true);
        return fd;
      },
      fsync: sync('fsync'),
      fdatasync: sync('fdatasync'),
    };
  };

for (const [what, layer] of [
  ['files', unsynced(false)],
  ['directories', unsynced(true)],
] as const) {
  test(`noticed: no fsync of the witness's ${what}`, (t) => {
    const found = casesOf(1)
      .slice(0, 40)
      .map((each) => runCase(1, each, layer))
      .find((one) => one !== undefined);
    assert.ok(found !== undefined);
    t.diagnostic(found);
  });
}
