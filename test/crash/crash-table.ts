import type { Fault, TracedCall } from '../../packages/server/src/seams/file-system-faulty.ts';
import type { Subject } from './crash-world.ts';
import { createWorldFor, WORKLOADS, type Workload } from './workloads.ts';

// The one table: every call of every workload × what it fails with × whether it did its work all the same × what of the disk survives.
// Pairs follow it: two faults in one run, a fault in the start that follows a fault, and the same failure twice.

/** What is there when the program is started again: nothing unsynced, all of it, some of it; or the machine went on and only the process ended. */
export const SURVIVALS = ['none', 'all', 'torn', 'alive'] as const;
export type Survival = (typeof SURVIVALS)[number];

export type PlannedFault = Required<Fault>;

export type CrashCase = {
  readonly workload: string;
  /** Faults of the run itself. */
  readonly faults: readonly PlannedFault[];
  /** Faults of the start after it. */
  readonly next: readonly PlannedFault[];
  readonly survival: Survival;
};

/** What a call can fail with, open(2) to unlink(2) and the two of the lock. */
const FAULTS: Readonly<Record<string, readonly Fault['how'][]>> = {
  open: ['kill', 'EIO', 'EMFILE', 'ENOSPC', 'EDQUOT'],
  read: ['kill', 'EIO'],
  write: ['kill', 'EIO', 'ENOSPC', 'EDQUOT', 'short'],
  fsync: ['kill', 'EIO', 'ENOSPC', 'EDQUOT'],
  fdatasync: ['kill', 'EIO', 'ENOSPC', 'EDQUOT'],
  truncate: ['kill', 'EIO'],
  close: ['kill', 'EIO', 'ENOSPC', 'EDQUOT'],
  rename: ['kill', 'EIO', 'ENOSPC', 'EDQUOT'],
  link: ['kill', 'EIO', 'ENOSPC', 'EDQUOT'],
  unlink: ['kill', 'EIO'],
  mkdir: ['kill', 'EIO', 'ENOSPC', 'EDQUOT'],
};

/** Having done the work makes no difference to a read, and a write cannot be short and fail. */
function canPersist(call: string, how: Fault['how']): boolean {
  return call !== 'read' && how !== 'short' && how !== 'EMFILE';
}

/** One fault a case. Each call is met by each fault; what survives alternates, or is everything there is where `full`. */
export function singleFaults(workload: string, trace: readonly TracedCall[], full: boolean): CrashCase[] {
  const cases: CrashCase[] = [];
  const counts = new Map<string, number>();
  for (const { step, call } of trace) {
    const key = `${step}.${call}`;
    const nth = (counts.get(key) ?? 0) + 1;
    counts.set(key, nth);
    for (const how of FAULTS[call] ?? []) {
      for (const persisted of canPersist(call, how) ? [false, true] : [false]) {
        const faults = [{ step, call, nth, how, persisted }];
        const survivals = full ? SURVIVALS : [SURVIVALS[cases.length % SURVIVALS.length] as Survival];
        for (const survival of survivals) cases.push({ workload, faults, next: [], survival });
      }
    }
  }
  return cases;
}

/** The same failure in the run and again in the start after it. */
export function sameTwice(singles: readonly CrashCase[]): CrashCase[] {
  return singles
    .filter(({ faults, survival }) => faults[0]?.nth === 1 && survival !== 'all')
    .map((single) => ({ ...single, next: single.faults }));
}

/** Killed, started again, and the power goes before that start has committed: what it relied on must have been made durable by it. */
export function twoStarts(singles: readonly CrashCase[]): CrashCase[] {
  const next: PlannedFault[] = [{ step: 'lock', call: 'write', nth: 1, how: 'kill', persisted: false }];
  return singles
    .filter(({ faults, survival }) => faults[0]?.how === 'kill' && survival === 'alive')
    .map((single) => ({ ...single, next }));
}

/** Two faults: both in one run, or the second in the start after the first. @param random in [0, 1) */
export function* pairs(singles: readonly CrashCase[], random: () => number): Generator<CrashCase> {
  const draw = (): CrashCase => singles[Math.floor(random() * singles.length)] as CrashCase;
  for (;;) {
    const first = draw();
    const second = draw();
    if (second.workload !== first.workload) continue;
    const [one, two] = [first.faults[0] as PlannedFault, second.faults[0] as PlannedFault];
    const sameRun = random() < 0.3 || one.how === 'short';
    yield sameRun
      ? { ...first, faults: [one, two] }
      : { ...first, next: [{ ...two, nth: 1 + Math.floor(random() * 3) }] };
  }
}

/** Every call a workload makes when nothing fails. */
export async function traceOf(workload: Workload, subject: Subject): Promise<readonly TracedCall[]> {
  const world = await createWorldFor(workload, subject);
  await workload.run(world);
  return world.plan.trace;
}

export function workloadNamed(name: string): Workload {
  const found = WORKLOADS.find((workload) => workload.name === name);
  if (found === undefined)
    throw new Error(
      `There is no workload ${name}; there are ${WORKLOADS.map((each) => each.name).join(', ')}.`,
    );
  return found;
}

/** Such as `full-tile/staging.fdatasync#2=EIO+persisted/torn`; `,` between faults of one run, `>` before those of the next. */
export function caseId({ workload, faults, next, survival }: CrashCase): string {
  const spell = (list: readonly PlannedFault[]) =>
    list
      .map(
        ({ step, call, nth, how, persisted }) =>
          `${step.replace('/', ':')}.${call}#${nth}=${how}${persisted ? '+persisted' : ''}`,
      )
      .join(',');
  return `${workload}/${spell(faults)}${next.length > 0 ? `>${spell(next)}` : ''}/${survival}`;
}

/** @throws Error with a sentence where the text is no case's id */
export function parseCaseId(id: string): CrashCase {
  const [workload, middle, survival, ...rest] = id.split('/');
  const [faults, next = '', ...more] = (middle ?? '').split('>');
  if (rest.length > 0 || more.length > 0 || !SURVIVALS.includes(survival as Survival))
    throw new Error(`"${id}" is no case: it is workload/faults/${SURVIVALS.join('|')}.`);
  return {
    workload: workloadNamed(workload as string).name,
    faults: parseFaults(faults as string),
    next: parseFaults(next),
    survival: survival as Survival,
  };
}

function parseFaults(text: string): PlannedFault[] {
  if (text === '') return [];
  return text.split(',').map((one) => {
    const match = /^([a-z0-9-]+:?)\.([a-z]+)#([1-9]\d*)=([A-Za-z]+)(\+persisted)?$/.exec(one);
    const [, step, call, nth, how, persisted] = match ?? [];
    if (step === undefined || call === undefined || !(FAULTS[call] ?? []).includes(how as Fault['how']))
      throw new Error(
        `"${one}" is no fault: it is step.call#n=error, such as staging.fdatasync#2=EIO+persisted.`,
      );
    const found = { step: step.replace(':', '/'), call, nth: Number(nth), how: how as Fault['how'] };
    return { ...found, persisted: persisted !== undefined };
  });
}
