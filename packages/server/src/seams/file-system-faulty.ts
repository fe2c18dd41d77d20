import type { FileSystem } from './file-system.ts';

/** A call of the file system that can be made to fail. */
export type FileCall = Exclude<keyof FileSystem, 'stat' | 'readdir'>;

export type Fault = {
  /** Which call, such as `fsync`; `any` counts all. */
  readonly call: string;
  /** Calls on this part of the data directory only, such as `staging`; all where it is left out. */
  readonly step?: string;
  /** The n-th such call from now on, counted from 1. */
  readonly nth: number;
  /** What it fails with; `short` writes half of the bytes and reports so; `kill` stands for the end of the process: it and all that follow fail. */
  readonly how: 'EIO' | 'ENOSPC' | 'EDQUOT' | 'EMFILE' | 'short' | 'kill';
  /** The call does its work and fails all the same. */
  readonly persisted?: boolean;
};

/** One call as the plan saw it. */
export type TracedCall = { readonly step: string; readonly call: string };

/** What is to fail, shared by every part that can be made to: the file system, a lock. */
export type FaultPlan = {
  /** Sets what is to fail; counting and the trace start anew. */
  set(faults: readonly Fault[]): void;
  /** Every call since then, in order. */
  readonly trace: readonly TracedCall[];
  /** How many of the faults have happened. */
  readonly fired: number;
  /** Whether the process is thought of as gone. */
  readonly killed: boolean;
  /** Makes a call, or lets it fail as planned. @param onFailed after an error that came without the work, not after a kill */
  run<R>(step: string, call: string, act: (how: Fault['how'] | undefined) => R, onFailed?: () => void): R;
};

export function createFaultPlan(): FaultPlan {
  let faults: readonly Fault[] = [];
  let trace: TracedCall[] = [];
  let counts: number[] = [];
  let fired = 0;
  let killed = false;
  const due = (step: string, call: string): Fault | undefined => {
    trace.push({ step, call });
    let found: Fault | undefined;
    for (const [i, fault] of faults.entries()) {
      if (!matches(fault, { step, call })) continue;
      counts[i] = (counts[i] ?? 0) + 1;
      if (counts[i] === fault.nth) found ??= fault;
    }
    return found;
  };
  return {
    set(next) {
      faults = next;
      trace = [];
      counts = [];
      fired = 0;
      killed = false;
    },
    get trace() {
      return trace;
    },
    get fired() {
      return fired;
    },
    get killed() {
      return killed;
    },
    run(step, call, act, onFailed) {
      if (killed) throw failure('kill', step, call);
      const fault = due(step, call);
      if (fault !== undefined) fired += 1;
      if (fault === undefined || fault.how === 'short') return act(fault?.how);
      killed = fault.how === 'kill';
      if (fault.persisted === true) act(fault.how);
      else if (!killed) onFailed?.();
      throw failure(fault.how, step, call);
    },
  };
}

function matches(fault: Fault, { step, call }: TracedCall): boolean {
  return (fault.call === 'any' || fault.call === call) && (fault.step === undefined || fault.step === step);
}

export type FaultyFileSystemOptions = {
  readonly plan: FaultPlan;
  /** Which part of the data directory a path belongs to. */
  readonly stepOf?: (path: string) => string;
  /** Told of a file whose fsync failed without having done its work. */
  readonly onLostSync?: (fd: number) => void;
};

/** Puts faults between a caller and a file system. */
export function createFaultyFileSystem(inner: FileSystem, options: FaultyFileSystemOptions): FileSystem {
  const { plan, stepOf = () => 'file', onLostSync } = options;
  const steps = new Map<number, string>();
  const at = (fd: number): string => steps.get(fd) ?? 'file';
  const byFd =
    <A extends readonly unknown[], R>(call: FileCall, act: (fd: number, ...args: A) => R) =>
    (fd: number, ...args: A): R =>
      plan.run(at(fd), call, () => act(fd, ...args));
  const sync = (call: 'fsync' | 'fdatasync') => (fd: number) =>
    plan.run(
      at(fd),
      call,
      () => inner[call](fd),
      () => onLostSync?.(fd),
    );
  return {
    open: (path, flags, mode) =>
      plan.run(stepOf(path), 'open', () => {
        const fd = inner.open(path, flags, mode);
        steps.set(fd, stepOf(path));
        return fd;
      }),
    write: (fd, bytes, offset, length, position) =>
      plan.run(at(fd), 'write', (how) => {
        const shortened = how === 'short' ? Math.max(1, Math.floor(length / 2)) : length;
        return inner.write(fd, bytes, offset, shortened, position);
      }),
    read: byFd('read', inner.read),
    fsync: sync('fsync'),
    fdatasync: sync('fdatasync'),
    truncate: byFd('truncate', inner.truncate),
    close: byFd('close', inner.close),
    rename: (from, to) => plan.run(stepOf(to), 'rename', () => inner.rename(from, to)),
    link: (from, to) => plan.run(stepOf(to), 'link', () => inner.link(from, to)),
    unlink: (path) => plan.run(stepOf(path), 'unlink', () => inner.unlink(path)),
    mkdir: (path, mode) => plan.run(stepOf(path), 'mkdir', () => inner.mkdir(path, mode)),
    readdir: inner.readdir,
    stat: inner.stat,
  };
}

function failure(code: string, step: string, call: string): Error {
  return Object.assign(new Error(`${code}: ${call} of ${step} was made to fail`), { code });
}
