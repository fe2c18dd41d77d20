import type { FileSystem } from './file-system.ts';

/** A call of the file system that can be made to fail. */
export type FileCall = Exclude<keyof FileSystem, 'stat' | 'readdir'>;

export type FileFault = {
  /** Which call; `any` counts all that change something or make it durable. */
  readonly call: FileCall | 'any';
  /** The n-th such call from now on, counted from 1. */
  readonly nth: number;
  /** What it fails with; `short` writes half of the bytes and reports so; `kill` stands for the end of the process: it and all that follow fail. */
  readonly how: 'EIO' | 'ENOSPC' | 'EDQUOT' | 'EMFILE' | 'short' | 'kill';
  /** The call does its work and fails all the same. */
  readonly persisted?: boolean;
};

export type FaultyFileSystem = FileSystem & {
  /** Sets what is to fail; counting starts anew. */
  plan(faults: readonly FileFault[]): void;
  /** Calls of each kind since the last plan. */
  readonly counts: ReadonlyMap<FileCall, number>;
  /** Changing calls since the last plan, as `any` counts them. */
  readonly total: number;
  /** Whether a planned fault has happened. */
  readonly fired: boolean;
};

const COUNTED: ReadonlySet<FileCall> = new Set([
  'open',
  'write',
  'fsync',
  'fdatasync',
  'truncate',
  'close',
  'rename',
  'link',
  'unlink',
  'mkdir',
]);

/** Puts faults between a caller and a file system. */
export function createFaultyFileSystem(inner: FileSystem): FaultyFileSystem {
  let faults: readonly FileFault[] = [];
  let counts = new Map<FileCall, number>();
  let total = 0;
  let fired = false;
  let killed = false;

  const due = (call: FileCall): FileFault | undefined => {
    const count = (counts.get(call) ?? 0) + 1;
    counts.set(call, count);
    if (COUNTED.has(call)) total += 1;
    return faults.find(
      (fault) =>
        (fault.call === call && fault.nth === count) ||
        (fault.call === 'any' && COUNTED.has(call) && fault.nth === total),
    );
  };
  const around = <A extends readonly unknown[], R>(call: FileCall, act: (...args: A) => R) => {
    return (...args: A): R => {
      const fault = due(call);
      if (killed) throw failure('kill', call);
      if (fault === undefined || fault.how === 'short') return act(...args);
      fired = true;
      killed = fault.how === 'kill';
      if (fault.persisted === true) act(...args);
      throw failure(fault.how, call);
    };
  };
  return {
    open: around('open', inner.open),
    write(fd, bytes, offset, length, position) {
      const next = (counts.get('write') ?? 0) + 1;
      const short = faults.some(
        (fault) => fault.how === 'short' && fault.call === 'write' && fault.nth === next,
      );
      fired ||= short;
      const shortened = short ? Math.max(1, Math.floor(length / 2)) : length;
      return around('write', inner.write)(fd, bytes, offset, shortened, position);
    },
    read: around('read', inner.read),
    fsync: around('fsync', inner.fsync),
    fdatasync: around('fdatasync', inner.fdatasync),
    truncate: around('truncate', inner.truncate),
    close: around('close', inner.close),
    rename: around('rename', inner.rename),
    link: around('link', inner.link),
    unlink: around('unlink', inner.unlink),
    mkdir: around('mkdir', inner.mkdir),
    readdir: inner.readdir,
    stat: inner.stat,
    plan(next) {
      faults = next;
      counts = new Map();
      total = 0;
      fired = false;
      killed = false;
    },
    get counts() {
      return counts;
    },
    get total() {
      return total;
    },
    get fired() {
      return fired;
    },
  };
}

function failure(code: string, call: string): Error {
  return Object.assign(new Error(`${code}: ${call} was made to fail`), { code });
}
