import { base64, fromUtf8, utf8 } from '@portcullis/record';
import type { LedgerWriter, PreparedEntry } from '../../packages/server/src/ledger/ledger-writer.ts';
import { readFile } from '../../packages/server/src/seams/durable-files.ts';
import { sealContent } from '../../packages/server/src/vault/sealed-content.ts';
import { DAY_MS } from '../../packages/server/src/vault/segments.ts';
import type { Vault } from '../../packages/server/src/vault/vault.ts';
import {
  admitted,
  type CrashWorld,
  createCrashWorld,
  entryWithContent,
  type Kept,
  PATHS,
  plainEntry,
  type Subject,
} from './crash-world.ts';
import { loadProgram, type Program } from './program.ts';
import { keepCosigned } from './witnessed-memory.ts';

// What is under way when the faults come. Each goes on from a state that is made once; the faults of the table meet each of its calls in turn.

export type Workload = {
  readonly name: string;
  /** Content is sealed with real keys, and erased. */
  readonly vault?: true;
  /** fsck finds fault with it before a start has repaired it. */
  readonly damaged?: true;
  readonly prepare: (world: CrashWorld) => Promise<void> | void;
  readonly run: (world: CrashWorld) => Promise<void> | void;
};

/** A line as a witness's: a key id of four bytes, a time and a signature, which nobody verifies here. */
const OTHER_LINE = `— witness.example/other ${base64(new Uint8Array(76).fill(7))}\n`;

export const WORKLOADS: readonly Workload[] = [
  {
    name: 'first',
    vault: true,
    prepare: () => {},
    async run(world) {
      const writer = world.open();
      const vault = world.vault();
      await commitContent(world, writer, vault, 'ann', 1);
      writer.publish();
      await commitContent(world, writer, vault, 'ann', 2);
      await commitContent(world, writer, vault, 'bob', 3);
      world.archive(writer);
      writer.close();
    },
  },
  {
    // 254 entries after the restart is written, and 3 in one commit: over the boundary of a full tile.
    name: 'full-tile',
    prepare: (world) => fill(world, 253),
    run(world) {
      const writer = world.open();
      world.commit(writer, entry(world, 1), entry(world, 2), entry(world, 3));
      writer.publish();
      world.commit(writer, entry(world, 4));
      world.commit(writer, entry(world, 5), plain(world, 6));
      writer.publish();
      writer.close();
    },
  },
  {
    // Acknowledged and not published when the process was killed: start-up writes the full tile from staging.
    name: 'replay',
    prepare(world) {
      fill(world, 252);
      const writer = world.open();
      world.commit(writer, entry(world, 1), entry(world, 2));
      world.commit(writer, entry(world, 3), plain(world, 4));
      world.processEnds();
    },
    run(world) {
      const writer = world.open();
      world.commit(writer, entry(world, 5));
      writer.close();
    },
  },
  {
    // A few entries, with commits between publications, over midnight.
    name: 'midnight',
    prepare: (world) => fill(world, 3),
    run(world) {
      const writer = world.open();
      world.commit(writer, entry(world, 1));
      world.commit(writer, plain(world, 2), entry(world, 3));
      writer.publish();
      world.clock.advance(DAY_MS);
      world.commit(writer, entry(world, 4));
      world.commit(writer, entry(world, 5));
      world.archive(writer);
      writer.close();
    },
  },
  {
    name: 'positions-lost',
    damaged: true,
    prepare(world) {
      fill(world, 3);
      world.disk.unlink(`${PATHS.vault}/positions`);
      world.powerCut(() => true);
    },
    run(world) {
      const writer = world.open();
      world.commit(writer, entry(world, 1));
      writer.close();
    },
  },
  {
    // Cosigned checkpoints, kept by the main thread while the ledger goes on.
    name: 'witnessed',
    prepare: (world) => fill(world, 3),
    run(world) {
      const writer = world.open();
      const files = world.witnessedFiles();
      for (let round = 1; round <= 2; round++) {
        world.commit(writer, entry(world, round));
        writer.publish();
        const note = fromUtf8(readFile(world.disk, `${PATHS.ledger}/checkpoint`) as Uint8Array);
        keepCosigned(files, world.witnessed, writer.size, note);
        // Another witness cosigned the same tree.
        keepCosigned(files, world.witnessed, writer.size, `${note}${OTHER_LINE}`);
      }
      writer.close();
    },
  },
  { name: 'erasure', vault: true, prepare: prepareErasure, run: runErasure },
];

function entry(world: CrashWorld, number: number): PreparedEntry & { kept: Kept } {
  return entryWithContent(world.subject.program, number);
}

function plain(world: CrashWorld, number: number): PreparedEntry {
  return plainEntry(world.subject.program, number);
}

/** A ledger of so many entries, published, the last of them with content. */
function fill(world: CrashWorld, size: number): void {
  const writer = world.open();
  const fillers = Array.from({ length: size - 2 }, (_, i) => plain(world, i));
  world.commit(writer, ...fillers, entry(world, 200));
  writer.close();
}

/** Content of two accounts on three days. */
async function prepareErasure(world: CrashWorld): Promise<void> {
  const writer = world.open();
  const vault = world.vault();
  for (let day = 0; day < 3; day++) {
    // Many of one account, so that a list of what was erased can be torn.
    const many = day === 0 ? Array.from({ length: 8 }, () => 'ann') : [];
    for (const account of ['ann', 'bob', ...many]) await commitContent(world, writer, vault, account, day);
    writer.publish();
    world.clock.advance(DAY_MS);
  }
  writer.close();
}

async function runErasure(world: CrashWorld): Promise<void> {
  const writer = world.open();
  const vault = world.vault();
  const nowMs = world.clock.now();
  const beforeDay = Math.floor(nowMs / DAY_MS) - 2;
  world.erasing.beforeDay = beforeDay;
  vault.eraseByAge({ nowMs, retentionDays: 2, held: new Set(['bob']) });
  world.erased.beforeDay = beforeDay;
  world.erasing.keys.add('ann@1');
  vault.eraseAccount('ann');
  world.erased.keys.add('ann@1');
  await commitContent(world, writer, vault, 'cid', 9);
  writer.publish();
  writer.close();
}

/** Commits an admission with content that its account's key opens. */
export async function commitContent(
  world: CrashWorld,
  writer: LedgerWriter,
  vault: Vault,
  account: string,
  number: number,
): Promise<void> {
  const key = await vault.keys.keyOf(account);
  const content = { seed: new Uint8Array(32).fill(number), parts: { request: utf8(`${account} ${number}`) } };
  const sealed = sealContent(key, 'x', content);
  const prepared = world.subject.program.prepareEntry(admitted(number, account), sealed);
  world.commit(writer, Object.assign(prepared, { kept: { ...sealed, content } }));
}

const prepared = new Map<Workload, CrashWorld>();

/** A world in which the workload is about to run. Made once by the program as it is, then copied. */
export async function createWorldFor(workload: Workload, subject: Subject): Promise<CrashWorld> {
  let world = prepared.get(workload);
  if (world === undefined) {
    const program: Program = await loadProgram();
    world = createCrashWorld({ program });
    await workload.prepare(world);
    world.processEnds();
    prepared.set(workload, world);
  }
  return world.fork(subject);
}
