// Where the CPU goes: runs Portcullis under load with V8's sampling profiler. Run by hand: see bench/README.md.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createCaller, saturate } from './harness/load.ts';
import { startPortcullis } from './harness/portcullis.ts';
import { type CpuProfile, entryFile, hottest, readProfiles, without } from './harness/cpu-profile.ts';
import { flameGraph } from './harness/flame-graph.ts';
import { markdownTable } from './harness/markdown.ts';
import { PARTS, shareByPart } from './harness/profile-parts.ts';
import { createPrograms, type Program } from './harness/programs.ts';
import { startUpstream } from './harness/targets.ts';

const HELP = `Usage: npm run bench:profile -- [options]

  --seconds N    seconds under load, of which the last half is shown (default 40)
  --shape NAME   plain or stream (default plain)
  --out DIR      where the .cpuprofile files go, one a thread (default bench/profiles)
  --graphs DIR   where the flame graphs go, one a thread (default bench/profiles)
  --help
`;
const CONNECTIONS = 128;
const TOP = 25;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '40' },
      shape: { type: 'string', default: 'plain' },
      out: { type: 'string', default: 'bench/profiles' },
      graphs: { type: 'string', default: 'bench/profiles' },
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
    const profiles = readProfiles(folder, startedMs).map((profile) =>
      without(profile, Number(values.seconds) * 500),
    );
    for (const profile of profiles) process.stdout.write(hottest(profile, TOP));
    process.stdout.write(`\n${partsTable(profiles)}`);
    writeGraphs(profiles, resolve(values.graphs), shape);
  } finally {
    programs.close();
  }
}

/** What each thread's time goes to, as RESULTS.md has it. */
function partsTable(profiles: readonly CpuProfile[]): string {
  const shares = profiles.map((profile) => new Map(shareByPart(profile)));
  const rows = PARTS.map((part) => [part, ...shares.map((share) => percent(share.get(part)))]);
  return markdownTable(['', ...profiles.map(entryFile)], rows);
}

function percent(share: number | undefined): string {
  return share === undefined || share < 0.005 ? '' : `${Math.round(share * 100)} %`;
}

function writeGraphs(profiles: readonly CpuProfile[], folder: string, shape: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [i, profile] of profiles.entries()) {
    const thread = entryFile(profile).replace(/^run-|(-thread)?\..*$/g, '');
    const same = profiles.slice(0, i).filter((other) => entryFile(other) === entryFile(profile)).length;
    const name = `${thread}${same === 0 ? '' : `-${same + 1}`}-${shape}.svg`;
    writeFileSync(join(folder, name), flameGraph(profile, `Portcullis, ${thread}, ${shape}`));
  }
}

async function ended(program: Program): Promise<void> {
  const late = performance.now() + 30_000;
  while (!program.ended && performance.now() < late) await sleep(100);
}

await main();
process.exit();
