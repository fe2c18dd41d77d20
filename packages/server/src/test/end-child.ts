import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Ends a child process where it still runs, and waits for that. @returns its exit code, null where a signal ended it */
export async function endChild(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
  return child.exitCode;
}
