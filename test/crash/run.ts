// `npm run crash`: the whole table of crash cases, in an order that the seed decides, for as long as it is given.
import { parseArgs } from 'node:util';
import {
  type CrashCase,
  pairs,
  parseCaseId,
  sameTwice,
  singleFaults,
  traceOf,
  twoStarts,
  workloadNamed,
} from './crash-table.ts';
import type { Subject } from './crash-world.ts';
import { loadProgram } from './program.ts';
import { createProgress } from './progress.ts';
import { createRandom, shuffled } from './random.ts';
import { runCase } from './run-case.ts';
import { WORKLOADS, type Workload } from './workloads.ts';

const HELP = `npm run crash -- [--seconds N] [--seed N] [--workload NAME] [--case ID]

Runs the ledger and the vault on a disk in memory that fails, tears writes and forgets what was not synced: every call of every workload,
each error, done or not done all the same; pairs of faults; the same failure twice. Each case is followed by fsck, by comparing with what was
acknowledged, by going on, a power cut, and fsck again.

  --seconds N      how long; 0 until the whole table is through (default 60)
  --seed N         the order, the pairs, and what survives of a torn write (default 1)
  --workload NAME  one of ${WORKLOADS.map((each) => each.name).join(', ')}
  --case ID        one case, as a failing run prints it; with --seed

Exit code: 0 nothing was noticed, 1 something was, 2 the arguments are wrong.

  npm run crash -- --seconds 600 --seed 7
  npm run crash -- --case 'full-tile/staging.fdatasync#2=EIO+persisted/torn' --seed 7`;

/** What is printed at once; the rest is counted. */
const NOTICED_MAX = 20;

type Arguments = {
  seconds: number;
  seed: number;
  workloads: readonly Workload[];
  one: CrashCase | undefined;
};

function readArguments(): Arguments | string {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: { seconds: text, seed: text, workload: text, case: text, help: { type: 'boolean' } },
  });
  if (values.help === true) return HELP;
  const whole = (name: string, value: string | undefined, otherwise: number): number => {
    if (value === undefined) return otherwise;
    if (!/^\d{1,9}$/.test(value)) throw new Error(`--${name} is a whole number, not "${value}".`);
    return Number(value);
  };
  return {
    seconds: whole('seconds', values.seconds, 60),
    seed: whole('seed', values.seed, 1),
    workloads: values.workload === undefined ? WORKLOADS : [workloadNamed(values.workload)],
    one: values.case === undefined ? undefined : parseCaseId(values.case),
  };
}

/** The table, in the order of the seed, and a pair after each fourth of its cases. */
async function* casesOf(subject: Subject, { workloads, seed }: Arguments, total: (cases: number) => void) {
  const singles: CrashCase[] = [];
  for (const workload of workloads)
    singles.push(...singleFaults(workload.name, await traceOf(workload, subject), true));
  const table = shuffled(
    [...singles, ...sameTwice(singles), ...twoStarts(singles)],
    createRandom(seed, 'table'),
  );
  total(table.length);
  const two = pairs(singles, createRandom(seed, 'pairs'));
  for (const [at, crashCase] of table.entries()) {
    yield crashCase;
    if (at % 4 === 3) yield two.next().value as CrashCase;
  }
}

async function runAll(subject: Subject, options: Arguments): Promise<number> {
  let total = 0;
  let ran = 0;
  let noticed = 0;
  const progress = createProgress();
  const endMs = options.seconds === 0 ? Infinity : performance.now() + options.seconds * 1000;
  for await (const crashCase of casesOf(subject, options, (cases) => (total = cases))) {
    if (performance.now() >= endMs) break;
    const result = await runCase(subject, crashCase, options.seed);
    ran += 1;
    if (result.noticed !== undefined && ++noticed <= NOTICED_MAX) {
      progress.end();
      console.log(`✖ ${result.noticed}\n  npm run crash -- --seed ${options.seed} --case '${result.id}'`);
    }
    progress.show(`${ran} cases, ${noticed} noticed; the table has ${total}, pairs not counted`);
  }
  progress.end();
  console.log(
    `seed ${options.seed}: ${ran} cases ran (the table has ${total}, and a pair after each fourth), ${noticed} noticed`,
  );
  if (ran === 0) console.log('Not one case ran; give it more --seconds.');
  return noticed > 0 || ran === 0 ? 1 : 0;
}

async function runOne(subject: Subject, crashCase: CrashCase, seed: number): Promise<number> {
  const { id, noticed, fired } = await runCase(subject, crashCase, seed);
  const planned = crashCase.faults.length + crashCase.next.length;
  console.log(
    `${noticed === undefined ? '✔' : '✖'} ${id}: ${noticed ?? 'nothing was noticed'} (${fired} of ${planned} faults happened)`,
  );
  return noticed === undefined ? 0 : 1;
}

async function main(): Promise<number> {
  let options: Arguments | string;
  try {
    options = readArguments();
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    return 2;
  }
  if (typeof options === 'string') {
    console.log(options);
    return 0;
  }
  const subject: Subject = { program: await loadProgram() };
  return options.one === undefined ? runAll(subject, options) : runOne(subject, options.one, options.seed);
}

process.exitCode = await main();
