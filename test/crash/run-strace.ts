// `npm run crash:strace`: the real ledger process with real files and SQLite, under strace, which makes one system call fail or kills there.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createProgress } from './progress.ts';
import { createRandom, shuffled } from './random.ts';
import { judgeReal, runChild } from './real-ledger.ts';

const HELP = `npm run crash:strace -- [--seconds N] [--seed N] [--case ID]

Starts the real ledger process under strace again and again. Each time one call on one file of the data directory fails with an error, or the
process is killed there; then fsck, the comparison with what was acknowledged, a start that goes on, and fsck again. Needs strace (Linux:
apt-get install strace, dnf install strace). Not tried here, as strace can not: short writes, and calls that do their work and fail (see npm run crash).

  --seconds N   how long (default 60)
  --seed N      the order (default 1)
  --case ID     one case, as a failing run prints it

Exit code: 0 nothing was noticed, 1 something was, 2 the arguments are wrong or strace is not there.

  npm run crash:strace -- --case 'again/fdatasync:staging/commits#2=EIO'`;

const CALLS: Readonly<Record<string, readonly string[]>> = {
  openat: ['SIGKILL', 'EIO', 'EMFILE', 'ENOSPC'],
  mkdir: ['SIGKILL', 'EIO', 'ENOSPC', 'EDQUOT'],
  link: ['SIGKILL', 'EIO', 'ENOSPC', 'EDQUOT'],
  linkat: ['SIGKILL', 'EIO', 'ENOSPC', 'EDQUOT'],
  rename: ['SIGKILL', 'EIO', 'ENOSPC', 'EDQUOT'],
  fsync: ['SIGKILL', 'EIO', 'ENOSPC', 'EDQUOT'],
  fdatasync: ['SIGKILL', 'EIO', 'ENOSPC', 'EDQUOT'],
  close: ['SIGKILL', 'EIO'],
  write: ['SIGKILL', 'EIO', 'ENOSPC', 'EDQUOT'],
  pwrite64: ['SIGKILL', 'EIO', 'ENOSPC', 'EDQUOT'],
  read: ['SIGKILL', 'EIO'],
  pread64: ['SIGKILL', 'EIO'],
  ftruncate: ['SIGKILL', 'EIO'],
  unlink: ['SIGKILL', 'EIO'],
};

/** `first`: nothing is there yet; `again`: a ledger whose writer was killed with commits unpublished. */
const BEGINNINGS = ['first', 'again'] as const;
type StraceCase = {
  readonly beginning: (typeof BEGINNINGS)[number];
  readonly call: string;
  /** Below the data directory; empty for itself. */
  readonly path: string;
  readonly nth: number;
  readonly how: string;
};

const spell = ({ beginning, call, path, nth, how }: StraceCase): string =>
  `${beginning}/${call}:${path}#${nth}=${how}`;

function parseCase(id: string): StraceCase {
  const [, beginning, call, path, nth, how] =
    /^(first|again)\/([a-z0-9]+):([^#]*)#([1-9]\d*)=([A-Z]+)$/.exec(id) ?? [];
  if (call === undefined || how === undefined || CALLS[call]?.includes(how) !== true)
    throw new Error(`"${id}" is no case: it is first|again/call:path#n=error.`);
  return {
    beginning: beginning as StraceCase['beginning'],
    call,
    path: path as string,
    nth: Number(nth),
    how,
  };
}

/** Every call on a file of the data directory that a run makes, with each error. */
function casesOf(
  beginning: StraceCase['beginning'],
  trace: readonly string[],
  dataDir: string,
): StraceCase[] {
  const counts = new Map<string, number>();
  return trace.flatMap((line) => {
    const call = /^\d+\s+([a-z0-9]+)\(/.exec(line)?.[1] ?? '';
    // Of two names the last: what a rename or a link makes. Of a descriptor what it leads to.
    const named = [...line.matchAll(/"([^"]*)"/g)].map((match) => match[1] as string);
    const byName = /^(?:openat|mkdir|link|linkat|rename|unlink)$/.test(call);
    const path = byName ? named.at(-1) : /\(\d+<([^>]*)>/.exec(line)?.[1];
    if (path === undefined || !`${path}/`.startsWith(`${dataDir}/`)) return [];
    const below = path.slice(dataDir.length + 1);
    const nth = (counts.get(`${call}:${below}`) ?? 0) + 1;
    counts.set(`${call}:${below}`, nth);
    return (CALLS[call] ?? []).map((how) => ({ beginning, call, path: below, nth, how }));
  });
}

/** A lock that was read must be durable before what it says is published: its log is synced first. */
function checkOrder(trace: readonly string[]): void {
  const synced = trace.findIndex((line) => /\bf(?:data)?sync\(.*lock\.sqlite-wal/.test(line));
  const published = trace.findIndex((line) => /\brename\(.*ledger\/checkpoint"/.test(line));
  if (synced === -1 || published === -1 || synced > published)
    throw new Error('A start published a checkpoint before the lock that it read was synced.');
}

type Scene = { readonly folder: string; readonly acknowledged: readonly string[] };

async function prepare(folder: string): Promise<Scene> {
  const killed = await runChild(join(folder, 'again'), 'forever');
  return { folder, acknowledged: killed.acknowledged };
}

async function traceRun(scene: Scene, beginning: StraceCase['beginning']): Promise<StraceCase[]> {
  const dataDir = copyOf(scene, beginning);
  const file = join(scene.folder, 'trace');
  await runChild(dataDir, '4', [
    '-f',
    '-y',
    '-s',
    '4096',
    '-e',
    `trace=${Object.keys(CALLS).join(',')}`,
    '-o',
    file,
  ]);
  const trace = readFileSync(file, 'utf8').split('\n');
  if (beginning === 'again') checkOrder(trace);
  rmSync(dataDir, { recursive: true });
  return casesOf(beginning, trace, dataDir);
}

function copyOf({ folder }: Scene, beginning: StraceCase['beginning']): string {
  const dataDir = join(folder, 'data');
  rmSync(dataDir, { recursive: true, force: true });
  if (beginning === 'again') cpSync(join(folder, 'again'), dataDir, { recursive: true });
  return dataDir;
}

/** @returns what was noticed, and whether the call was met */
async function runCase(
  scene: Scene,
  straceCase: StraceCase,
): Promise<{ noticed: string | undefined; met: boolean }> {
  const { beginning, call, path, nth, how } = straceCase;
  const dataDir = copyOf(scene, beginning);
  const file = join(scene.folder, 'trace');
  const fault = how === 'SIGKILL' ? `signal=${how}` : `error=${how}`;
  const inject = ['-e', `trace=${call}`, '-e', `inject=${call}:${fault}:when=${nth}`];
  const child = await runChild(dataDir, '4', ['-f', '-P', join(dataDir, path), ...inject, '-o', file]);
  const met = /\(INJECTED\)|killed by SIGKILL/.test(readFileSync(file, 'utf8'));
  const before = beginning === 'again' ? scene.acknowledged : [];
  const noticed = child.hung ? 'It hung.' : await judgeReal(dataDir, [...before, ...child.acknowledged]);
  return { noticed, met };
}

async function runAll(scene: Scene, seed: number, seconds: number): Promise<number> {
  const endMs = performance.now() + seconds * 1000;
  const cases: StraceCase[] = [];
  for (const beginning of BEGINNINGS) cases.push(...(await traceRun(scene, beginning)));
  const progress = createProgress();
  const counts = { ran: 0, met: 0, noticed: 0 };
  for (const straceCase of shuffled(cases, createRandom(seed, 'strace'))) {
    if (performance.now() >= endMs) break;
    const { noticed, met } = await runCase(scene, straceCase);
    counts.ran += 1;
    if (met) counts.met += 1;
    if (noticed !== undefined) {
      counts.noticed += 1;
      progress.end();
      console.log(`✖ ${noticed}\n  npm run crash:strace -- --case '${spell(straceCase)}'`);
    }
    progress.show(`${counts.ran} of ${cases.length} cases, ${counts.noticed} noticed`);
  }
  progress.end();
  console.log(
    `seed ${seed}: ${counts.ran} of ${cases.length} cases ran, ${counts.met} met their call, ${counts.noticed} noticed`,
  );
  return counts.noticed > 0 || counts.met === 0 ? 1 : 0;
}

async function main(): Promise<number> {
  const text = { type: 'string' } as const;
  let one: StraceCase | undefined;
  let numbers: number[];
  try {
    const { values } = parseArgs({
      options: { seconds: text, seed: text, case: text, help: { type: 'boolean' } },
    });
    if (values.help === true) return (console.log(HELP), 0);
    numbers = [values.seconds ?? '60', values.seed ?? '1'].map(Number);
    if (!numbers.every((number) => Number.isSafeInteger(number) && number >= 0))
      throw new Error('--seconds and --seed are whole numbers.');
    one = values.case === undefined ? undefined : parseCase(values.case);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    return 2;
  }
  const version = straceVersion();
  if (version === undefined) return 2;
  console.log(version);
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-strace-'));
  try {
    const scene = await prepare(folder);
    const [seconds, seed] = numbers as [number, number];
    if (one === undefined) return await runAll(scene, seed, seconds);
    const { noticed, met } = await runCase(scene, one);
    console.log(
      `${noticed === undefined ? '✔' : '✖'} ${spell(one)}: ${noticed ?? 'nothing was noticed'}${met ? '' : ' (the call was not met)'}`,
    );
    return noticed === undefined ? 0 : 1;
  } finally {
    if (existsSync(folder)) rmSync(folder, { recursive: true, force: true });
  }
}

function straceVersion(): string | undefined {
  try {
    return execFileSync('strace', ['--version'], { encoding: 'utf8' }).split('\n')[0];
  } catch {
    console.error(
      'NOT RUN: strace is not installed. It is in the packages of Linux: apt-get install strace, or dnf install strace. Elsewhere use npm run crash.',
    );
    return undefined;
  }
}

process.exitCode = await main();
