import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { decodeEntry } from '@portcullis/record';
import { createLedgerReader } from '../../packages/server/src/ledger/ledger-reader.ts';
import { startLedgerThread } from '../../packages/server/src/ledger/start-ledger-thread.ts';
import { nodeFileSystem } from '../../packages/server/src/seams/file-system-node.ts';
import { fsckDataDir } from '../../packages/server/src/start/fsck-data-dir.ts';

// The real program in a process of its own, and the judge of what it leaves behind on a real disk.

const CHILD = fileURLToPath(new URL('./append-child.ts', import.meta.url));
const CHILD_MS_MAX = 20_000;
const limits = { pendingEntriesMax: 1000, pendingBytesMax: 10_000_000 };
export const REAL_LEDGER = {
  origin: 'ledger.example/crash',
  publishIntervalMs: 60_000,
  archiveIntervalMs: 0,
  ...limits,
};

export type ChildResult = {
  /** `index account`, each whole line that was printed. */
  readonly acknowledged: readonly string[];
  readonly exitCode: number | null;
  readonly hung: boolean;
  /** The last lines of what it complained of. */
  readonly complaint: string;
};

/** Starts append-child.ts. @param strace its arguments, where it is to run under it */
export function startChild(dataDir: string, commits: string, strace: readonly string[] = []) {
  const node = [process.execPath, '--conditions=portcullis-source', '--disable-warning=ExperimentalWarning'];
  const [command, ...args] = [
    ...(strace.length > 0 ? ['strace', ...strace] : []),
    ...node,
    CHILD,
    dataDir,
    commits,
  ];
  const child = spawn(command as string, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  let complaint = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  child.stderr
    .setEncoding('utf8')
    .on('data', (text: string) => (complaint = (complaint + text).slice(-2000)));
  const ended = once(child, 'close');
  return {
    kill: () => child.kill('SIGKILL'),
    /** Resolves once so many lines were printed, or it has ended. */
    async lines(count: number): Promise<void> {
      while (printed.split('\n').length <= count && child.exitCode === null && child.signalCode === null)
        await Promise.race([once(child.stdout, 'data'), ended]);
    },
    async result(): Promise<ChildResult> {
      let hung = false;
      const timer = setTimeout(() => {
        hung = true;
        child.kill('SIGKILL');
      }, CHILD_MS_MAX);
      await ended;
      clearTimeout(timer);
      const acknowledged = printed
        .split('\n')
        .slice(0, -1)
        .filter((line) => line !== 'started');
      return { acknowledged, exitCode: child.exitCode, hung, complaint };
    },
  };
}

/** Runs it to its end; one that would stay is killed after its two commits. */
export async function runChild(
  dataDir: string,
  commits: string,
  strace: readonly string[] = [],
): Promise<ChildResult> {
  const child = startChild(dataDir, commits, strace);
  if (commits === 'forever') {
    await child.lines(3);
    child.kill();
  }
  return child.result();
}

/** fsck, going on, fsck, and every acknowledged entry where it was. @returns what was wrong */
export async function judgeReal(
  dataDir: string,
  acknowledged: readonly string[],
): Promise<string | undefined> {
  const first = await fsckDataDir(dataDir);
  if (!first.ok) return `fsck after the crash: ${first.sentence}`;
  try {
    const thread = await startLedgerThread({
      config: { dataDir, ledger: REAL_LEDGER },
      software: 'portcullis test',
    });
    await thread.stop();
  } catch (error) {
    return `It does not go on: ${(error as Error).message}`;
  }
  const after = await fsckDataDir(dataDir);
  if (!after.ok) return `fsck after going on: ${after.sentence}`;
  const reader = createLedgerReader(dataDir, nodeFileSystem);
  for (const line of acknowledged) {
    const [index, account] = line.split(' ');
    const bytes = reader.entry(Number(index));
    const entry = bytes === undefined ? undefined : decodeEntry(bytes);
    if (entry?.type !== 'account.created' || entry.account !== account)
      return `${line} was acknowledged and is lost.`;
  }
  return undefined;
}
