// What a newcomer does, from nothing: clone the committed state, empty npm cache, the system's own Node, the README's two
// commands. Run by hand, as it takes minutes: node test/fresh-clone.ts
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const INSTALL_AND_TEST_MS = 15 * 60_000;
const START_MS = 5 * 60_000;
const DRAIN_MS = 60_000;

const folder = mkdtempSync(join(tmpdir(), 'portcullis-fresh-'));
const clone = join(folder, 'portcullis');
const report: { step: string; passed: boolean; seconds: number; note: string }[] = [];

/** The system's Node first, not the one this script runs in; what npm told this process about itself stays behind. */
const env: NodeJS.ProcessEnv = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:npm_|NODE_|OPENAI_|ANTHROPIC_)/i.test(name)),
  ),
  PATH: (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((part) => !part.includes('node_modules'))
    .join(delimiter),
  npm_config_cache: join(folder, 'npm-cache'),
  CI: 'true',
};

async function step(name: string, run: () => Promise<string> | string): Promise<void> {
  const startedMs = performance.now();
  console.log(`\n▶ ${name}`);
  let note = '';
  let passed = true;
  try {
    note = await run();
  } catch (error) {
    [note, passed] = [error instanceof Error ? error.message : String(error), false];
  }
  report.push({ step: name, passed, seconds: Math.round((performance.now() - startedMs) / 1000), note });
  console.log(`${passed ? '✔' : '✖'} ${note}`);
}

function command(line: string, cwd: string, timeout: number): string {
  const run = spawnSync(line, { cwd, env, shell: true, stdio: 'inherit', timeout });
  if (run.status !== 0) throw new Error(`"${line}" ended with ${run.status ?? run.signal}`);
  return `"${line}" ended well`;
}

/** Starts, waits for a rehearsal that ends with a verified bundle, asks the gate for its health, and stops it. */
async function start(): Promise<string> {
  const child = spawn('npm start -- --yes', {
    cwd: clone,
    env,
    shell: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  try {
    const gate = await untilVerified(child);
    const health = await fetch(`${gate}/health/readiness`, { signal: AbortSignal.timeout(5000) });
    if (!health.ok) throw new Error(`the gate answers ${health.status} after the rehearsal`);
    return `the rehearsal ended with a verified bundle; ${gate} is ready`;
  } finally {
    await stop(child);
  }
}

function untilVerified(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let seen = '';
    const timer = setTimeout(() => reject(new Error('no verified bundle in time')), START_MS);
    const settle = (end: () => void): void => {
      clearTimeout(timer);
      end();
    };
    child.stdout?.on('data', (chunk: Buffer) => {
      process.stdout.write(chunk);
      seen += chunk.toString();
      const gate = /gate\s+(http:\/\/127\.0\.0\.1:\d+)/.exec(seen)?.[1];
      if (gate !== undefined && /verified/i.test(seen)) settle(() => resolve(gate));
    });
    child.once('exit', (code) =>
      settle(() => reject(new Error(`it ended with ${code} before a bundle was verified`))),
    );
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  process.kill(-child.pid, 'SIGTERM');
  const timer = setTimeout(() => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL'), DRAIN_MS);
  await ended;
  clearTimeout(timer);
}

await step('the system has Node 20 or later and npm', () => {
  const version = spawnSync('node --version && npm --version', { env, shell: true, encoding: 'utf8' }).stdout;
  return `node ${version.trim().replace(/\s+/, ', npm ')}`;
});
await step('clone', () => command(`git clone --quiet --no-hardlinks "${root}" "${clone}"`, folder, 60_000));
await step('npm install && npm test', () => command('npm install && npm test', clone, INSTALL_AND_TEST_MS));
await step('nothing in the checkout changed', () => {
  const changed = spawnSync('git', ['status', '--porcelain'], { cwd: clone, encoding: 'utf8' }).stdout.trim();
  if (changed !== '') throw new Error(changed);
  return 'git status is clean';
});
await step('npm install && npm start', start);
rmSync(folder, { recursive: true, force: true });

console.log('');
for (const { step: name, passed, seconds, note } of report) {
  console.log(`${passed ? '✔' : '✖'} ${name} (${seconds} s): ${note}`);
}
process.exitCode = report.every(({ passed }) => passed) ? 0 : 1;
