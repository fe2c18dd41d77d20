import { dirname } from 'node:path';
import type { LedgerFile } from '../../packages/server/src/ledger/ledger-storage.ts';
import { errorCode, readFile } from '../../packages/server/src/seams/durable-files.ts';
import type { Layers } from './crash-world.ts';
import type { Without } from './program.ts';

// The program with one care taken away: a file layer that drops one fsync or one directory sync, or writes in place of a rename; a
// lock or a storage that does less; a check that passes everything. Each must be noticed, or the table proves nothing.

export type Mutant = {
  readonly name: string;
  readonly layers?: Partial<Layers>;
  readonly without?: Without;
  /** Where to look first: a workload of the table, or the list of damages. */
  readonly where: string;
  /** Which of its cases to try first. */
  readonly near?: RegExp;
};

type FileLayer = Layers['files'];

/** Drops fsync and fdatasync on one part of the data directory; with a slash at the end, of names in it. */
const unsynced =
  (step: string): FileLayer =>
  (fs, stepOf) => {
    const parts = new Map<number, string>();
    const sync = (call: 'fsync' | 'fdatasync') => (fd: number) => {
      if (parts.get(fd) !== step) fs[call](fd);
    };
    return {
      ...fs,
      open(path, flags, mode) {
        const fd = fs.open(path, flags, mode);
        parts.set(fd, stepOf(path));
        return fd;
      },
      fsync: sync('fsync'),
      fdatasync: sync('fdatasync'),
    };
  };

/** Goes on after an fsync that failed, by trying once more. */
const retriesSync: FileLayer = (fs) => {
  const sync = (call: 'fsync' | 'fdatasync') => (fd: number) => {
    try {
      fs[call](fd);
    } catch (error) {
      if (errorCode(error) === 'kill') throw error;
      fs[call](fd);
    }
  };
  return { ...fs, fsync: sync('fsync'), fdatasync: sync('fdatasync') };
};

/** Takes a short write for a whole one. */
const shortIsWhole: FileLayer = (fs) => ({
  ...fs,
  write(fd, bytes, offset, length, position) {
    fs.write(fd, bytes, offset, length, position);
    return length;
  },
});

/** Writes the target in place where it should be given its name in one step. */
const inPlace =
  (call: 'rename' | 'link', step: string): FileLayer =>
  (fs, stepOf) => ({
    ...fs,
    [call](from: string, to: string) {
      if (stepOf(to) !== step) return fs[call](from, to);
      if (call === 'link' && fs.stat(to) !== undefined)
        throw Object.assign(new Error(`EEXIST: ${to}`), { code: 'EEXIST' });
      const bytes = readFile(fs, from) ?? new Uint8Array(0);
      const fd = fs.open(to, 'w');
      fs.write(fd, bytes, 0, bytes.length, 0);
      fs.fsync(fd);
      fs.close(fd);
      if (call === 'rename') fs.unlink(from);
    },
  });

/** Leaves the directory of a new directory unsynced. */
const newDirectoriesUnsynced: FileLayer = (fs) => {
  let made = '';
  const parents = new Set<number>();
  return {
    ...fs,
    mkdir(path, mode) {
      fs.mkdir(path, mode);
      made = dirname(path);
    },
    open(path, flags, mode) {
      const fd = fs.open(path, flags, mode);
      if (path === made) parents.add(fd);
      made = '';
      return fd;
    },
    fsync(fd) {
      if (!parents.delete(fd)) fs.fsync(fd);
    },
  };
};

const check = (name: string, instead: string): Without => ({ file: 'ledger/check-ledger.ts', name, instead });
const part = (file: string, name: string, instead: string): Without => ({ file, name, instead });

const FSYNCS = [
  ['staging', 'midnight'],
  ['segment', 'midnight'],
  ['positions', 'midnight'],
  ['tmp', 'midnight'],
  ['archive', 'midnight'],
  ['cosigned', 'witnessed'],
  ['witnessed', 'witnessed'],
  ['signing-key', 'first'],
  ['master-key', 'first'],
  ['vault-key', 'erasure'],
  ['kept', 'erasure'],
  ['erased', 'erasure'],
] as const;

const DIRECTORY_SYNCS = [
  ['data/', 'first'],
  ['ledger/', 'midnight'],
  ['entries/', 'midnight'],
  ['tile-0/', 'midnight'],
  ['tile-1/', 'full-tile'],
  ['staging/', 'first'],
  ['archive/', 'midnight'],
  ['witnessed/', 'witnessed'],
  ['keys/', 'first'],
  ['vault/', 'first'],
  ['segment/', 'erasure'],
  ['vault-key/', 'erasure'],
] as const;

export const MUTANTS: readonly Mutant[] = [
  ...FSYNCS.map(([step, where]) => ({
    name: `no fsync of ${step}`,
    where,
    layers: { files: unsynced(step) },
  })),
  ...DIRECTORY_SYNCS.map(([step, where]) => ({
    name: `no sync of the directory ${step}`,
    where,
    layers: { files: unsynced(step) },
  })),
  { name: 'no sync after mkdir', where: 'first', layers: { files: newDirectoriesUnsynced } },
  {
    name: 'a failed fsync is tried again',
    where: 'midnight',
    near: /staging.fdatasync#[3-9]=EIO.none/,
    layers: { files: retriesSync },
  },
  {
    name: 'a short write is taken for a whole one',
    where: 'midnight',
    near: /short/,
    layers: { files: shortIsWhole },
  },
  ...[
    ['rename', 'checkpoint', 'midnight'],
    ['link', 'entries', 'midnight'],
    ['link', 'tile-0', 'midnight'],
    ['link', 'archive', 'midnight'],
    ['link', 'signing-key', 'first'],
    ['rename', 'cosigned', 'witnessed'],
    ['rename', 'witnessed', 'witnessed'],
    ['rename', 'kept', 'erasure'],
    ['rename', 'erased', 'erasure'],
  ].map(([call, step, where]) => ({
    name: `no ${call} of ${step}: written in place`,
    where: where as string,
    // Where the file before it has a name of the same part, every second fsync is the one in place.
    near: new RegExp(
      `/${step as string}\\.fsync#${/archive|kept|erased|witnessed|cosigned/.test(step as string) ? 2 : '\\d'}=kill/torn`,
    ),
    layers: { files: inPlace(call as 'rename' | 'link', step as string) },
  })),
  {
    name: 'the lock is not asked to compare',
    where: 'two writers',
    layers: {
      lock: (lock) => ({ ...lock, swap: (origin, _, next) => lock.swap(origin, lock.read(origin), next) }),
    },
  },
  {
    name: 'the lock is swapped after the acknowledgement',
    where: 'midnight',
    layers: { lock: lateLock },
  },
  {
    name: 'the lock is not made durable when it is opened',
    where: 'midnight',
    near: /lock.fsync.*kill>/,
    layers: { lockSyncsAtOpen: false },
  },
  {
    name: 'the checkpoint is published before its tiles',
    where: 'midnight',
    layers: { storage: tilesLater },
  },
  {
    name: 'tiles that are there are not compared',
    where: 'other tiles',
    layers: { storage: comparesNothing },
  },
  ...startChecks(),
  {
    name: 'the mark of the last swap is not compared with the lock',
    where: 'damages',
    near: /older by one commit/,
    without: part('ledger/staging.ts', 'scanStaging', '(bytes) => ({ ...real(bytes), swappedSize: 0 })'),
  },
  {
    name: 'what is cut off from the vault is not looked through',
    where: 'damages',
    near: /a whole one follows/,
    without: part('vault/check-not-acknowledged.ts', 'checkNotAcknowledged', '() => {}'),
  },
  {
    name: 'a ledger that is opened anew does not know what still runs',
    where: 'witnessed',
    near: /staging.*=EIO.alive/,
    without: part('ledger/find-interrupted.ts', 'findInterrupted', '(size, read) => real(size, read)'),
  },
  {
    name: 'no check of the leaves before signing',
    where: 'a bit flips in memory',
    without: check('checkLeaves', '() => {}'),
  },
  {
    name: 'the vault is written after the lock',
    where: 'midnight',
    without: part(
      'vault/vault-writer.ts',
      'openVaultWriter',
      '(options) => { const writer = real(options); let late; return { ...writer, append(items, nowMs) { if (late) writer.append(...late); late = [items, nowMs]; }, close() { if (late) writer.append(...late); writer.close(); } }; }',
    ),
  },
  {
    name: 'directories that are there are taken for durable',
    where: 'first',
    near: /segment.mkdir#2=kill.persisted.alive/,
    without: part(
      'seams/durable-files.ts',
      'makeDirectories',
      '(fs, path, ...rest) => { if (!fs.stat(path)?.directory) real(fs, path, ...rest); }',
    ),
  },
  {
    name: 'staging is cut before the checkpoint is published',
    where: 'midnight',
    without: part(
      'ledger/staging.ts',
      'openStaging',
      '(fs, directory) => { const staging = real(fs, directory); return { ...staging, append(record) { staging.truncate(0); staging.append(record); } }; }',
    ),
  },
];

/** Every check that a start makes, and what stands in its place. */
function startChecks(): Mutant[] {
  const where = 'damages';
  const unchecked = `(published, read) => published === undefined ? real(published, read)
    : record.createFrontier(published.size, all.peaksAt(published.size, all.publishedNodes(published.size, read)))`;
  const anyNote = `(note, verifiers, origin, what) => { try { return real(note, verifiers, origin, what); } catch {
    const text = typeof note === 'string' ? note : record.fromUtf8(note);
    return { ...record.parseCheckpoint(record.parseNote(text).text), note: text, timeSeconds: 0 }; } }`;
  const anyRoot =
    '(staging, frontier, lock) => real(staging, frontier, lock && { ...lock, get root() { return frontier.root(); } })';
  const checks = [
    ['whether the lock is there', /lock is lost/, check('checkLockIsThere', '() => {}')],
    [
      'the lock against the published checkpoint',
      /lock is an older copy/,
      check('comparePublished', '() => {}'),
    ],
    ['the clock', /clock/, check('checkClock', '() => {}')],
    ['the archived checkpoint', /archived/, check('compareArchived', '() => {}')],
    ['the right edge and the last bundle', /last/, check('checkPublishedEdge', unchecked)],
    ['the signatures of checkpoints', /another ledger/, check('openOwnCheckpoint', anyNote)],
    ['the root that staging leads to', /exchanged/, check('replayStaging', anyRoot)],
    [
      'that the vault has what was acknowledged',
      /lost the record/,
      part('vault/vault-writer.ts', 'openVaultWriter', '(options) => real({ ...options, committed: [] })'),
    ],
    [
      'the cosigned checkpoint',
      /cosigned checkpoint is newer/,
      part('ledger/witnessed-checkpoint.ts', 'compareWitnessed', '() => {}'),
    ],
    [
      'that the positions of the vault are there',
      /positions/,
      part('vault/rebuild-positions.ts', 'rebuildPositions', '() => {}'),
    ],
  ] as const;
  return checks.map(([what, near, without]) => ({
    name: `start-up does not check ${what}`,
    where,
    near,
    without,
  }));
}

function lateLock(lock: ReturnType<Layers['lock']>): ReturnType<Layers['lock']> {
  let late: (() => void) | undefined;
  let note: string | undefined;
  return {
    read: (origin) => note ?? lock.read(origin),
    swap(origin, previous, next) {
      late?.();
      note = next;
      late = () => lock.swap(origin, previous, next);
    },
    close() {
      late?.();
      lock.close();
    },
  };
}

function tilesLater(storage: ReturnType<Layers['storage']>): ReturnType<Layers['storage']> {
  let later: readonly LedgerFile[] = [];
  return {
    ...storage,
    put(files) {
      later = files;
    },
    publish(checkpoint) {
      storage.publish(checkpoint);
      storage.put(later);
      later = [];
    },
    read: (path) => later.find((file) => file.path === path)?.bytes ?? storage.read(path),
  };
}

function comparesNothing(storage: ReturnType<Layers['storage']>): ReturnType<Layers['storage']> {
  return {
    ...storage,
    put: (files) => storage.put(files.filter(({ path }) => storage.read(path) === undefined)),
  };
}
