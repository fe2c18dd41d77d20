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

type Plan = {
  faults: readonly FileFault[];
  counts: Map<FileCall, number>;
  total: number;
  fired: boolean;
  killed: boolean;
};

/** Puts faults between a caller and a file system. */
export function createFaultyFileSystem(inner: FileSystem): FaultyFileSystem {
  const plan: Plan = { faults: [], counts: new Map(), total: 0, fired: false, killed: false };
  const around = <A extends readonly unknown[], R>(call: FileCall, act: (...args: A) => R) => {
    return (...args: A): R => callWith(plan, call, () => act(...args));
  };
  return {
    open: around('open', inner.open),
    write(fd, bytes, offset, length, position) {
      const shortened = writesShort(plan) ? Math.max(1, Math.floor(length / 2)) : length;
      return callWith(plan, 'write', () => inner.write(fd, bytes, offset, shortened, position));
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
    plan(faults) {
      Object.assign(plan, { faults, counts: new Map(), total: 0, fired: false, killed: false });
    },
    get counts() {
      return plan.counts;
    },
    get total() {
      return plan.total;
    },
    get fired() {
      return plan.fired;
    },
  };
}

function callWith<R>(plan: Plan, call: FileCall, act: () => R): R {
  const fault = dueFault(plan, call);
  if (plan.killed) throw failure('kill', call);
  if (fault === undefined || fault.how === 'short') return act();
  plan.fired = true;
  plan.killed = fault.how === 'kill';
  if (fault.persisted === true) act();
  throw failure(fault.how, call);
}

function dueFault(plan: Plan, call: FileCall): FileFault | undefined {
  const count = (plan.counts.get(call) ?? 0) + 1;
  plan.counts.set(call, count);
  const counted = COUNTED.has(call);
  if (counted) plan.total += 1;
  return plan.faults.find((fault) =>
    fault.call === 'any' ? counted && fault.nth === plan.total : fault.call === call && fault.nth === count,
  );
}

function writesShort(plan: Plan): boolean {
  const next = (plan.counts.get('write') ?? 0) + 1;
  const short = plan.faults.some(({ how, call, nth }) => how === 'short' && call === 'write' && nth === next);
  plan.fired ||= short;
  return short;
}

function failure(code: string, call: string): Error {
  return Object.assign(new Error(`${code}: ${call} was made to fail`), { code });
}
