// `npm run soak`: real load on loopback through a real server before the practice upstream, for an hour or as long as is said. It samples memory,
// lag and latency, can break things meanwhile, and ends with fsck and a comparison of the ledger with what the callers saw.
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, platform, release } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createRandom } from '../../packages/server/src/practice/rehearsal/random.ts';
import { ask, type SeenAnswer } from '../../packages/server/src/start/test/callers.ts';
import { checkLedger } from '../../packages/server/src/start/test/server-world.ts';
import { makeFaults } from './faults.ts';
import { openStage, type Stage } from './open-stage.ts';
import { type Mark, plotSvg } from './plot.ts';
import { type Sample, takeSample } from './sample.ts';
import { type Check, judge } from './verdict.ts';

const HELP = `npm run soak -- [--minutes 60] [--faults] [--rate 40] [--seed N] [--out soak-results]

  --minutes N   how long the load lasts
  --faults      kill the ledger's thread, reload settings, restart the upstream, step the clock, fill the disk
  --rate N      exchanges started a second: both APIs, streams and whole answers
  --seed N      repeats a run's questions and the order of its faults
  --out DIR     where samples.csv, soak.json and soak.svg go

Exit status: 0 where the verdict is good, 1 where it is not, 2 for wrong use.
Example: npm run soak -- --minutes 2 --faults
`;

type Options = {
  readonly minutes: number;
  readonly faults: boolean;
  readonly rate: number;
  readonly seed: number;
  readonly out: string;
};

function readOptions(): Options | string {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '60' },
      faults: { type: 'boolean', default: false },
      rate: { type: 'string', default: '40' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      out: { type: 'string', default: 'soak-results' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const [minutes, rate, seed] = [Number(values.minutes), Number(values.rate), Number(values.seed)];
  if (values.help) return HELP;
  if (!(minutes > 0 && minutes <= 10_080)) return '--minutes is a number over 0, at most a week';
  if (!(rate > 0 && rate <= 10_000) || !Number.isSafeInteger(seed)) return '--rate and --seed are numbers';
  return { minutes, rate, seed, faults: values.faults, out: resolve(values.out) };
}

/** A generous guess at what an exchange of a soak takes on the disk. */
const EXCHANGE_BYTES = 16_384;
const RUNNING_MAX = 512;
const SAMPLES_MAX = 3_600;

type Course = { readonly samples: Sample[]; readonly answers: SeenAnswer[]; readonly marks: Mark[] };

/** Starts exchanges at the rate, whether earlier ones have ended or not, up to a bound. */
async function load(
  stage: Stage,
  options: Options,
  answers: SeenAnswer[],
  signal: AbortSignal,
): Promise<void> {
  const random = createRandom(options.seed);
  const running = new Set<Promise<void>>();
  const startedMs = performance.now();
  for (let started = 0; !signal.aborted; ) {
    const due = Math.floor(((performance.now() - startedMs) / 1000) * options.rate);
    for (; started < due; started++) {
      if (running.size >= RUNNING_MAX) continue;
      const question = {
        shape: random() < 0.5 ? 'openai' : 'anthropic',
        stream: random() < 0.6,
        broken: random() < 0.02,
        promptBytes: Math.floor(random() ** 3 * 8_000),
        mayBeCut: options.faults || undefined,
      } as const;
      const one = ask(stage.gateUrl, stage.key, definedOnly(question))
        .then((seen) => void answers.push(seen))
        .finally(() => running.delete(one));
      running.add(one);
    }
    await sleep(5);
  }
  await Promise.all(running);
}

function definedOnly<T extends object>(from: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(from).filter(([, value]) => value !== undefined)) as never;
}

async function runCourse(stage: Stage, options: Options): Promise<Course> {
  const course: Course = { samples: [], answers: [], marks: [] };
  const over = new AbortController();
  const startedMs = performance.now();
  const seconds = (): number => (performance.now() - startedMs) / 1000;
  const lengthSeconds = options.minutes * 60;
  const everyMs = Math.max(1_000, (lengthSeconds * 1000) / SAMPLES_MAX);
  const loading = load(stage, options, course.answers, over.signal);
  const breaking = options.faults
    ? makeFaults(
        stage,
        Math.max(6_000, (lengthSeconds * 1000) / 60),
        createRandom(options.seed + 1),
        over.signal,
        (name) => course.marks.push({ timeSeconds: seconds(), name }),
      )
    : Promise.resolve();
  let seen = 0;
  while (seconds() < lengthSeconds && stage.failure === undefined) {
    await sleep(everyMs);
    const fresh = course.answers.slice(seen);
    seen = course.answers.length;
    const sample = await takeSample(stage.gateUrl, seconds(), fresh);
    course.samples.push(sample);
    progress(sample, lengthSeconds, course);
  }
  over.abort();
  await Promise.all([loading, breaking]);
  return course;
}

function progress(sample: Sample, lengthSeconds: number, { answers, marks }: Course): void {
  const share = Math.min(1, sample.time / lengthSeconds);
  const bar = '█'.repeat(Math.round(share * 24)).padEnd(24, '·');
  const line = `[${bar}] ${Math.round(sample.time)} s  ${answers.length} answers  ${sample.rss} MiB  p50 ${sample.total_p50} ms  p99 ${sample.total_p99} ms  ${marks.at(-1)?.name ?? ''}`;
  if (process.stdout.isTTY) process.stdout.write(`\r${line.padEnd(110)}`);
  else if (Math.floor(sample.time) % 30 === 0) process.stdout.write(`${line}\n`);
}

/** Waits for the followers, stops the server, and compares the ledger with what was seen. */
async function conclude(stage: Stage, options: Options, { samples, answers }: Course): Promise<Check[]> {
  const lag = await stage.lagAtRest();
  const failure = stage.failure ?? (await stage.stopServer());
  const checks = judge(samples, answers, { lag, faults: options.faults });
  checks.push({
    name: 'server',
    passed: failure === undefined,
    told: failure ?? 'It stopped when it was asked to.',
  });
  try {
    const entries = await checkLedger(stage.dataDir, answers);
    const released = answers.filter(({ status }) => status === 200).length;
    const told = `fsck finds it sound; all ${released} released exchanges are among its ${entries.length} entries, each with one end.`;
    checks.push({ name: 'ledger', passed: true, told });
  } catch (error) {
    checks.push({ name: 'ledger', passed: false, told: (error as Error).message });
  }
  return checks;
}

function write(options: Options, { samples, answers, marks }: Course, checks: readonly Check[]): void {
  mkdirSync(options.out, { recursive: true });
  const names = Object.keys(samples[0] ?? {}) as (keyof Sample)[];
  const rows = samples.map((sample) => names.map((name) => sample[name]).join(','));
  writeFileSync(join(options.out, 'samples.csv'), `${[names.join(','), ...rows].join('\n')}\n`);
  const machine = `${cpus()[0]?.model ?? 'unknown'} × ${availableParallelism()}, ${platform()} ${release()}, node ${process.version}`;
  const { out: _, ...told } = options;
  const summary = {
    date: new Date().toISOString(),
    machine,
    ...told,
    answers: answers.length,
    marks,
    checks,
  };
  writeFileSync(join(options.out, 'soak.json'), `${JSON.stringify(summary, null, 2)}\n`);
  const line = (name: keyof Sample, spelt: string) => ({
    name: spelt,
    values: samples.map((one) => one[name]),
  });
  const panels = [
    {
      title: 'Memory, MiB',
      lines: [
        line('rss', 'process (RSS)'),
        line('heap_gates', 'heap, gates'),
        line('heap_main', 'heap, main'),
        line('heap_ledger', 'heap, ledger'),
        line('heap_detector', 'heap, detector'),
        line('external', 'buffers, all threads'),
      ],
    },
    {
      title: 'Latency to the end of an answer, ms',
      lines: [line('total_p50', 'p50'), line('total_p99', 'p99')],
    },
    {
      title: 'Latency to the head of an answer, ms',
      lines: [line('head_p50', 'p50'), line('head_p99', 'p99')],
    },
    {
      title: 'Lag of followers, entries',
      lines: [line('lag_projections', 'projections'), line('lag_detector', 'detector')],
    },
    {
      title: 'Delay of event loops, p99, ms',
      lines: [line('loop_delay_gates_p99', 'gates'), line('loop_delay_main_p99', 'main')],
    },
    {
      title: 'Answers between two samples',
      lines: [line('released', 'released'), line('refused', 'refused'), line('cut', 'cut off')],
    },
  ];
  const title = `Soak of ${options.minutes} min at ${options.rate} exchanges a second${options.faults ? ', with faults' : ''}; ${machine}`;
  const times = samples.map(({ time }) => time);
  writeFileSync(join(options.out, 'soak.svg'), plotSvg(title, times, panels, marks));
}

async function main(): Promise<number> {
  const options = readOptions();
  if (typeof options === 'string') {
    process.stdout.write(`${options}\n`);
    return options === HELP ? 0 : 2;
  }
  process.stdout.write(
    `Soak of ${options.minutes} minutes, seed ${options.seed}; results go to ${options.out}\n`,
  );
  const { minutes, rate, faults } = options;
  const diskBytes = 2 ** 27 + minutes * 60 * rate * EXCHANGE_BYTES;
  const stage = await openStage({ diskBytes: faults ? diskBytes : undefined });
  try {
    if (faults && !stage.realDisk)
      process.stdout.write('No disk can be mounted here, so a full one is made of calls that fail.\n');
    const course = await runCourse(stage, options);
    const checks = await conclude(stage, options, course);
    write(options, course, checks);
    process.stdout.write('\n');
    for (const { name, passed, told } of checks)
      process.stdout.write(`${passed ? 'pass' : 'FAIL'}  ${name.padEnd(10)} ${told}\n`);
    return checks.every(({ passed }) => passed) ? 0 : 1;
  } finally {
    await stage.close();
  }
}

process.exitCode = await main();
