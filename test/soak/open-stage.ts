import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from '../start-portcullis.ts';
import type { SoakTargets } from './faults.ts';
import type { SoakOrder, SoakReport } from './serve.ts';

/** A server and an upstream, each in a process of its own. */
export type Stage = SoakTargets & {
  readonly gateUrl: string;
  readonly dataDir: string;
  readonly key: string;
  /** Why the server can not go on, where that is so. */
  readonly failure: string | undefined;
  /** How far the followers are behind once nothing new comes; polls for a while. */
  lagAtRest(): Promise<number>;
  /** @returns why it did not stop as it should; undefined where it did */
  stopServer(): Promise<string | undefined>;
  /** Ends what runs and removes what was made. */
  close(): Promise<void>;
};

const NODE_OPTIONS = ['--conditions=portcullis-source', '--disable-warning=ExperimentalWarning'];
/** A generous guess at what an exchange of a soak takes on the disk. */
const EXCHANGE_BYTES = 16_384;

export async function openStage(options: {
  readonly minutes: number;
  readonly rate: number;
  readonly faults: boolean;
}): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-soak-'));
  const sizeBytes = 2 ** 27 + options.minutes * 60 * options.rate * EXCHANGE_BYTES;
  const fillable = options.faults && mount(folder, sizeBytes) ? folder : undefined;
  const port = await freePort();
  let upstream = await startUpstream(port);
  writeFileSync(join(folder, 'portcullis.yaml'), settings(port));
  const server = fork(join(ROOT, 'test/soak/serve.ts'), [folder], { execArgv: NODE_OPTIONS });
  const state: { failure: string | undefined } = { failure: undefined };
  server.on('message', (report: SoakReport) => {
    if (report.kind === 'failed') state.failure = report.reason;
  });
  server.once('exit', (code) => (state.failure ??= `The server ended with ${code}.`));
  const [serves] = (await once(server, 'message')) as [SoakReport & { kind: 'serves' }];
  const order = (what: SoakOrder): void => void server.send(what);
  const admin = createAdmin(serves);
  const { secret } = await admin<{ secret: string }>('POST', '/v1/accounts', { account: 'soak', key: true });
  await sleep(300); // A new key reaches the gate within a second.
  return {
    gateUrl: serves.gateUrl,
    dataDir: join(folder, 'data'),
    key: secret,
    fillable,
    get failure() {
      return state.failure;
    },
    killLedgerThread: () => order('kill the ledger thread'),
    reload() {
      writeFileSync(join(folder, 'portcullis.yaml'), settings(port, `Reloaded at ${performance.now()}`));
      order('reload');
    },
    async restartUpstream() {
      await end(upstream, 'SIGKILL');
      await sleep(1_000);
      upstream = await startUpstream(port);
    },
    lagAtRest: () => lagAtRest(admin),
    async stopServer() {
      order('stop');
      const [code] = (await once(server, 'exit')) as [number | null];
      return code === 0 ? undefined : `The server ended with ${code}.`;
    },
    async close() {
      await end(server, 'SIGKILL');
      await end(upstream, 'SIGKILL');
      if (fillable !== undefined) spawnSync('umount', [folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function settings(upstreamPort: number, contact = 'Nobody: this is a soak.'): string {
  const upstream = (shape: string) =>
    `  - { name: ${shape}, shape: ${shape}, baseUrl: "http://127.0.0.1:${upstreamPort}", apiKey: practice }\n`;
  return `dataDir: data
gate: { port: 0 }
admin: { port: 0 }
limits: { requestsPerMinute: null, tokensPerMinute: null }
contact: "${contact}"
upstreams:
${upstream('openai')}${upstream('anthropic')}`;
}

function createAdmin({ adminUrl, token }: { readonly adminUrl: string; readonly token: string }) {
  return async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await fetch(`${adminUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };
}

async function lagAtRest(admin: ReturnType<typeof createAdmin>): Promise<number> {
  let behind = Number.POSITIVE_INFINITY;
  for (let n = 0; n < 300 && behind > 0; n++) {
    await sleep(100);
    try {
      const { lag } = await admin<{ lag: Record<string, number> }>('GET', '/v1/ledger');
      behind = Math.max(0, ...Object.values(lag));
    } catch {
      // The server has gone: another check tells of it.
      return behind;
    }
  }
  return behind;
}

async function startUpstream(port: number): Promise<ChildProcess> {
  const file = join(ROOT, 'packages/server/src/practice/upstream/serve.ts');
  const child = spawn(process.execPath, [...NODE_OPTIONS, file, '--port', String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

/** A port that is free now: a restarted upstream must have the one it had. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** A disk in memory for the folder; false where this user may not mount one. */
function mount(folder: string, sizeBytes: number): boolean {
  return (
    spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${Math.ceil(sizeBytes)}`, 'tmpfs', folder]).status === 0
  );
}
