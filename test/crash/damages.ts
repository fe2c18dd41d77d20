import { utf8 } from '@portcullis/record';
import { fsck } from '../../packages/server/src/ledger/fsck.ts';
import { listFiles, readFile } from '../../packages/server/src/seams/durable-files.ts';
import type { MemoryFileSystem } from '../../packages/server/src/seams/file-system-memory.ts';
import { WITNESSED_FILE } from '../../packages/server/src/ledger/witnessed-checkpoint.ts';
import { SWAPPED_BYTES } from '../../packages/server/src/ledger/staging.ts';
import { POSITION_BYTES } from '../../packages/server/src/vault/positions.ts';
import {
  type CrashWorld,
  createCrashWorld,
  entryWithContent,
  ORIGIN,
  PATHS,
  plainEntry,
  type Subject,
  VAULT_CONFIG,
} from './crash-world.ts';
import { Noticed } from './judge.ts';

// What restores, other machines and failing disks do to a data directory behind the program's back. A start refuses, says which code, and
// leaves everything as it was; fsck refuses too. Or it goes on, and nothing is lost.

export type Damage = {
  readonly name: string;
  readonly do: (world: CrashWorld, older: CrashWorld) => void;
  /** The code of the refusal, or that the start repairs it. */
  readonly start: 'ledger-damaged' | 'ledger-refused' | 'vault-damaged' | 'bad-config' | 'repaired';
  /** What the refusal says, so that an operator knows what to do. */
  readonly says?: RegExp;
  /** Whether fsck sees it; a clock it does not ask. */
  readonly fsck?: false;
};

const CHECKPOINT = `${PATHS.ledger}/checkpoint`;
const COMMITS = `${PATHS.staging}/commits`;

export const DAMAGES: readonly Damage[] = [
  {
    name: 'the lock is an older copy',
    start: 'ledger-damaged',
    says: /lock is an older copy; restore the newest lock/,
    do: olderLock,
  },
  {
    name: 'the lock is older by one commit that was never published',
    start: 'ledger-damaged',
    says: /lock is an older copy/,
    do(world) {
      const writer = world.open();
      const notes = world.lock.copy();
      world.commit(writer, plainEntry(world.subject.program, 7));
      world.processEnds();
      world.lock.restore(notes);
    },
  },
  {
    name: 'the disk is an older copy',
    start: 'ledger-damaged',
    says: /disk is an older copy or damaged/,
    do: olderDisk(['ledger', 'staging']),
  },
  {
    name: 'staging is an older copy',
    start: 'ledger-damaged',
    says: /disk is an older copy or damaged/,
    do: olderDisk(['staging']),
  },
  {
    name: 'the published ledger is an older copy',
    start: 'ledger-damaged',
    says: /disk is an older copy or damaged|Staging jumps/,
    do: olderDisk(['ledger']),
  },
  {
    name: 'lock and disk are an older copy, and an archived checkpoint is newer',
    start: 'ledger-damaged',
    says: /archived checkpoint .* older copy/,
    do(world, older) {
      olderDisk(['ledger', 'staging', 'vault'])(world, older);
      olderLock(world, older);
    },
  },
  {
    name: 'everything is an older copy, and a cosigned checkpoint is newer',
    start: 'ledger-damaged',
    says: /Witnesses cosigned \d+ entries and the lock has \d+: the ledger is an older copy/,
    do(world, older) {
      const newer = readFile(world.disk, CHECKPOINT) as Uint8Array;
      for (const folder of ['ledger', 'staging', 'vault', 'archive'] as const)
        copyFolder(older.disk, world.disk, PATHS[folder]);
      olderLock(world, older);
      putFile(world.disk, `${PATHS.ledger}/${WITNESSED_FILE}`, newer);
    },
  },
  {
    name: 'the lock is lost',
    start: 'ledger-damaged',
    says: /lock knows nothing of it; restore the lock/,
    do: (world) => world.lock.restore(new Map()),
  },
  {
    name: 'the lock has another checkpoint of the same size',
    start: 'ledger-damaged',
    says: /say different things of size/,
    do: forkedLock,
  },
  {
    name: 'the checkpoint in the lock has a changed root',
    start: 'ledger-damaged',
    says: /signature or form of the checkpoint in the lock/,
    do(world) {
      const note = world.lock.copy().get(ORIGIN) as string;
      const [origin, size, root, ...rest] = note.split('\n');
      const other = `${(root as string).startsWith('A') ? 'B' : 'A'}${(root as string).slice(1)}`;
      const changed = [origin, size, other, ...rest].join('\n');
      world.lock.restore(new Map([[ORIGIN, changed]]));
      world.disk.unlink(CHECKPOINT);
      putFile(world.disk, CHECKPOINT, utf8(changed));
    },
  },
  {
    name: 'everything but the keys is of another ledger',
    start: 'ledger-damaged',
    says: /signature or form of the checkpoint in the lock/,
    do(world) {
      const other = smallWorlds(world.subject).world;
      world.lock.restore(other.lock.copy());
      for (const folder of ['ledger', 'staging', 'vault', 'archive'] as const)
        copyFolder(other.disk, world.disk, PATHS[folder]);
    },
  },
  {
    name: 'a hash of the last tile has changed',
    start: 'ledger-damaged',
    says: /lead to another root/,
    do: (world) => world.disk.patch(newest(world.disk, /tile\/0\//), (bytes) => flip(bytes, 40)),
  },
  {
    name: 'an entry of the last bundle has changed',
    start: 'ledger-damaged',
    says: /does not have the hash that was signed/,
    do: (world) => world.disk.patch(newest(world.disk, /tile\/entries\//), (bytes) => flip(bytes, 60)),
  },
  {
    name: 'an acknowledged commit in staging was exchanged for another, checksum and all',
    start: 'ledger-damaged',
    do: (world) => exchangeStaged(world),
  },
  {
    name: 'an acknowledged commit in staging has decayed',
    start: 'ledger-damaged',
    do(world) {
      leaveStaged(world);
      world.disk.patch(COMMITS, (bytes) => flip(bytes, bytes.length - SWAPPED_BYTES - 5));
    },
  },
  {
    name: 'the vault lost the record of an acknowledged entry',
    start: 'vault-damaged',
    do(world) {
      const segment = newest(world.disk, /\.seg$/, PATHS.vault);
      const before = world.disk.stat(segment)?.sizeBytes ?? 0;
      leaveStaged(world);
      cut(world.disk, segment, before);
    },
  },
  {
    name: 'a record of the vault has decayed, and acknowledged ones follow',
    start: 'vault-damaged',
    do(world) {
      const segment = newest(world.disk, /\.seg$/, PATHS.vault);
      const before = world.disk.stat(segment)?.sizeBytes ?? 0;
      leaveStaged(world, 2);
      world.disk.patch(segment, (bytes) => flip(bytes, before + 70));
    },
  },
  {
    name: 'the positions of published records are blank, the first of these has decayed, and a whole one follows',
    start: 'vault-damaged',
    do(world) {
      const segment = newest(world.disk, /\.seg$/, PATHS.vault);
      const before = world.disk.stat(segment)?.sizeBytes ?? 0;
      const writer = world.open();
      const { program } = world.subject;
      world.commit(writer, entryWithContent(program, 30), entryWithContent(program, 31));
      writer.close();
      const first = Math.max(...world.acknowledged.keys()) - 1;
      world.disk.patch(`${PATHS.vault}/positions`, (bytes) => void bytes.fill(0, first * POSITION_BYTES));
      world.disk.patch(segment, (bytes) => flip(bytes, before));
    },
  },
  {
    name: 'the positions of the vault are lost',
    start: 'repaired',
    do: (world) => world.disk.unlink(`${PATHS.vault}/positions`),
  },
  {
    name: 'the positions of the vault are cut',
    start: 'repaired',
    do: (world) => cut(world.disk, `${PATHS.vault}/positions`, POSITION_BYTES * 2),
  },
  {
    name: 'a key of the ledger is lost',
    start: 'bad-config',
    says: /key .* is missing/,
    do: (world) => world.disk.unlink(`${PATHS.keys}/ledger-ed25519.pem`),
  },
  {
    name: 'the clock is an hour behind',
    start: 'ledger-refused',
    fsck: false,
    do: (world) => world.clock.advance(-3_600_000),
  },
  {
    name: 'the clock is ten years behind',
    start: 'ledger-refused',
    fsck: false,
    do: (world) => world.clock.advance(-10 * 365 * 86_400_000),
  },
];

/** Does the damage to a fresh ledger and starts it. @throws Noticed where that goes otherwise than the list says */
export async function tryDamage(subject: Subject, damage: Damage): Promise<void> {
  const { world, older } = smallWorlds(subject);
  damage.do(world, older);
  const { disk } = world;
  const report = await fsck(VAULT_CONFIG.dataDir, { fs: disk, readLock: world.lock.read });
  if (report.ok !== (damage.fsck === false)) throw new Noticed(`fsck says of it: ${report.sentence}`);
  const before = contentOf(world);
  let code = 'repaired';
  let sentence = '';
  try {
    world.open().close();
  } catch (error) {
    code = (error as { code?: string }).code ?? 'no code';
    sentence = (error as Error).message;
  }
  if (code !== damage.start)
    throw new Noticed(`The start was to be ${damage.start} and was ${code}: ${sentence}`);
  if (damage.says?.test(sentence) === false)
    throw new Noticed(`The refusal does not say what is wrong: ${sentence}`);
  if (code !== 'repaired' && contentOf(world) !== before)
    throw new Noticed('A start that was refused changed what is on the disk.');
  if (code !== 'repaired') return;
  const after = await fsck(VAULT_CONFIG.dataDir, { fs: disk, readLock: world.lock.read });
  if (!after.ok) throw new Noticed(`fsck after the start: ${after.sentence}`);
}

/** A ledger of a few entries, published and archived, and a copy of it as it was a publication before. */
function smallWorlds(subject: Subject): { world: CrashWorld; older: CrashWorld } {
  const world = createCrashWorld(subject);
  const { program } = subject;
  const writer = world.open();
  world.commit(writer, entryWithContent(program, 1), plainEntry(program, 2));
  writer.publish();
  const older = world.fork(subject);
  world.commit(writer, entryWithContent(program, 3));
  world.commit(writer, plainEntry(program, 4));
  writer.close();
  return { world, older };
}

/** Commits that are acknowledged and not published when the process is killed. */
function leaveStaged(world: CrashWorld, commits = 1): void {
  const writer = world.open();
  for (let n = 0; n < commits; n++) world.commit(writer, entryWithContent(world.subject.program, 20 + n));
  world.processEnds();
}

function olderLock(world: CrashWorld, older: CrashWorld): void {
  world.lock.restore(older.lock.copy());
}

function olderDisk(folders: readonly ('ledger' | 'staging' | 'vault')[]) {
  return (world: CrashWorld, older: CrashWorld): void => {
    leaveStaged(world);
    for (const folder of folders) copyFolder(older.disk, world.disk, PATHS[folder]);
  };
}

function copyFolder(from: MemoryFileSystem, to: MemoryFileSystem, folder: string): void {
  for (const name of listFiles(to, folder)) to.unlink(`${folder}/${name}`);
  for (const name of listFiles(from, folder))
    putFile(to, `${folder}/${name}`, readFile(from, `${folder}/${name}`) ?? new Uint8Array(0));
}

/** The lock of another history of the same length, signed by the same keys. */
function forkedLock(world: CrashWorld): void {
  const theirs = world.fork(world.subject);
  for (const [twin, number] of [
    [world, 40],
    [theirs, 41],
  ] as const) {
    const writer = twin.open();
    twin.commit(writer, plainEntry(world.subject.program, number));
    writer.publish();
    twin.processEnds();
  }
  world.lock.restore(theirs.lock.copy());
}

function exchangeStaged(world: CrashWorld): void {
  const other = world.fork(world.subject);
  leaveStaged(world);
  const writer = other.open();
  other.commit(writer, entryWithContent(world.subject.program, 21));
  other.processEnds();
  world.disk.unlink(COMMITS);
  putFile(world.disk, COMMITS, readFile(other.disk, COMMITS) ?? new Uint8Array(0));
}

function putFile(disk: MemoryFileSystem, path: string, bytes: Uint8Array): void {
  const fd = disk.open(path, 'w', 0o600);
  disk.write(fd, bytes, 0, bytes.length, 0);
  disk.close(fd);
}

function cut(disk: MemoryFileSystem, path: string, lengthBytes: number): void {
  const fd = disk.open(path, 'r+');
  disk.truncate(fd, lengthBytes);
  disk.close(fd);
}

function flip(bytes: Uint8Array, at: number): void {
  bytes[at] = (bytes[at] as number) ^ 4;
}

/** The file that was made last, by its name. */
function newest(disk: MemoryFileSystem, pattern: RegExp, folder: string = PATHS.ledger): string {
  const width = (name: string): number => Number(/\d+$/.exec(name)?.[0] ?? 0);
  const found = listFiles(disk, folder).filter((name) => pattern.test(name));
  const last = found.sort((a, b) => width(a) - width(b)).at(-1);
  if (last === undefined) throw new Error(`No file matches ${pattern.source}.`);
  return `${folder}/${last}`;
}

function contentOf({ disk, lock }: CrashWorld): string {
  const files = listFiles(disk, VAULT_CONFIG.dataDir)
    // What never had a name is cleared away before anything is judged.
    .filter((name) => !name.startsWith('ledger/.tmp/'))
    .map((name) => [
      name,
      Buffer.from(readFile(disk, `${VAULT_CONFIG.dataDir}/${name}`) ?? []).toString('latin1'),
    ]);
  return JSON.stringify([files, [...lock.copy()]]);
}
