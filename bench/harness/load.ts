import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { PATH, requestBody, type Shape } from './exchange.ts';

/** Where requests go, and what they carry besides their body. */
export type Address = { readonly port: number; readonly headers: Readonly<Record<string, string>> };

export type Timing = {
  /** From the request to the first byte of the answer's body. */
  readonly firstByteMs: number;
  readonly totalMs: number;
  /** Pieces in which the body came. */
  readonly pieces: number;
};

/** A caller with so many connections, each used by one request at a time. */
export type Caller = {
  /** @throws Error where the status is not 200, or the answer was cut */
  ask(shape: Shape, waitMs?: number): Promise<Timing>;
  close(): Promise<void>;
};

export function createCaller(address: Address, connections: number): Caller {
  const pool = new Pool(`http://127.0.0.1:${address.port}`, { connections });
  const headers = { 'content-type': 'application/json', ...address.headers };
  return {
    ask: (shape, waitMs = 0) => ask(pool, headers, requestBody(shape, waitMs), shape),
    close: () => pool.close(),
  };
}

const DONE = Buffer.from('[DONE]');

function ask(pool: Pool, headers: Record<string, string>, body: string, shape: Shape): Promise<Timing> {
  return new Promise((resolve, reject) => {
    const startedMs = performance.now();
    let firstByteMs = 0;
    let pieces = 0;
    let status = 0;
    let last: Buffer = DONE;
    pool.dispatch(
      { method: 'POST', path: PATH, headers, body },
      {
        onRequestStart() {},
        onResponseStart(_controller, given) {
          status = given;
        },
        onResponseData(_controller, chunk) {
          if (pieces === 0) firstByteMs = performance.now() - startedMs;
          pieces++;
          last = chunk;
        },
        onResponseEnd() {
          if (status !== 200) reject(new Error(`answered ${status}: ${last.toString().slice(0, 200)}`));
          else if (shape === 'stream' && !last.includes(DONE)) reject(new Error('a stream was cut'));
          else resolve({ firstByteMs, totalMs: performance.now() - startedMs, pieces });
        },
        onResponseError: (_controller, error) => reject(error),
      },
    );
  });
}

/** As much as it takes: each connection asks again as soon as it was answered. @returns answered requests */
export async function saturate(
  caller: Caller,
  shape: Shape,
  connections: number,
  until: (answered: number) => boolean,
): Promise<number> {
  let answered = 0;
  const one = async (): Promise<void> => {
    while (!until(answered)) {
      await caller.ask(shape);
      answered++;
    }
  };
  await Promise.all(Array.from({ length: connections }, one));
  return answered;
}

/** So many a second, whether the earlier ones were answered or not. */
export async function pace(
  caller: Caller,
  shape: Shape,
  perSecond: number,
  seconds: number,
  waitMs: number,
): Promise<Timing[]> {
  const asked: Promise<Timing>[] = [];
  const startedMs = performance.now();
  for (let i = 0; i < perSecond * seconds; i++) {
    const dueMs = startedMs + (i * 1000) / perSecond;
    await sleep(Math.max(0, dueMs - performance.now()));
    asked.push(caller.ask(shape, waitMs));
  }
  return Promise.all(asked);
}

export function hasWrk(): boolean {
  // It prints its usage and ends with 1.
  return spawnSync('wrk', ['-v'], { stdio: 'ignore' }).error === undefined;
}

/** Plain requests by wrk, which takes less of the machine than a caller in Node. @returns answered requests */
export async function saturateByWrk(
  { port, headers }: Address,
  folder: string,
  connections: number,
  seconds: number,
): Promise<number> {
  const script = join(folder, 'request.lua');
  const lines = Object.entries({ 'content-type': 'application/json', ...headers }).map(
    ([name, value]) => `wrk.headers[${JSON.stringify(name)}] = ${JSON.stringify(value)}`,
  );
  const body = JSON.stringify(requestBody('plain'));
  writeFileSync(script, ['wrk.method = "POST"', `wrk.body = ${body}`, ...lines].join('\n'));
  const args = [
    '-t1',
    '--timeout',
    '30s',
    `-c${connections}`,
    `-d${Math.max(1, Math.round(seconds))}s`,
    '-s',
    script,
    `http://127.0.0.1:${port}${PATH}`,
  ];
  const child = spawn('wrk', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.on('data', (text: Buffer) => void (printed += text.toString()));
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`wrk ended with ${code}`);
  return parseWrk(printed);
}

/** @returns requests that wrk saw answered @throws Error where any failed: then the figure would say nothing */
export function parseWrk(printed: string): number {
  const wrong = /^ *(Socket errors:.*|Non-2xx or 3xx responses:.*)$/m.exec(printed)?.[1];
  if (wrong !== undefined) throw new Error(`some requests failed (${wrong})`);
  const requests = /^ *(\d+) requests in /m.exec(printed)?.[1];
  if (requests === undefined) throw new Error(`wrk printed something unknown: ${printed.slice(0, 300)}`);
  return Number(requests);
}
