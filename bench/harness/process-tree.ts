import { readdirSync, readFileSync } from 'node:fs';

// What processes used, as Linux tells in /proc (proc(5)). Elsewhere there is no /proc and nothing can be measured.

/** Clock ticks a second of the times in /proc; 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

export type ProcessStat = {
  readonly name: string;
  readonly parent: number;
  /** User and system time of the process with all its threads, in seconds. */
  readonly cpuSeconds: number;
};

/** Reads a line of /proc/PID/stat. The name stands in brackets and may itself hold brackets and spaces. */
export function parseStat(line: string): ProcessStat {
  const nameEnd = line.lastIndexOf(')');
  const fields = line.slice(nameEnd + 2).split(' ');
  return {
    name: line.slice(line.indexOf('(') + 1, nameEnd),
    parent: Number(fields[1]),
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
  };
}

/** Resident memory in /proc/PID/status, in bytes; 0 where the kernel names none, as for a process that has ended. */
export function parseResident(status: string): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}

/** A process and all that descend from it now. */
export function processTree(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? readStat(`/proc/${name}/stat`) : undefined;
    if (stat === undefined) continue;
    children.set(stat.parent, [...(children.get(stat.parent) ?? []), Number(name)]);
  }
  const found = [root];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
}

/** User and system time of a process and its descendants, in seconds. Those that have ended are not counted. */
export function cpuSeconds(root: number): number {
  return sum(processTree(root), (pid) => readStat(`/proc/${pid}/stat`)?.cpuSeconds ?? 0);
}

/** The resident memory of all of them together, in bytes; pages that they share count for each. */
export function residentBytes(root: number): number {
  return sum(processTree(root), (pid) => parseResident(read(`/proc/${pid}/status`) ?? ''));
}

/** The same time by the name of the thread. */
export function cpuSecondsByThread(root: number): Map<string, number> {
  const found = new Map<string, number>();
  for (const pid of processTree(root)) {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const stat = readStat(`/proc/${pid}/task/${thread}/stat`);
      if (stat !== undefined) found.set(stat.name, (found.get(stat.name) ?? 0) + stat.cpuSeconds);
    }
  }
  return found;
}

function readStat(path: string): ProcessStat | undefined {
  const line = read(path);
  return line === undefined ? undefined : parseStat(line);
}

/** Undefined where the process has ended meanwhile. */
function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
