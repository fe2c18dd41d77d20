import assert from 'node:assert/strict';
import { hash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { MessageChannel, type Worker } from 'node:worker_threads';
import type { AccountState, SnapshotChange } from '../../accounts/account.ts';
import { serveReceipts } from '../../ledger/receipt-port.ts';
import { type LedgerThread, startLedgerThread } from '../../ledger/start-ledger-thread.ts';
import { createPracticeUpstream, type PracticeUpstream } from '../../practice/upstream/server.ts';
import { until } from '../../test/until.ts';
import { createBudgetMemory } from '../budgets.ts';
import { type GateThreads, startGateThreads } from '../start-gate-threads.ts';
import { gateConfig, upstreamConfig } from './gate-config.ts';

const KEY = 'pk-threads';
const limits = { requestsPerMinute: 1_000 };

describe('gate threads', () => {
  const dir = mkdtempSync(join(tmpdir(), 'portcullis-threads-'));
  const workers: Worker[] = [];
  const onWorker = (worker: Worker): void => void workers.push(worker);
  const lost: string[] = [];
  let ledger: LedgerThread;
  let upstream: PracticeUpstream;
  let gates: GateThreads;
  const state: AccountState = {
    account: 'alice',
    slot: 0,
    standing: 'open',
    case: null,
    limits,
    vaultKey: { id: 'k-test', key: new Uint8Array(randomBytes(32)) },
  };
  const snapshot: SnapshotChange[] = [
    { kind: 'account', account: state },
    { kind: 'key', sha256: hash('sha256', KEY), key: { key: 'key-a', account: 'alice', revoked: false } },
  ];

  /** What happens right after a thread that starts has taken its snapshot. */
  let afterSnapshot = (): void => {};

  const connectReceipts = () => {
    const { port1, port2 } = new MessageChannel();
    serveReceipts(port1, { receipt: async () => ({ kind: 'absent' }) }, () => {});
    port1.unref();
    return port2;
  };

  before(async () => {
    upstream = await createPracticeUpstream();
    ledger = await startLedgerThread({
      config: {
        dataDir: dir,
        ledger: {
          origin: 'gate.test/log',
          publishIntervalMs: 50,
          pendingEntriesMax: 1_000,
          pendingBytesMax: 2 ** 26,
          archiveIntervalMs: 60_000,
        },
      },
      software: 'test',
    });
    process.on('worker', onWorker);
    gates = await startGateThreads({
      config: gateConfig([upstreamConfig('practice', upstream.url)], { workers: 2 }),
      appenderLimits: { pendingEntriesMax: 1_000, pendingBytesMax: 2 ** 26 },
      connectLedger: () => ledger.connect(),
      connectReceipts,
      budgetMemory: createBudgetMemory(4),
      snapshot() {
        const now = [...snapshot];
        afterSnapshot();
        return now;
      },
      log: () => {},
      onThreadLost: (reason) => void lost.push(reason),
    });
  });
  after(async () => {
    process.off('worker', onWorker);
    await gates.drain(2_000);
    await ledger.stop();
    await upstream.close();
    rmSync(dir, { recursive: true });
  });

  const ask = (): Promise<Response> =>
    fetch(`http://127.0.0.1:${gates.port}/v1/chat/completions`, {
      method: 'POST',
      // A connection of its own each time, so that both threads get some.
      headers: { 'x-api-key': KEY, 'content-type': 'application/json', connection: 'close' },
      body: JSON.stringify({ model: 'practice-small', messages: [{ role: 'user', content: 'hello' }] }),
    });
  /** Of so many connections, each thread gets some. */
  const statuses = async (): Promise<number[]> => {
    const answers = await Promise.all(Array.from({ length: 24 }, ask));
    await Promise.all(answers.map((answer) => answer.text()));
    return [...new Set(answers.map((answer) => answer.status))];
  };
  const change = (...changes: SnapshotChange[]): void => {
    snapshot.push(...changes);
    gates.apply(changes);
  };
  const text = async (path: string): Promise<string> =>
    (await fetch(`http://127.0.0.1:${gates.port}${path}`)).text();

  it('share one port and the real ledger, and /metrics is their sum', async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, ask));
    await Promise.all(answers.map((answer) => answer.text()));
    assert.deepEqual(new Set(answers.map((answer) => answer.status)), new Set([200]));
    const entries = answers.map((answer) => answer.headers.get('x-portcullis-entry'));
    assert.equal(new Set(entries).size, 40);
    assert.match(await text('/metrics'), /portcullis_exchanges_total\{outcome="complete"\} 40/);
    assert.match(await gates.metrics(), /gen_ai_server_time_to_first_token_seconds_count\{.*\} 40/);
    assert.deepEqual(gates.health(), { threads: 2, alive: 2 });
  });

  it('act on a changed standing within a second', async () => {
    const at = performance.now();
    gates.apply([{ kind: 'account', account: { ...state, standing: 'hold', case: 'case-7' } }]);
    let answer = await ask();
    while (answer.status !== 403 && performance.now() - at < 3_000) answer = await ask();
    assert.ok(performance.now() - at < 1_000);
    const { error } = (await answer.json()) as { error: { code: string; case: string; contact: string } };
    assert.equal(error.code, 'account_on_hold');
    assert.equal(error.case, 'case-7');
    assert.match(error.contact, /appeals/);
    gates.apply([{ kind: 'account', account: state }]);
  });

  it('refuse a revoked key within a second', async () => {
    const key = (revoked: boolean): SnapshotChange => ({
      kind: 'key',
      sha256: hash('sha256', KEY),
      key: { key: 'key-a', account: 'alice', revoked },
    });
    const at = performance.now();
    change(key(true));
    let seen = await statuses();
    while (seen.join() !== '401' && performance.now() - at < 3_000) seen = await statuses();
    assert.deepEqual(seen, [401]);
    assert.ok(performance.now() - at < 1_000);
    change(key(false));
    while (seen.join() !== '200' && performance.now() - at < 3_000) seen = await statuses();
    assert.deepEqual(seen, [200]);
  });

  it('are started anew when one dies', async () => {
    await workers[0]?.terminate();
    await until('it is started anew', () => lost.length === 1 && gates.health().alive === 2);
    assert.deepEqual(gates.health(), { threads: 2, alive: 2 });
    assert.equal((await ask()).status, 200);
  });

  it('miss no change while one starts anew', async () => {
    afterSnapshot = () => {
      afterSnapshot = () => {};
      change({ kind: 'account', account: { ...state, standing: 'hold', case: 'case-8' } });
    };
    await workers.at(-1)?.terminate();
    await until('it is started anew', () => lost.length === 2 && gates.health().alive === 2);
    assert.deepEqual(await statuses(), [403]);
    change({ kind: 'account', account: state });
  });

  it('refuse a port that somebody has', async () => {
    const options = gateConfig([], { port: gates.port, workers: 2 });
    const starting = startGateThreads({
      config: options,
      appenderLimits: { pendingEntriesMax: 1, pendingBytesMax: 1 },
      connectLedger: () => ledger.connect(),
      connectReceipts,
      budgetMemory: createBudgetMemory(1),
      snapshot: () => [],
      log: () => {},
    });
    await assert.rejects(starting, { code: 'port-in-use' });
  });
});
