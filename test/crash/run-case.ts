import { setImmediate } from 'node:timers/promises';
import type { LedgerWriter } from '../../packages/server/src/ledger/ledger-writer.ts';
import { type CrashCase, caseId, workloadNamed } from './crash-table.ts';
import { type CrashWorld, plainEntry, type Subject } from './crash-world.ts';
import { judge, Noticed } from './judge.ts';
import { createRandom } from './random.ts';
import { createWorldFor } from './workloads.ts';

export type CaseResult = {
  readonly id: string;
  /** What was wrong, in a sentence; undefined where nothing was. */
  readonly noticed: string | undefined;
  /** Faults that were planned and happened. */
  readonly fired: number;
};

/**
 * Runs one case: the workload with its faults, the end of the process or of the power, a start that may fail too, and the judge.
 * @param seed decides what survives of what was not synced
 */
export async function runCase(subject: Subject, crashCase: CrashCase, seed: number): Promise<CaseResult> {
  // A case never waits for anything; without this pause the reporters could not write, and a key could not be answered.
  await setImmediate();
  const id = caseId(crashCase);
  const workload = workloadNamed(crashCase.workload);
  const world = await createWorldFor(workload, subject);
  const survives = survivalOf(crashCase, createRandom(seed, id));
  let fired = 0;
  try {
    world.plan.set(crashCase.faults);
    await untilStopped(world, () => workload.run(world));
    fired += world.plan.fired;
    survives(world);
    if (crashCase.next.length > 0) {
      world.plan.set(crashCase.next);
      await untilStopped(world, () => goOn(world));
      fired += world.plan.fired;
      // Where the machine went on after the first, its power goes now.
      if (crashCase.survival === 'alive') world.powerCut();
      else survives(world);
    }
    await judge(world, workload);
    return { id, noticed: undefined, fired };
  } catch (error) {
    if (!(error instanceof Noticed)) throw new Error(`${id}: ${(error as Error).message}`, { cause: error });
    return { id, noticed: error.message, fired };
  }
}

function survivalOf({ survival, faults }: CrashCase, random: () => number): (world: CrashWorld) => void {
  // Without a kill only the ledger's thread ends: its supervisor opens the ledger anew, and tells it what still runs.
  const killed = faults.length === 0 || faults.some(({ how }) => how === 'kill');
  return (world) => {
    if (survival === 'alive' && !killed) world.threadEnds();
    else if (survival === 'alive') world.processEnds();
    else if (survival === 'none') world.powerCut();
    else world.powerCut(survival === 'all' ? () => true : () => random() < 0.5);
  };
}

/** Runs until something refuses. Then it must refuse everything: after a failed fsync nobody knows what the disk has. */
async function untilStopped(world: CrashWorld, run: () => Promise<void> | void): Promise<void> {
  const writers = watchWriters(world);
  try {
    await run();
    if (world.plan.killed) throw new Noticed('The process was killed and went on.');
  } catch (error) {
    if (error instanceof Noticed) throw error;
    if (world.plan.fired === 0)
      throw new Noticed(`It was refused without a fault: ${(error as Error).message}`);
    for (const writer of writers) if (writer.stopped !== undefined) refusesAll(world, writer);
  }
  if (!world.plan.killed) closeAll(writers);
}

function refusesAll(world: CrashWorld, writer: LedgerWriter): void {
  const before = writer.size;
  try {
    writer.commit([plainEntry(world.subject.program, 9)]);
  } catch {
    if (writer.size === before) return;
  }
  throw new Noticed('A writer that had stopped took an entry.');
}

function closeAll(writers: readonly LedgerWriter[]): void {
  for (const writer of writers) {
    try {
      writer.close();
    } catch {
      // Closing what has stopped may fail again; the process ends all the same.
    }
  }
}

function watchWriters(world: CrashWorld): LedgerWriter[] {
  const writers: LedgerWriter[] = [];
  const { open } = world;
  Object.assign(world, {
    open() {
      const writer = open();
      writers.push(writer);
      return writer;
    },
  });
  return writers;
}

function goOn(world: CrashWorld): void {
  const writer = world.open();
  world.commit(writer, plainEntry(world.subject.program, 50));
  writer.publish();
  writer.close();
}
