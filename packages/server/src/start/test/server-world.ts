import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { decodeEntry, type Entry, hex, leafHash } from '@portcullis/record';
import { loadConfig } from '../../config/load-config.ts';
import { createLedgerReader } from '../../ledger/ledger-reader.ts';
import { createPracticeUpstream, type PracticeUpstream } from '../../practice/upstream/server.ts';
import { nodeFileSystem } from '../../seams/file-system-node.ts';
import { type AdminClient, createAdminClient } from '../../test/admin-client.ts';
import { until } from '../../test/until.ts';
import { fsckDataDir } from '../fsck-data-dir.ts';
import { openServer, type Server } from '../open-server.ts';
import type { LedgerSeams } from '../open-storage.ts';
import type { SeenAnswer } from './callers.ts';

/** A whole server in this process, before a practice upstream, with one account. */
export type ServerWorld = {
  readonly folder: string;
  readonly dataDir: string;
  readonly server: Server;
  readonly upstream: PracticeUpstream;
  readonly key: string;
  /** Lines of the log. */
  readonly logs: readonly string[];
  /** The threads that run now, by name. */
  threads(name: string): Worker[];
  /** Writes the settings file anew. @param upstreamUrl of the upstream `one`; default: the practice upstream */
  write(settings: string, upstreamUrl?: string): void;
  readonly admin: AdminClient;
  ready(): Promise<{ status: number; body: Readiness }>;
  /** Polls until it holds. */
  readonly until: typeof until;
  entries(): Entry[];
  /** Stops what runs and removes the folder. */
  close(): Promise<void>;
};

export type Readiness = {
  readonly status: string;
  readonly checks: { readonly ledger: boolean };
  readonly ledger?: { readonly code: string; readonly message: string };
};

/** Settings of the world, with what a test adds. */
function worldSettings(oneUrl: string, twoUrl: string, more: string): string {
  return `dataDir: data
gate: { port: 0, workers: 2, drainTimeoutMs: 2000 }
admin: { port: 0 }
ledger: { publishIntervalMs: 40 }
upstreams:
  - { name: one, shape: openai, baseUrl: "${oneUrl}", apiKey: practice }
  - { name: two, shape: anthropic, baseUrl: "${twoUrl}", apiKey: practice }
${more}`;
}

export async function openWorld(
  options: { readonly settings?: string; readonly ledgerSeams?: LedgerSeams } = {},
): Promise<ServerWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-server-'));
  const workers: Worker[] = [];
  const onWorker = (worker: Worker): void => {
    const { threadName } = worker;
    workers.push(worker);
    names.set(worker, threadName ?? '');
    worker.once('exit', () => workers.splice(workers.indexOf(worker), 1));
  };
  const names = new Map<Worker, string>();
  process.on('worker', onWorker);
  const upstream = await createPracticeUpstream();
  const write = (settings: string, oneUrl = upstream.url): void =>
    writeFileSync(join(folder, 'portcullis.yaml'), worldSettings(oneUrl, upstream.url, settings));
  write(options.settings ?? '');
  const load = () => loadConfig({ cwd: folder, env: {} }).config;
  const logs: string[] = [];
  const server = await openServer({
    config: load(),
    version: '0.0.0',
    log: (level, event, fields) => void logs.push(`${level} ${event} ${JSON.stringify(fields ?? {})}`),
    loadConfig: load,
    ...(options.ledgerSeams === undefined ? {} : { ledgerSeams: options.ledgerSeams }),
  });
  const dataDir = join(folder, 'data');
  const admin = createAdminClient(server.adminUrl, server.newAdmin?.token ?? '');
  await admin('POST', '/v1/accounts', { account: 'caller' });
  const { secret } = await admin<{ secret: string }>('POST', '/v1/accounts/caller/keys');
  return {
    folder,
    dataDir,
    server,
    upstream,
    key: secret,
    logs,
    threads: (name) => workers.filter((worker) => names.get(worker) === name),
    write,
    admin,
    async ready() {
      const answer = await fetch(`${server.gateUrl}/health/readiness`);
      return { status: answer.status, body: (await answer.json()) as Readiness };
    },
    until,
    entries: () => readEntries(dataDir),
    async close() {
      await server.stop();
      await upstream.close();
      process.off('worker', onWorker);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export function readEntries(dataDir: string): Entry[] {
  const reader = createLedgerReader(dataDir, nodeFileSystem);
  const size = reader.published()?.checkpoint.size ?? 0;
  return [...reader.entries(0, size)].map(({ bytes }) => decodeEntry(bytes));
}

/**
 * What must hold after any fault, once the server has stopped: fsck finds nothing; every answer that was released is on the ledger where the
 * gate said; every exchange has one end and no more, and the one that its caller saw.
 * @param endsMayBeLost where the ledger was over before the exchanges were: then they are interrupted for it
 */
export async function checkLedger(
  dataDir: string,
  seen: readonly SeenAnswer[],
  { endsMayBeLost = false } = {},
): Promise<Entry[]> {
  const report = await fsckDataDir(dataDir);
  assert.ok(report.ok, report.sentence);
  const reader = createLedgerReader(dataDir, nodeFileSystem);
  const entries = readEntries(dataDir);
  const ends = new Map<string, string[]>();
  const add = (exchange: string, end: string) => ends.set(exchange, [...(ends.get(exchange) ?? []), end]);
  for (const entry of entries) {
    if (entry.type === 'exchange.completed') add(entry.exchange, entry.outcome);
    if (entry.type === 'fault') for (const exchange of entry.exchanges ?? []) add(exchange, 'interrupted');
  }
  for (const [exchange, found] of ends)
    assert.equal(found.length, 1, `${exchange} ended as ${found.join(', ')}`);
  for (const { status, index, exchange, leaf, whole, broken } of seen) {
    if (status !== 200) continue;
    const entry = entries[index];
    assert.ok(
      entry?.type === 'exchange.admitted' && entry.exchange === exchange,
      `entry ${index} is missing`,
    );
    assert.equal(hex(leafHash(reader.entry(index) as Uint8Array)), leaf);
    const end = ends.get(exchange ?? '')?.[0];
    if (endsMayBeLost && end === 'interrupted') continue;
    if (whole) assert.equal(end, 'complete', exchange);
    else if (broken) assert.equal(end, 'upstream_error', exchange);
  }
  const open = entries.flatMap((entry) =>
    entry.type === 'exchange.admitted' && !ends.has(entry.exchange) ? [entry.exchange] : [],
  );
  assert.deepEqual(open, [], 'every exchange that was admitted has an end');
  return entries;
}
