import { type CrashCase, caseId, sameTwice, singleFaults, traceOf, twoStarts } from './crash-table.ts';
import type { Subject } from './crash-world.ts';
import { DAMAGES, tryDamage } from './damages.ts';
import { Noticed } from './judge.ts';
import type { Mutant } from './mutants.ts';
import { loadProgram } from './program.ts';
import { createRandom, shuffled } from './random.ts';
import { runCase } from './run-case.ts';
import { SCENES } from './scenes.ts';
import { WORKLOADS } from './workloads.ts';

/** Where a mutant was noticed, and after how many cases. */
export type Found = { readonly id: string; readonly sentence: string; readonly cases: number };

/**
 * Runs the table against a mutant, those cases first that are near to what was taken away, until something is noticed.
 * @param casesMax how long it is looked for
 */
export async function findMutant(mutant: Mutant, seed: number, casesMax: number): Promise<Found | undefined> {
  const { layers } = mutant;
  const program = await loadProgram(mutant.without);
  const subject: Subject = layers === undefined ? { program } : { program, layers };
  const tries =
    mutant.where === 'damages' ? damagesOf(subject, mutant) : await casesOf(subject, mutant, seed);
  for (const [at, [id, attempt]] of tries.slice(0, casesMax).entries()) {
    try {
      await attempt();
    } catch (error) {
      if (!(error instanceof Noticed))
        throw new Error(`${id}: ${(error as Error).message}`, { cause: error });
      return { id, sentence: error.message, cases: at + 1 };
    }
  }
  return undefined;
}

type Attempt = [id: string, run: () => Promise<void> | void];

function damagesOf(subject: Subject, { near }: Mutant): Attempt[] {
  const tries = DAMAGES.map((damage): Attempt => [damage.name, () => tryDamage(subject, damage)]);
  return nearFirst(tries, near);
}

async function casesOf(subject: Subject, { where, near }: Mutant, seed: number): Promise<Attempt[]> {
  const scene = SCENES[where];
  if (scene !== undefined) return [[where, () => scene(subject)]];
  const workload = WORKLOADS.find(({ name }) => name === where);
  if (workload === undefined) throw new Error(`There is no workload or scene ${where}.`);
  const singles = shuffled(
    singleFaults(where, await traceOf(workload, subject), true),
    createRandom(seed, where),
  );
  const clean = (['none', 'alive'] as const).map((survival) => ({
    workload: where,
    faults: [],
    next: [],
    survival,
  }));
  const attempt = (crashCase: CrashCase, from = seed): Attempt => [
    `${caseId(crashCase)} --seed ${from}`,
    async () => {
      const { noticed } = await runCase(subject, crashCase, from);
      if (noticed !== undefined) throw new Noticed(noticed);
    },
  ];
  const faulty = [...twoStarts(singles), ...sameTwice(singles), ...singles].flatMap((each) =>
    // What is torn is another thing with each seed.
    (each.survival === 'torn' && near !== undefined
      ? Array.from({ length: 8 }, (_, n) => seed + n)
      : [seed]
    ).map((from) => attempt(each, from)),
  );
  return [...clean.map((each) => attempt(each)), ...nearFirst(faulty, near)];
}

function nearFirst(tries: readonly Attempt[], near: RegExp | undefined): Attempt[] {
  const isNear = ([id]: Attempt): boolean => near?.test(id) === true;
  return [...tries.filter(isNear), ...tries.filter((each) => !isNear(each))];
}
