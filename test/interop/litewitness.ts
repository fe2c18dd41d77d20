import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { emptyRoot, base64, parseVerifierKey } from '@portcullis/record';
import { freePort } from '../../packages/server/src/test/free-port.ts';
import type { GoProgram } from './go-program.ts';

// litewitness of filippo.io/torchwood: a whole program, which signs by an SSH agent (here one in the Go program).

const START_TIMEOUT_MS = 15_000;

export type Litewitness = { readonly url: string; readonly vkey: string; stop(): void };

/** @param logs Ed25519 verifier keys (0x01), the only ones it knows */
export async function startLitewitness(
  go: GoProgram,
  binary: string,
  folder: string,
  logs: readonly string[],
): Promise<Litewitness> {
  const socket = join(folder, 'agent');
  const { fingerprint } = await go.make<{ fingerprint: string }>('agent.serve', { path: socket });
  const port = await freePort();
  const database = join(folder, 'litewitness.db');
  const options = { name: 'witness.example/lite', db: database, 'ssh-agent': socket, key: fingerprint };
  const flags = Object.entries(options).map(([name, value]) => `-${name}=${value}`);
  const child = spawn(binary, [...flags, `-listen=127.0.0.1:${port}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  try {
    const vkey = await readVkey(child);
    followLogs(database, logs);
    return { url: `http://127.0.0.1:${port}`, vkey, stop: () => void child.kill('SIGKILL') };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

/** It prints its key, and that it listens, as it starts. */
async function readVkey(child: ChildProcess): Promise<string> {
  let printed = '';
  child.stderr?.on('data', (bytes: Buffer) => (printed += bytes.toString()));
  for (let waitedMs = 0; waitedMs < START_TIMEOUT_MS; waitedMs += 50) {
    const vkey = /msg="verifier key" vkey=(\S+)/.exec(printed)?.[1];
    if (vkey !== undefined && printed.includes('msg=listening')) return vkey.replaceAll('"', '');
    if (child.exitCode !== null) break;
    await sleep(50);
  }
  throw new Error(`litewitness did not start: ${printed}`);
}

/** What `witnessctl add-log` and `add-key` write; that program can not be built without a module that is not needed otherwise. */
function followLogs(path: string, vkeys: readonly string[]): void {
  const database = new DatabaseSync(path, { timeout: 2000 });
  try {
    const log = database.prepare('INSERT OR IGNORE INTO log (origin, tree_size, tree_hash) VALUES (?, 0, ?)');
    const key = database.prepare('INSERT INTO key (origin, key) VALUES (?, ?)');
    for (const vkey of vkeys) {
      const { name } = parseVerifierKey(vkey);
      log.run(name, base64(emptyRoot()));
      key.run(name, vkey);
    }
  } finally {
    database.close();
  }
}
