import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AdminClient, createAdminClient } from '../../packages/server/src/test/admin-client.ts';
import { endChild } from '../../packages/server/src/test/end-child.ts';
import { freePort } from '../../packages/server/src/test/free-port.ts';
import { ROOT } from '../start-portcullis.ts';
import { fillDisk } from './fill-disk.ts';
import type { SoakOrder, SoakReport } from './serve.ts';

/** A server and an upstream, each in a process of its own, and what can be done to them. */
export type Stage = {
  readonly gateUrl: string;
  readonly dataDir: string;
  /** Of an account without limits. */
  readonly key: string;
  readonly admin: AdminClient;
  /** The ledger's disk is one in memory that may be filled up; else, a full one is made of calls that fail. */
  readonly realDisk: boolean;
  /** Why the server can not go on, where that is so. */
  readonly failure: string | undefined;
  killLedgerThread(): void;
  reload(): void;
  /** Of the whole server; time goes on as it did. */
  stepClock(ms: number): void;
  killUpstream(): Promise<void>;
  startUpstream(): Promise<void>;
  /** Lasts until it is aborted. */
  keepDiskFull(signal: AbortSignal): Promise<void>;
  /** Bytes that each kind of thread holds after a garbage collection. */
  liveBytes(): Promise<Readonly<Record<string, number>>>;
  /** How far the followers are behind once nothing new comes; polls for a while. */
  lagAtRest(): Promise<number>;
  /** @returns why it did not stop as it should; undefined where it did */
  stopServer(): Promise<string | undefined>;
  /** Ends what runs and removes what was made. */
  close(): Promise<void>;
};

export type StageOptions = {
  /** Of the disk in memory that is to be filled up: what the ledger will take, and more. 0: no disk is mounted, and a full one is made. */
  readonly diskBytes?: number | undefined;
};

const NODE_OPTIONS = ['--conditions=portcullis-source', '--disable-warning=ExperimentalWarning'];
const CLOCK = ['--import', join(ROOT, 'test/soak/stepped-clock.ts')];

export async function openStage({ diskBytes }: StageOptions): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-soak-'));
  const realDisk = diskBytes !== undefined && diskBytes > 0 && mount(folder, diskBytes);
  const madeFaults = diskBytes !== undefined && !realDisk;
  const port = await freePort();
  let upstream = await startUpstream(port);
  writeFileSync(join(folder, 'portcullis.yaml'), settings(port));
  const server = fork(join(ROOT, 'test/soak/serve.ts'), [folder, madeFaults ? 'made' : 'real'], {
    execArgv: [...NODE_OPTIONS, ...CLOCK],
  });
  const state: { failure: string | undefined } = { failure: undefined };
  server.on('message', (report: SoakReport) => {
    if (report.kind === 'failed') state.failure = report.reason;
  });
  server.once('exit', (code) => (state.failure ??= `The server ended with ${code}.`));
  const [serves] = (await once(server, 'message')) as [SoakReport & { kind: 'serves' }];
  const order = (what: SoakOrder): void => void server.send(what);
  const admin = createAdminClient(serves.adminUrl, serves.token);
  const { secret } = await admin<{ secret: string }>('POST', '/v1/accounts', { account: 'soak', key: true });
  await sleep(300); // A new key reaches the gate within a second.
  return {
    gateUrl: serves.gateUrl,
    dataDir: join(folder, 'data'),
    key: secret,
    admin,
    realDisk,
    get failure() {
      return state.failure;
    },
    killLedgerThread: () => order({ kind: 'kill the ledger thread' }),
    reload() {
      writeFileSync(join(folder, 'portcullis.yaml'), settings(port, `Reloaded at ${performance.now()}`));
      order({ kind: 'reload' });
    },
    stepClock: (ms) => order({ kind: 'step the clock', ms }),
    killUpstream: async () => void (await endChild(upstream, 'SIGKILL')),
    async startUpstream() {
      upstream = await startUpstream(port);
    },
    async keepDiskFull(signal) {
      if (realDisk) return fillDisk(join(folder, 'filler'), signal);
      order({ kind: 'fault', fault: 'ENOSPC' });
      if (!signal.aborted) await once(signal, 'abort');
      order({ kind: 'fault', fault: 'none' });
    },
    async liveBytes() {
      order({ kind: 'tell what lives' });
      for (;;) {
        const [report] = (await once(server, 'message')) as [SoakReport];
        if (report.kind === 'lives') return report.bytes;
      }
    },
    lagAtRest: () => lagAtRest(admin),
    async stopServer() {
      order({ kind: 'stop' });
      const [code] = (await once(server, 'exit')) as [number | null];
      return code === 0 ? undefined : `The server ended with ${code}.`;
    },
    async close() {
      await endChild(server, 'SIGKILL');
      await endChild(upstream, 'SIGKILL');
      if (realDisk) spawnSync('umount', [folder]);
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

async function lagAtRest(admin: AdminClient): Promise<number> {
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

/** A disk in memory for the folder; false where this user may not mount one. */
function mount(folder: string, sizeBytes: number): boolean {
  return (
    spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${Math.ceil(sizeBytes)}`, 'tmpfs', folder]).status === 0
  );
}
