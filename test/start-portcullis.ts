import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AdminClient, createAdminClient } from '../packages/server/src/test/admin-client.ts';
import { endChild } from '../packages/server/src/test/end-child.ts';

/** The program as a person starts it, in a process of its own, on ports of its own. */
export type Running = {
  readonly gateUrl: string;
  readonly adminUrl: string;
  readonly process: ChildProcess;
  /** As the admin of practice mode. */
  readonly admin: AdminClient;
  /** Tokens by operator name, in practice mode. */
  readonly tokens: Readonly<Record<string, string>>;
  /** Everything printed so far. */
  output(): string;
  /** Resolves with the exit code. */
  stop(signal: NodeJS.Signals): Promise<number | null>;
};

export const ROOT = resolve(import.meta.dirname, '..');
export const BIN = join(ROOT, 'packages/server/bin/portcullis.js');
const NODE_OPTIONS = ['--conditions=portcullis-source', '--disable-warning=ExperimentalWarning'];

/** Arguments that run a command of the program with the Node that runs the test. */
export function command(...args: readonly string[]): [string, string[]] {
  return [process.execPath, [...NODE_OPTIONS, BIN, ...args]];
}

/** An empty folder and the programs started in it; when the test ends they are killed, then the folder is removed. */
export type Scene = {
  readonly folder: string;
  start(args?: readonly string[], limits?: StartLimits): Promise<Running>;
};

/** `openFilesMax`: what the system lets the program have open at once. */
export type StartLimits = { readonly openFilesMax?: number };

export function openScene(t: { after(fn: () => Promise<void>): void }): Scene {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-'));
  const children: ChildProcess[] = [];
  t.after(async () => {
    await Promise.all(children.map((child) => endChild(child, 'SIGKILL')));
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return {
    folder,
    start: (args = [], limits = {}) => startPortcullis(folder, args, limits, (child) => children.push(child)),
  };
}

/** Starts the program and waits until it serves. @throws Error with its output where it does not within 30 s */
async function startPortcullis(
  cwd: string,
  args: readonly string[],
  { openFilesMax }: StartLimits,
  onSpawn: (child: ChildProcess) => void,
): Promise<Running> {
  const dataDir = join(cwd, 'portcullis-data');
  const [node, nodeArgs] = command('start', '--data', dataDir, '--port', '0', '--admin-port', '0', ...args);
  const [program, programArgs] =
    openFilesMax === undefined
      ? [node, nodeArgs]
      : ['sh', ['-c', 'ulimit -n "$0" && exec "$@"', String(openFilesMax), node, ...nodeArgs]];
  const child = spawn(program, programArgs, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: cleanEnvironment(),
  });
  onSpawn(child);
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  }
  const run = await waitForRun(dataDir, child, () => printed);
  const tokens = readTokens(dataDir);
  return {
    gateUrl: run.gateUrl,
    adminUrl: run.adminUrl,
    process: child,
    tokens,
    admin: createAdminClient(run.adminUrl, tokens['admin'] ?? ''),
    output: () => printed,
    stop: (signal) => endChild(child, signal),
  };
}

/** The environment without anything that would make the program front a real upstream. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const env = { ...process.env };
  for (const name of Object.keys(env)) {
    if (/^(OPENAI|ANTHROPIC|PORTCULLIS)_/.test(name)) delete env[name];
  }
  return env;
}

type Run = { readonly pid: number; readonly gateUrl: string; readonly adminUrl: string };

async function waitForRun(dataDir: string, child: ChildProcess, output: () => string): Promise<Run> {
  const deadline = performance.now() + 30_000;
  while (performance.now() < deadline && child.exitCode === null) {
    const run = readJson<Run>(join(dataDir, 'run.json'));
    if (run?.pid === child.pid) return run as Run;
    await sleep(50);
  }
  child.kill('SIGKILL');
  throw new Error(`Portcullis did not start serving.\n${output()}`);
}

function readTokens(dataDir: string): Record<string, string> {
  return readJson<Record<string, string>>(join(dataDir, 'practice-operators.json')) ?? {};
}

function readJson<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch {
    return undefined;
  }
}
