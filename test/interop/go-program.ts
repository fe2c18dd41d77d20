import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

// The program in go/, which links what others wrote and judges by it. Modules come from wherever this machine's Go takes them.

const SOURCE = join(import.meta.dirname, 'go');
const LITEWITNESS = 'filippo.io/torchwood/cmd/litewitness';
const PRINTED_CHARS_MAX = 2_000;
const BUILD_TIMEOUT_MS = 900_000;

export type Binaries = { readonly interop: string; readonly litewitness: string };

/**
 * @returns a sentence where Go or the modules are not to be had
 * @throws Error where they are, and it still can not be built: that is a fault here, or a module that is not what go.sum says
 */
export function buildGo(folder: string): Binaries | string {
  const version = runGo('version');
  if (version.error !== undefined || version.status !== 0) return 'Go is not installed.';
  const found = runGo('list', '-mod=readonly', '-deps', '.', LITEWITNESS);
  if (found.status !== 0 && !/checksum mismatch|SECURITY ERROR/.test(found.stderr))
    return `The modules are not to be had (${version.stdout.trim()}): ${lastLine(found.stderr)}`;
  // One package at a time: this is not worth a busy machine.
  const built = runGo('build', '-p', '1', '-mod=readonly', '-trimpath', '-o', `${folder}/`, '.', LITEWITNESS);
  if (built.status !== 0) throw new Error(`The Go program could not be built: ${built.stderr}`);
  return { interop: join(folder, 'interop'), litewitness: join(folder, 'litewitness') };
}

function runGo(
  ...args: readonly string[]
): ReturnType<typeof spawnSync> & { stdout: string; stderr: string } {
  return spawnSync('go', args, { cwd: SOURCE, encoding: 'utf8', timeout: BUILD_TIMEOUT_MS });
}

/** What a library said: `ok` is its verdict. */
export type Verdict = {
  readonly ok: boolean;
  readonly error: string;
  readonly out: Readonly<Record<string, unknown>> | null;
};

export type GoProgram = {
  ask(op: string, fields?: Readonly<Record<string, unknown>>): Promise<Verdict>;
  /** As {@link ask}, where only a failure of the program itself can be the reason for a refusal. @throws Error */
  make<T>(op: string, fields?: Readonly<Record<string, unknown>>): Promise<T>;
  stop(): void;
};

export function startGo(binary: string): GoProgram {
  const child: ChildProcess = spawn(binary, { stdio: ['pipe', 'pipe', 'pipe'] });
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new Error('The Go program has no pipes.');
  // Their witness logs each split view it is shown here, at length.
  let printed = '';
  stderr.on('data', (bytes: Buffer) => (printed = `${printed}${bytes.toString()}`.slice(-PRINTED_CHARS_MAX)));
  const waiting: { resolve: (verdict: Verdict) => void; reject: (error: Error) => void }[] = [];
  createInterface({ input: stdout }).on('line', (line) =>
    waiting.shift()?.resolve(JSON.parse(line) as Verdict),
  );
  child.on('close', () => {
    for (const { reject } of waiting.splice(0)) reject(new Error(`The Go program ended. ${printed}`));
  });
  const ask: GoProgram['ask'] = (op, fields = {}) =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      stdin.write(`${JSON.stringify({ op, ...fields })}\n`);
    });
  return {
    ask,
    async make<T>(op: string, fields?: Readonly<Record<string, unknown>>): Promise<T> {
      const { ok, error, out } = await ask(op, fields);
      if (!ok) throw new Error(`${op}: ${error}`);
      return out as T;
    },
    stop: () => void child.kill('SIGKILL'),
  };
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
