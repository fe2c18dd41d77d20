// Where the CPU goes: runs Portcullis under load with V8's sampling profiler. Run by hand: see bench/README.md.
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createCaller, saturate } from './harness/load.ts';
import { startPortcullis } from './harness/portcullis.ts';
import { hottest, readProfiles } from './harness/cpu-profile.ts';
import { createPrograms, type Program } from './harness/programs.ts';
import { startUpstream } from './harness/targets.ts';

const HELP = `Usage: npm run bench:profile -- [options]

  --seconds N    seconds under load (default 10)
  --shape NAME   plain or stream (default plain)
  --out DIR      where the .cpuprofile files go, one a thread (default bench/profiles)
  --help
`;
const CONNECTIONS = 128;
const TOP = 25;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '10' },
      shape: { type: 'string', default: 'plain' },
      out: { type: 'string', default: 'bench/profiles' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const folder = resolve(values.out);
  mkdirSync(folder, { recursive: true });
  const programs = createPrograms();
  try {
    const startedMs = Date.now();
    const options = ['--cpu-prof', `--cpu-prof-dir=${folder}`];
    const target = await startPortcullis(programs, await startUpstream(programs), options);
    const caller = createCaller(target, CONNECTIONS);
    const end = performance.now() + Number(values.seconds) * 1000;
    const shape = values.shape === 'stream' ? 'stream' : 'plain';
    const answered = await saturate(caller, shape, CONNECTIONS, () => performance.now() >= end);
    await caller.close();
    // Profiles are written at a proper end only.
    process.kill(target.pid, 'SIGTERM');
    await ended(target.program);
    process.stdout.write(`${answered} answered in ${values.seconds} s\n`);
    for (const profile of readProfiles(folder, startedMs)) process.stdout.write(hottest(profile, TOP));
  } finally {
    programs.close();
  }
}

async function ended(program: Program): Promise<void> {
  const late = performance.now() + 30_000;
  while (!program.ended && performance.now() < late) await sleep(100);
}

await main();
process.exit();
