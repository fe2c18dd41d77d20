import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import type { FuzzTarget } from '../target.ts';
import { CACHE, FUZZER } from './install.ts';

const ROOT = join(import.meta.dirname, '../../..');
const FINDINGS = join(import.meta.dirname, '../findings');
/** One input may take this long before that is a finding. */
const TIMEOUT_MS = 10_000;
const INPUT_BYTES_MAX = 8192;
const MEMORY_MIB_MAX = 2048;
const PROGRESS_MS = 5_000;
/** Lines of the fuzzer that are kept to be shown with a finding. */
const LINES_KEPT = 60;

export type FuzzRun = {
  readonly runs: number;
  readonly runsPerSecond: number;
  /** Places in the code that were reached, and of these with how often and what was compared there. */
  readonly edges: number;
  readonly features: number;
  readonly inputs: number;
  /** Files with what was found, as paths from the root. */
  readonly findings: readonly string[];
  readonly ended: 'time' | 'finding' | 'failed' | 'stopped';
  readonly lastLines: readonly string[];
};

type Progress = { runs: number; edges: number; features: number; inputs: number; runsPerSecond: number };

/** Fuzzes one target until the time is over or something is found. `signal` ends it early. */
export async function runFuzzer(
  target: FuzzTarget,
  options: { readonly seconds: number; readonly seed: number; readonly signal: AbortSignal },
  say: (line: string) => void,
): Promise<FuzzRun> {
  const started = performance.now();
  const child = start(target, options.seconds, options.seed);
  options.signal.addEventListener('abort', () => child.kill('SIGKILL'), { once: true });
  const progress: Progress = { runs: 0, edges: 0, features: 0, inputs: 0, runsPerSecond: 0 };
  const lastLines: string[] = [];
  const findings: string[] = [];
  let saidMs = started;
  for await (const line of createInterface({ input: child.stderr as NodeJS.ReadableStream })) {
    lastLines.push(line);
    if (lastLines.length > LINES_KEPT) lastLines.shift();
    const written = /Test unit written to (.+)$/.exec(line)?.[1];
    if (written !== undefined) findings.push(relative(ROOT, written));
    if (!readProgress(line, progress) || performance.now() - saidMs < PROGRESS_MS) continue;
    saidMs = performance.now();
    say(
      `${target.name.padEnd(17)} ${((saidMs - started) / 1000).toFixed(0).padStart(4)} s  ${spell(progress)}`,
    );
  }
  const code = child.exitCode ?? (await new Promise((resolve) => child.once('exit', resolve)));
  const failed = code === 0 ? 'time' : findings.length > 0 ? 'finding' : 'failed';
  return { ...progress, findings, ended: options.signal.aborted ? 'stopped' : failed, lastLines };
}

export function spell({ runs, runsPerSecond, edges, features, inputs }: Progress): string {
  const count = (value: number): string => value.toLocaleString('en');
  return `${count(runs)} runs, ${count(runsPerSecond)}/s, ${count(edges)} edges, ${count(features)} features, ${count(inputs)} inputs kept`;
}

function start(target: FuzzTarget, seconds: number, seed: number): ChildProcess {
  const corpus = join(CACHE, 'corpora', target.name);
  const seeds = join(CACHE, 'seeds', target.name);
  const findings = join(FINDINGS, target.name);
  for (const folder of [corpus, seeds, findings]) mkdirSync(folder, { recursive: true });
  for (const bytes of target.seeds())
    writeFileSync(join(seeds, createHash('sha256').update(bytes).digest('hex')), bytes);
  const words = join(CACHE, 'seeds', `${target.name}.words`);
  writeFileSync(words, (target.words ?? []).map((word) => `"${escape(word)}"\n`).join(''));
  const args = [
    '--conditions=portcullis-source',
    '--disable-warning=ExperimentalWarning',
    `--import=${join(import.meta.dirname, 'strip-types.mjs')}`,
    FUZZER,
    join(import.meta.dirname, 'entry.mjs'),
    corpus,
    seeds,
    ...['packages/', ...(target.alsoInstrument ?? [])].map((path) => `--includes=${path}`),
    '--sync',
    '--disable_bug_detectors=.*',
    `--timeout=${TIMEOUT_MS}`,
    '--',
    `-max_total_time=${seconds}`,
    `-seed=${seed}`,
    `-max_len=${INPUT_BYTES_MAX}`,
    `-rss_limit_mb=${MEMORY_MIB_MAX}`,
    `-artifact_prefix=${findings}/`,
    `-dict=${words}`,
  ];
  const env = { ...process.env, PORTCULLIS_FUZZ_TARGET: target.name };
  return spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'ignore', 'pipe'] });
}

/** The fuzzer's words are Latin-1 with hexadecimal escapes. */
function escape(word: string): string {
  return [...Buffer.from(word)]
    .map((byte) =>
      byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c
        ? `\\x${byte.toString(16).padStart(2, '0')}`
        : String.fromCharCode(byte),
    )
    .join('');
}

function readProgress(line: string, progress: Progress): boolean {
  const found = /^#(\d+)\s+\w+\s+cov: (\d+) ft: (\d+) corp: (\d+)\/\S+ .*exec\/s: (\d+)/.exec(line);
  if (found === null) return false;
  const [runs, edges, features, inputs, runsPerSecond] = found.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  Object.assign(progress, { runs, edges, features, inputs, runsPerSecond });
  return true;
}
