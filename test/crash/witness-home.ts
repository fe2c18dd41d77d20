import {
  createFaultPlan,
  createFaultyFileSystem,
  type FaultPlan,
} from '../../packages/server/src/seams/file-system-faulty.ts';
import {
  createMemoryFileSystem,
  type MemoryFileSystem,
} from '../../packages/server/src/seams/file-system-memory.ts';
import { makeDirectories, syncDirectory } from '../../packages/server/src/seams/durable-files.ts';
import type { FileSystem } from '../../packages/server/src/seams/file-system.ts';
import { enterWitnessHome } from '../../packages/server/src/witness/witness-home.ts';
import { openWitnessKeys } from '../../packages/server/src/witness/witness-keys.ts';
import type { WitnessStore } from '../../packages/server/src/witness/witness-store.ts';
import { Noticed } from './judge.ts';

// The folder of a witness, as start-witness.ts opens it, on a disk that fails and forgets. Its database is a model, as the ledger's lock is (lock-disk.ts):
// SQLite's own durability is relied on.

const DIR = '/witness';
const NAME = 'witness.example/crash';

type Memory = { readonly id: string; readonly starts: number; readonly cosigned: number };

export type WitnessWorld = {
  readonly disk: MemoryFileSystem;
  readonly plan: FaultPlan;
  /** What was told of it: verifier keys, once one has cosigned. */
  vkeys: readonly string[] | undefined;
  /** Cosignatures that somebody has. */
  cosigned: number;
  /** Opens the folder as a start does, and cosigns once. */
  start(): void;
  powerCut(survives?: () => boolean): void;
};

/** @param layer what stands between the program and the disk; left out: nothing */
export function createWitnessWorld(layer: (fs: FileSystem) => FileSystem = (fs) => fs): WitnessWorld {
  const disk = createMemoryFileSystem();
  disk.fsync(disk.open('/', 'r'));
  const plan = createFaultPlan();
  let visible: Memory | undefined;
  let durable: Memory | undefined;
  const put = (next: Memory): void => {
    plan.run('memory', 'write', () => void (visible = next));
    plan.run('memory', 'fsync', () => void (durable = visible));
  };
  const store: Pick<WitnessStore, 'home' | 'enter' | 'isEmpty'> = {
    home: () => visible,
    enter(id) {
      const starts = (visible?.starts ?? 0) + 1;
      put({ id, starts, cosigned: visible?.cosigned ?? 0 });
      return starts;
    },
    isEmpty: () => (visible?.cosigned ?? 0) === 0,
  };
  const stepOf = (path: string): string => {
    const name = /home\.json/.test(path) ? 'home' : /\/keys/.test(path) ? 'witness-key' : 'witness';
    return disk.stat(path)?.directory === true ? `${name}/` : name;
  };
  const world: WitnessWorld = {
    disk,
    plan,
    vkeys: undefined,
    cosigned: 0,
    start() {
      const faulty = createFaultyFileSystem(disk, { plan, stepOf, onLostSync: disk.loseUnsynced });
      const fs = layer(faulty);
      makeDirectories(fs, DIR, 0o700);
      syncDirectory(fs, DIR);
      enterWitnessHome(fs, DIR, NAME, store);
      const keys = openWitnessKeys({
        dir: `${DIR}/keys`,
        fs,
        name: NAME,
        create: store.isEmpty(),
        mlDsa44: true,
      });
      const home = visible as Memory;
      put({ ...home, cosigned: home.cosigned + 1 });
      if (world.vkeys !== undefined && String(world.vkeys) !== String(keys.vkeys))
        throw new Noticed('It cosigned with other keys than before.');
      world.vkeys = keys.vkeys;
      world.cosigned += 1;
    },
    powerCut(survives) {
      plan.set([]);
      visible = durable;
      disk.crash(survives);
      if ((durable?.cosigned ?? 0) < world.cosigned) throw new Noticed('It forgot what it cosigned.');
    },
  };
  return world;
}

/** After a crash: it starts, with its keys and its memory, and does so again after a power cut. @throws Noticed */
export function judgeWitness(world: WitnessWorld): void {
  for (const when of ['after the crash', 'after a start and a power cut']) {
    try {
      world.start();
    } catch (error) {
      if (error instanceof Noticed) throw error;
      throw new Noticed(`It does not start ${when}: ${(error as Error).message}`);
    }
    world.powerCut();
  }
}
