import { setTimeout as sleep } from 'node:timers/promises';
import type { Shape } from './exchange.ts';
import { type Caller, createCaller, hasWrk, pace, saturate, saturateByWrk, type Timing } from './load.ts';
import { percentile } from './numbers.ts';
import { cpuSeconds, cpuSecondsByThread, residentBytes } from './process-tree.ts';
import type { Target } from './targets.ts';

export type Throughput = {
  readonly perCpuSecond: number;
  readonly perSecond: number;
  /** Share of the CPU time by thread name. */
  readonly threads: Readonly<Record<string, number>>;
};

/** Milliseconds. */
export type Latency = { readonly p50: number; readonly p99: number };

/** One round of one target. */
export type Sample = {
  readonly plain: Throughput;
  readonly stream: Throughput;
  /** Of a whole plain answer. */
  readonly latency: Latency;
  /** Of the first token, from an upstream that answers at once, and from one that takes {@link MODEL_WAIT_MS}. */
  readonly firstToken: Latency;
  readonly firstTokenAfterWait: Latency;
  /** Largest resident memory while it was saturated. */
  readonly residentBytes: number;
};

const CONNECTIONS = 128;
const STREAM_CONNECTIONS = 64;
/** What a fast model takes to its first token; a commit to the ledger runs meanwhile. */
export const MODEL_WAIT_MS = 20;
/** Low enough that no target has a queue: so many a second, and never more than this share of what it can. */
const PACED_PER_SECOND = 50;
const PACED_SHARE_MAX = 0.3;
/** What is done after the answers, such as detection, counts too; but not for ever. */
const SETTLE_MS_MAX = 15_000;
const SETTLE_STEP_MS = 250;
/** A process that takes less than this of one core is idle. */
const IDLE_SHARE = 0.04;

export async function measureTarget(target: Target, folder: string, seconds: number): Promise<Sample> {
  const caller = createCaller(target, CONNECTIONS);
  try {
    const memory = watchMemory(target.pid);
    const plain = await throughput(target, () => saturatePlain(target, caller, folder, seconds));
    const stream = await throughput(target, () => {
      const end = performance.now() + seconds * 1000;
      return saturate(caller, 'stream', STREAM_CONNECTIONS, () => performance.now() >= end);
    });
    const resident = memory.stop();
    const paced = async (shape: Shape, waitMs: number): Promise<Timing[]> => {
      const most = (shape === 'plain' ? plain : stream).perSecond * PACED_SHARE_MAX;
      return pace(caller, shape, Math.max(1, Math.min(PACED_PER_SECOND, Math.floor(most))), seconds, waitMs);
    };
    const latency = latencyOf((await paced('plain', 0)).map(({ totalMs }) => totalMs));
    const firstToken = latencyOf((await paced('stream', 0)).map(({ firstByteMs }) => firstByteMs));
    const waited = await paced('stream', MODEL_WAIT_MS);
    const firstTokenAfterWait = latencyOf(waited.map(({ firstByteMs }) => firstByteMs));
    return { plain, stream, latency, firstToken, firstTokenAfterWait, residentBytes: resident };
  } finally {
    await caller.close();
  }
}

/** By wrk where it is installed: it leaves more of the machine to the target. */
function saturatePlain(target: Target, caller: Caller, folder: string, seconds: number): Promise<number> {
  if (hasWrk()) return saturateByWrk(target, folder, CONNECTIONS, seconds);
  const end = performance.now() + seconds * 1000;
  return saturate(caller, 'plain', CONNECTIONS, () => performance.now() >= end);
}

/**
 * Until compilers and pools have seen it all; what is measured after it is the steady state. A program of some size takes some ten thousand requests to
 * get there: until then V8 compiles beside it, and what it has not compiled yet costs half as much again.
 */
export async function warmTarget(target: Target, folder: string, seconds: number): Promise<void> {
  const caller = createCaller(target, CONNECTIONS);
  try {
    await saturatePlain(target, caller, folder, seconds);
    const end = performance.now() + (seconds / 2) * 1000;
    await saturate(caller, 'stream', CONNECTIONS, () => performance.now() >= end);
    if (target.pid !== 0) await settle(target.pid);
  } finally {
    await caller.close();
  }
}

async function throughput(target: Target, act: () => Promise<number>): Promise<Throughput> {
  const cpuBefore = target.pid === 0 ? 0 : cpuSeconds(target.pid);
  const threadsBefore = target.pid === 0 ? new Map<string, number>() : cpuSecondsByThread(target.pid);
  const startedMs = performance.now();
  const answered = await act();
  const perSecond = answered / ((performance.now() - startedMs) / 1000);
  if (target.pid === 0) return { perCpuSecond: Number.NaN, perSecond, threads: {} };
  await settle(target.pid);
  const cpu = cpuSeconds(target.pid) - cpuBefore;
  const threads: Record<string, number> = {};
  for (const [name, after] of cpuSecondsByThread(target.pid))
    threads[name] = (after - (threadsBefore.get(name) ?? 0)) / cpu;
  return { perCpuSecond: answered / cpu, perSecond, threads };
}

/** Waits until the work that the answers left behind is done. */
async function settle(pid: number): Promise<void> {
  const end = performance.now() + SETTLE_MS_MAX;
  for (let last = cpuSeconds(pid); performance.now() < end; ) {
    await sleep(SETTLE_STEP_MS);
    const now = cpuSeconds(pid);
    if (now - last < (IDLE_SHARE * SETTLE_STEP_MS) / 1000) return;
    last = now;
  }
}

function watchMemory(pid: number): { stop(): number } {
  let largest = 0;
  const look = (): void => {
    if (pid !== 0) largest = Math.max(largest, residentBytes(pid));
  };
  const timer = setInterval(look, 500);
  return {
    stop() {
      clearInterval(timer);
      look();
      return largest;
    },
  };
}

function latencyOf(samples: readonly number[]): Latency {
  return { p50: percentile(samples, 0.5), p99: percentile(samples, 0.99) };
}
