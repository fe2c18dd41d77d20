import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

// Programs of others that are measured beside ours. They are fetched the first time, into a folder that git ignores, and are no part of
// `npm install`: exact versions stand in peers/portkey/package.json and peers/litellm.txt.

const PEERS = resolve(import.meta.dirname, '../peers');
const CACHE = join(PEERS, '.cache');
const INSTALL_TIMEOUT_MS = 600_000;

export type Peer = { readonly program: string; readonly version: string };

/** @throws Error with the reason where it can not be had */
export function installPortkey(): Peer {
  const folder = join(PEERS, 'portkey');
  const installed = join(folder, 'node_modules/@portkey-ai/gateway');
  if (!existsSync(installed)) run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], folder);
  const { version } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
    version: string;
  };
  return { program: join(installed, 'build/start-server.js'), version };
}

/** In a Python environment of its own. @throws Error with the reason where it can not be had */
export function installLitellm(): Peer {
  const wanted = readFileSync(join(PEERS, 'litellm.txt'), 'utf8').trim();
  const folder = join(CACHE, 'litellm');
  const mark = join(folder, 'installed.txt');
  if (!existsSync(mark) || readFileSync(mark, 'utf8') !== wanted) {
    mkdirSync(CACHE, { recursive: true });
    run('python3', ['-m', 'venv', '--clear', folder], CACHE);
    run(join(folder, 'bin/pip'), ['install', '--quiet', '-r', join(PEERS, 'litellm.txt')], CACHE);
    writeFileSync(mark, wanted);
  }
  return { program: join(folder, 'bin/litellm'), version: /==(\S+)/.exec(wanted)?.[1] ?? '' };
}

/** Tessera's load generator for logs. @throws Error with the reason where it can not be had */
export function installHammer(): Peer {
  const version = readFileSync(join(PEERS, 'hammer.txt'), 'utf8').trim();
  const folder = join(CACHE, `hammer-${version}`);
  const program = join(folder, 'hammer');
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true });
    const env = { ...process.env, GOBIN: folder };
    run('go', ['install', `github.com/transparency-dev/tessera/internal/hammer@${version}`], folder, env);
  }
  return { program, version };
}

function run(command: string, args: readonly string[], cwd: string, env = process.env): void {
  process.stderr.write(`installing: ${command} ${args.join(' ')}\n`);
  const done = spawnSync(command, args, { cwd, env, encoding: 'utf8', timeout: INSTALL_TIMEOUT_MS });
  if (done.error !== undefined) throw new Error(`${command} can not be run: ${done.error.message}`);
  if (done.status === 0) return;
  throw new Error(`${command} ${args[0]} failed: ${done.stderr.trim().split('\n').slice(-3).join(' ')}`);
}
