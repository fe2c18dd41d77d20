import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A program under measurement: its process leads a group of its own, so that all of it ends together. */
export type Program = { readonly pid: number; output(): string; readonly ended: boolean };

export type ProgramOptions = {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
};

const OUTPUT_CHARS_MAX = 8_000;

/** Everything a bench started; `close` ends the programs and removes the folders, also when the bench is stopped. */
export type Programs = {
  start(command: string, args: readonly string[], options?: ProgramOptions): Program;
  /** An empty folder. */
  folder(): string;
  close(): void;
};

export function createPrograms(): Programs {
  const children = new Set<ChildProcess>();
  const folders = new Set<string>();
  const close = (): void => {
    for (const child of children) kill(child);
    for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    children.clear();
    folders.clear();
  };
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ] as const) {
    process.once(signal, () => {
      close();
      process.exit(128 + number);
    });
  }
  process.once('exit', close);
  return {
    start(command, args, options = {}) {
      const child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
      children.add(child);
      child.on('exit', () => children.delete(child));
      return watch(child, command);
    },
    folder() {
      const made = mkdtempSync(join(tmpdir(), 'portcullis-bench-'));
      folders.add(made);
      return made;
    },
    close,
  };
}

function watch(child: ChildProcess, command: string): Program {
  let printed = '';
  const keep = (text: Buffer): void => void (printed = (printed + text.toString()).slice(-OUTPUT_CHARS_MAX));
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  child.on('error', (error) => (printed += `\n${command}: ${error.message}`));
  return {
    pid: child.pid ?? 0,
    output: () => printed,
    get ended() {
      return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
    },
  };
}

/** The whole group, at once: nothing that is measured has anything to lose. */
function kill(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}

/** Waits until somebody listens. @throws Error with the program's output where it ends first, or is too slow */
export async function waitForPort(program: Program, port: number, timeoutMs = 60_000): Promise<void> {
  await waitFor(program, () => isListening(port), timeoutMs);
}

/** @throws Error with the program's output where it ends first, or is too slow */
export async function waitFor(
  program: Program,
  ready: () => boolean | Promise<boolean>,
  timeoutMs = 60_000,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await ready())) {
    if (program.ended || performance.now() > deadline)
      throw new Error(`it did not start. ${program.output().trim().slice(-600)}`);
    await sleep(50);
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
