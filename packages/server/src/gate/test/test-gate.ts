import { hash, randomBytes, randomFillSync } from 'node:crypto';
import type { Entry, EntryNamed, EntryType } from '@portcullis/record';
import type { AccountState } from '../../accounts/account.ts';
import type { UpstreamConfig } from '../../config/config.ts';
import { createPracticeUpstream, type PracticeUpstream } from '../../practice/upstream/server.ts';
import { systemClock } from '../../seams/clock.ts';
import { openContent, sealContent } from '../../vault/sealed-content.ts';
import { createAccountSnapshot } from '../account-snapshot.ts';
import { createBudgetMemory } from '../budgets.ts';
import { createGate, type Gate } from '../gate.ts';
import type { GateConfigView, GatePorts } from '../gate-ports.ts';
import { createFileAppender, type FileAppender } from './file-appender.ts';
import { gateConfig, upstreamConfig } from './gate-config.ts';

export const KEY = 'pk-test-alice';
export const OTHER_KEY = 'pk-test-bob';

export type TestGate = {
  readonly url: string;
  readonly port: number;
  readonly gate: Gate;
  readonly upstream: PracticeUpstream;
  readonly appender: FileAppender;
  readonly ports: GatePorts;
  readonly logs: string[];
  account(change: Partial<AccountState>): void;
  /** Waits until an entry of the type is there (`count` of them). */
  entries<T extends EntryType>(type: T, count?: number): Promise<EntryNamed<T>[]>;
  /** What was sealed with the entry at an index. */
  content(index: number): Record<string, Uint8Array>;
  close(): Promise<void>;
};

export type TestGateOptions = {
  readonly gate?: Partial<GateConfigView['gate']>;
  readonly config?: Partial<GateConfigView>;
  readonly upstreams?: (practiceUrl: string) => readonly UpstreamConfig[];
  readonly ports?: Partial<GatePorts>;
};

/** A real gate before a real practice upstream, with an appender that syncs a real file. */
export async function startTestGate(options: TestGateOptions = {}): Promise<TestGate> {
  const upstream = await createPracticeUpstream();
  const appender = createFileAppender();
  const snapshot = createAccountSnapshot();
  const logs: string[] = [];
  const config = gateConfig(
    options.upstreams?.(upstream.url) ?? [
      upstreamConfig('practice-openai', upstream.url),
      upstreamConfig('practice-anthropic', upstream.url, { shape: 'anthropic' }),
    ],
    options.gate,
    options.config,
  );
  const ports: GatePorts = {
    config,
    appender,
    seal: sealContent,
    snapshot,
    budgetMemory: createBudgetMemory(16),
    receipts: { receipt: async () => ({ kind: 'absent' }) },
    clock: systemClock,
    log: (level, event, fields) => void logs.push(JSON.stringify({ level, event, ...fields })),
    random: (bytes) => void randomFillSync(bytes),
    ...options.ports,
  };
  const gate = createGate(ports);
  const { port } = await gate.listen();
  addAccount(ports, KEY, 'alice', 0);
  addAccount(ports, OTHER_KEY, 'bob', 1);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    gate,
    upstream,
    appender,
    ports,
    logs,
    account: (change) => changeAccount(ports, change),
    entries: (type, count = 1) => waitFor(appender, type, count),
    content: (index) => open(appender, index),
    async close() {
      await gate.close();
      await upstream.close();
      appender.close();
    },
  };
}

const vaultKey = { id: 'k-test', key: new Uint8Array(randomBytes(32)) };

function addAccount(ports: GatePorts, apiKey: string, account: string, slot: number): void {
  const state: AccountState = { account, slot, standing: 'open', case: null, limits: {}, vaultKey };
  const key = { key: `key-${account}`, account, revoked: false };
  ports.snapshot.apply([
    { kind: 'account', account: state },
    { kind: 'key', sha256: hash('sha256', apiKey), key },
  ]);
}

function changeAccount(ports: GatePorts, change: Partial<AccountState>): void {
  const found = ports.snapshot.find(hash('sha256', KEY));
  if (found === undefined) throw new Error('no account');
  ports.snapshot.apply([{ kind: 'account', account: { ...found.account, ...change } }]);
}

async function waitFor<T extends EntryType>(
  appender: FileAppender,
  type: T,
  count: number,
): Promise<EntryNamed<T>[]> {
  const deadline = Date.now() + 4_000;
  for (;;) {
    const found = appender.entries().filter((entry): entry is EntryNamed<T> & Entry => entry.type === type);
    if (found.length >= count) return found;
    if (Date.now() > deadline) throw new Error(`${found.length} of ${count} ${type} entries came`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function open(appender: FileAppender, index: number): Record<string, Uint8Array> {
  const { content } = appender.items[index] ?? {};
  if (content === undefined) throw new Error(`nothing was sealed with entry ${index}`);
  const { seed, parts } = openContent(vaultKey, content.sealed);
  return { seed, ...parts };
}
