/**
 * Requests per second of CPU, run by hand: `node --conditions=portcullis-source bench/gate.ts [seconds]`.
 * Straight to the practice upstream's stand-in, through a bare `node:http` + `undici` proxy, and through the gate with an appender that is durable
 * at once (no disk, so that only the data plane is measured). Each proxy runs in a process of its own; its own CPU time counts.
 */
import { fork } from 'node:child_process';
import { randomBytes, hash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import { createAccountSnapshot } from '../packages/server/src/gate/account-snapshot.ts';
import { createBudgetMemory } from '../packages/server/src/gate/budgets.ts';
import { createGate } from '../packages/server/src/gate/gate.ts';
import { gateConfig, upstreamConfig } from '../packages/server/src/gate/test/gate-config.ts';
import { prepareEntry } from '../packages/server/src/ledger/ledger-writer.ts';
import { systemClock } from '../packages/server/src/seams/clock.ts';
import { sealContent } from '../packages/server/src/vault/sealed-content.ts';

const KEY = 'pk-bench';
const CONNECTIONS = 32;
const BODY = JSON.stringify({
  model: 'bench',
  messages: [{ role: 'user', content: 'a question of ordinary length. '.repeat(30) }],
});
const ANSWER = Buffer.from(
  JSON.stringify({
    id: 'x',
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content: 'an answer. '.repeat(70) } }],
    usage: { prompt_tokens: 200, completion_tokens: 180, total_tokens: 380 },
  }),
);

type Role = 'upstream' | 'bare' | 'gate';

async function startUpstream(): Promise<number> {
  const server = createServer((req, res) => {
    req.resume();
    req.on('end', () => {
      res.writeHead(200, { 'content-type': 'application/json', 'content-length': ANSWER.length });
      res.end(ANSWER);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

async function startBare(upstreamPort: number): Promise<number> {
  const pool = new Pool(`http://127.0.0.1:${upstreamPort}`, { connections: 64 });
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      pool.dispatch(
        {
          method: 'POST',
          path: req.url ?? '/',
          headers: ['content-type', 'application/json'],
          body: Buffer.concat(chunks),
        },
        {
          onRequestStart() {},
          onResponseStart(_controller, status, headers) {
            res.writeHead(status, headers as Record<string, string>);
          },
          onResponseData(_controller, chunk) {
            res.write(chunk);
          },
          onResponseEnd() {
            res.end();
          },
          onResponseError() {
            res.destroy();
          },
        },
      );
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

async function startGate(upstreamPort: number): Promise<number> {
  let index = 0;
  const vaultKey = { id: 'k', key: new Uint8Array(randomBytes(32)) };
  const gate = createGate({
    config: gateConfig([upstreamConfig('bench', `http://127.0.0.1:${upstreamPort}`)]),
    appender: {
      append: ({ entry, content }) => {
        const { leafHash } = prepareEntry(entry, content);
        return new Promise((resolve) => setImmediate(() => resolve({ index: index++, leafHash })));
      },
      pendingEntries: 0,
      accepting: true,
    },
    seal: sealContent,
    snapshot: createAccountSnapshot([
      {
        kind: 'account',
        account: { account: 'bench', slot: 0, standing: 'open', case: null, limits: {}, vaultKey },
      },
      { kind: 'key', sha256: hash('sha256', KEY), key: { key: 'k', account: 'bench', revoked: false } },
    ]),
    budgetMemory: createBudgetMemory(1),
    receipts: { receipt: async () => ({ kind: 'absent' }) },
    clock: systemClock,
    log: () => {},
    random: (bytes) => void crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>),
  });
  return (await gate.listen()).port;
}

async function serve(role: Role): Promise<void> {
  const upstreamPort = Number(process.argv[3]);
  const port =
    role === 'upstream'
      ? await startUpstream()
      : role === 'bare'
        ? await startBare(upstreamPort)
        : await startGate(upstreamPort);
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuSeconds: (user + system) / 1e6 });
  });
  process.send?.({ port });
}

type Child = { readonly port: number; cpuSeconds(): Promise<number>; end(): void };

async function startChild(role: Role, upstreamPort = 0): Promise<Child> {
  const child = fork(import.meta.filename, [role, String(upstreamPort)]);
  const next = <T>(): Promise<T> =>
    new Promise((resolve) => {
      child.once('message', (message) => resolve(message as T));
    });
  const { port } = await next<{ port: number }>();
  return {
    port,
    async cpuSeconds() {
      const asked = next<{ cpuSeconds: number }>();
      child.send('cpu');
      return (await asked).cpuSeconds;
    },
    end: () => void child.kill(),
  };
}

/** @returns requests answered in `seconds`, over a fixed number of connections */
async function load(port: number, seconds: number): Promise<number> {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: CONNECTIONS });
  const until = performance.now() + seconds * 1000;
  let answered = 0;
  const headers = ['authorization', `Bearer ${KEY}`, 'content-type', 'application/json'];
  const one = (done: () => void): void => {
    pool.dispatch(
      { method: 'POST', path: '/v1/chat/completions', headers, body: BODY },
      {
        onRequestStart() {},
        onResponseStart(_controller, status) {
          if (status !== 200) throw new Error(`status ${status}`);
        },
        onResponseData() {},
        onResponseEnd() {
          answered++;
          if (performance.now() < until) one(done);
          else done();
        },
        onResponseError(_controller, error) {
          throw error;
        },
      },
    );
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, () => new Promise<void>((resolve) => one(resolve))));
  await pool.close();
  return answered;
}

async function measure(name: string, child: Child, seconds: number): Promise<void> {
  await load(child.port, Math.max(2, seconds / 2));
  const before = await child.cpuSeconds();
  const answered = await load(child.port, seconds);
  const cpu = (await child.cpuSeconds()) - before;
  process.stdout.write(
    `${name.padEnd(34)} ${Math.round(answered / cpu)} requests per CPU-second (${Math.round(answered / seconds)} a second)\n`,
  );
}

const role = process.argv[2];
if (role === 'upstream' || role === 'bare' || role === 'gate') await serve(role);
else {
  const seconds = Number(role ?? 4);
  const upstream = await startChild('upstream');
  await measure('upstream itself', upstream, seconds);
  for (const proxy of ['bare', 'gate'] as const) {
    const child = await startChild(proxy, upstream.port);
    await measure(proxy === 'bare' ? 'node:http + undici, nothing else' : 'gate', child, seconds);
    child.end();
  }
  upstream.end();
}
