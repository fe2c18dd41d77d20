// How fast the ledger makes entries durable, on this machine's disk. Run by hand: see bench/README.md.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openAddFront } from './harness/add-front.ts';
import { admission, openBenchLedger } from './harness/bench-ledger.ts';
import { describeMachine } from './harness/machine.ts';
import { markdownTable } from './harness/markdown.ts';
import { percentile } from './harness/numbers.ts';
import { installHammer } from './harness/peers.ts';
import { createPrograms, type Programs } from './harness/programs.ts';

const HELP = `Usage: npm run bench:ledger -- [options]

Durable entries a second with real fsyncs, the time from append to durable, and what an entry takes on disk.

  --seconds N    seconds of each measurement (default 5)
  --bytes N      sealed content of each entry (default 1000)
  --hammer       only let Tessera's hammer drive a ledger over HTTP; it is fetched the first time, with Go
  --writers N    with --hammer: its writers, each of which waits for its answer (default 256)
  --serve        only serve such a ledger until Ctrl-C, and print its address and key
  --help
`;
/** Appends that wait at once. */
const WAITING = [1, 100, 1000, 10_000];
const PACED_PER_SECOND = 1000;
const TICK_MS = 1;

type Row = { readonly name: string; readonly append: (ledger: Ledger, endMs: number) => Promise<number[]> };
type Ledger = Awaited<ReturnType<typeof openBenchLedger>>;

/** As many appends wait at once as it says. @returns the time each took, in milliseconds */
async function saturated(
  ledger: Ledger,
  waiting: number,
  sealed: Uint8Array,
  endMs: number,
): Promise<number[]> {
  const timesMs: number[] = [];
  const one = async (): Promise<void> => {
    while (performance.now() < endMs) {
      const startedMs = performance.now();
      await ledger.appender.append(admission(sealed));
      timesMs.push(performance.now() - startedMs);
    }
  };
  await Promise.all(Array.from({ length: waiting }, one));
  return timesMs;
}

/** So many a second, whether the earlier ones are durable or not; each counts from when it was due. */
async function paced(ledger: Ledger, sealed: Uint8Array, endMs: number): Promise<number[]> {
  const timesMs: number[] = [];
  const appending: Promise<void>[] = [];
  const startedMs = performance.now();
  for (let n = 0; performance.now() < endMs; ) {
    for (; startedMs + (n * 1000) / PACED_PER_SECOND <= performance.now(); n++) {
      const dueMs = startedMs + (n * 1000) / PACED_PER_SECOND;
      const append = ledger.appender.append(admission(sealed));
      appending.push(append.then(() => void timesMs.push(performance.now() - dueMs)));
    }
    await sleep(TICK_MS);
  }
  await Promise.all(appending);
  return timesMs;
}

async function measure(programs: Programs, row: Row, seconds: number): Promise<string[]> {
  const ledger = await openBenchLedger(programs);
  // Until the compiler has seen it all.
  await row.append(ledger, performance.now() + Math.min(1000, seconds * 200));
  const before = await ledger.thread.stats();
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  const timesMs = await row.append(ledger, startedMs + seconds * 1000);
  const tookSeconds = (performance.now() - startedMs) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const stats = await ledger.stop();
  const entries = stats.entries - before.entries;
  const commits = stats.commits - before.commits;
  return [
    row.name,
    Math.round(timesMs.length / tookSeconds).toString(),
    percentile(timesMs, 0.5).toFixed(2),
    percentile(timesMs, 0.99).toFixed(2),
    percentile(timesMs, 1).toFixed(1),
    (entries / commits).toFixed(1),
    ((stats.commitMs - before.commitMs) / commits).toFixed(2),
    ((user + system) / entries).toFixed(0),
    stats.ledgerBytes.toFixed(0),
    stats.vaultBytes.toFixed(0),
  ];
}

async function measureAll(programs: Programs, seconds: number, sealedBytes: number): Promise<string> {
  const sealed = new Uint8Array(sealedBytes);
  const rows: Row[] = [
    { name: `${PACED_PER_SECOND} a second`, append: (ledger, endMs) => paced(ledger, sealed, endMs) },
    ...WAITING.map((waiting) => ({
      name: `${waiting} wait at once`,
      append: (ledger: Ledger, endMs: number) => saturated(ledger, waiting, sealed, endMs),
    })),
  ];
  const lines: string[][] = [];
  for (const row of rows) {
    process.stderr.write(`${row.name}\n`);
    lines.push(await measure(programs, row, seconds));
  }
  const heads = [
    '',
    'entries/s',
    'durable p50 ms',
    'p99',
    'max',
    'a commit',
    'commit ms',
    'CPU µs an entry',
    'ledger B',
    'vault B',
  ];
  return `${seconds} s each, ${sealedBytes} bytes of content an entry.\n\n${markdownTable(heads, lines)}\n`;
}

/** Tessera's load generator against the ledger over HTTP: it checks signatures, inclusion and consistency while it writes and reads. */
async function hammer(programs: Programs, seconds: number, writers: number): Promise<string> {
  const { program: command, version } = installHammer();
  const ledger = await openBenchLedger(programs);
  const front = await openAddFront(ledger);
  const [vkey = ''] = ledger.thread.vkeys;
  const program = programs.start(command, [
    `--log_url=${front.url}/`,
    `--log_public_key=${vkey}`,
    `--num_writers=${writers}`,
    '--max_write_ops=100000',
    '--num_readers_random=2',
    '--num_readers_full=2',
    '--max_read_ops=100',
    '--show_ui=false',
    `--log_dir=${programs.folder()}`,
    '--logtostderr=false',
    '--stderrthreshold=1',
    `--max_runtime=${seconds}s`,
  ]);
  const startedMs = performance.now();
  while (!program.ended && performance.now() - startedMs < (seconds + 15) * 1000) await sleep(100);
  const tookSeconds = (performance.now() - startedMs) / 1000;
  const complaints = program.output().match(/^[WEF]\d.*$/gm) ?? [];
  await front.close();
  const stats = await ledger.stop();
  return [
    `hammer ${version}, ${writers} writers, ${tookSeconds.toFixed(0)} s over HTTP in one thread with the appender.`,
    `${front.addedMs.length} leaves (${Math.round(front.addedMs.length / tookSeconds)} a second), ${front.failed} pushed back, p50 ${percentile(front.addedMs, 0.5).toFixed(1)} ms, p99 ${percentile(front.addedMs, 0.99).toFixed(1)} ms, ${(stats.entries / stats.commits).toFixed(1)} a commit.`,
    complaints.length === 0
      ? 'It complained of nothing.'
      : `It complained: ${complaints.slice(-3).join(' / ')}`,
    '',
  ].join('\n');
}

async function serve(programs: Programs): Promise<void> {
  const ledger = await openBenchLedger(programs);
  const front = await openAddFront(ledger);
  process.stdout.write(`${front.url}/\n${ledger.thread.vkeys[0]}\nCtrl-C ends it.\n`);
  await new Promise(() => {});
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '5' },
      bytes: { type: 'string', default: '1000' },
      hammer: { type: 'boolean', default: false },
      writers: { type: 'string', default: '256' },
      serve: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const programs = createPrograms();
  const seconds = Number(values.seconds);
  try {
    if (values.serve) return await serve(programs);
    const text = values.hammer
      ? await hammer(programs, seconds, Number(values.writers))
      : await measureAll(programs, seconds, Number(values.bytes));
    process.stdout.write(`\n${describeMachine()}\n\n${text}`);
  } finally {
    programs.close();
  }
}

await main();
process.exit();
