import { createServer } from 'node:net';
import type { MessagePort } from 'node:worker_threads';
import type { SnapshotChange } from '../accounts/account.ts';
import type { Outage } from '../ledger/appender.ts';
import type { AppenderLimits } from '../ledger/port-appender.ts';
import { type BackOff, createBackOff } from '../seams/back-off.ts';
import { ServerError } from '../server-error.ts';
import { type CounterValues, renderCounters, sumCounters } from './counters.ts';
import { GATE_FAMILIES } from './gate-metrics.ts';
import type { GateConfigView, Log } from './gate-ports.ts';
import { type GateThread, openGateThread } from './open-gate-thread.ts';
import type { LogLevel } from './thread-messages.ts';

export type GateThreadsOptions = {
  readonly config: GateConfigView;
  /** Of the ledger's settings, those that bound what one thread may have waiting. */
  readonly appenderLimits: AppenderLimits;
  /** A new port to the ledger thread, for one appender. Called again for a thread that is started anew. */
  connectLedger(): MessagePort;
  /** A new port whose other end `serveReceipts` answers. */
  connectReceipts(): MessagePort;
  readonly budgetMemory: SharedArrayBuffer;
  /** Every account and key as they are now. Called again for a thread that is started anew. */
  snapshot(): readonly SnapshotChange[];
  readonly log: Log;
  /** What is to stand in `/metrics` besides the gates' own families, as Prometheus text. @param gates the sum over all gates */
  readonly processMetrics?: ((gates: CounterValues) => Promise<string>) | undefined;
  /** Less important events do not leave the gate threads. Default: `info`. */
  readonly logLevel?: LogLevel;
  /** A thread ended without being asked; its running exchanges were cut. It is being started anew. */
  onThreadLost?(reason: string): void;
};

export type GateThreads = {
  readonly port: number;
  /** Gives changes to all threads, in order. */
  apply(changes: readonly SnapshotChange[]): void;
  /** Settings for requests from now on, and for threads that are started anew. */
  configure(config: GateConfigView): void;
  /** The ledger takes nothing: what waits for it is refused. @returns exchanges that will be completed once it is there again */
  disconnectLedger(outage: Outage): Promise<readonly string[]>;
  /** It is there again. @param recorded of those exchanges, the ones that it has as completed */
  connectLedger(recorded: readonly string[]): void;
  /** Prometheus text, summed over threads. */
  metrics(): Promise<string>;
  health(): { readonly threads: number; readonly alive: number };
  /** Stops accepting, lets finish, closes. */
  drain(timeoutMs: number): Promise<void>;
  /** Cuts everything. */
  stop(): Promise<void>;
};

const PAUSES = { firstMs: 100, maxMs: 5_000 };
const SETTLED_MS = 60_000;

type Crew = {
  readonly options: GateThreadsOptions;
  config: GateConfigView;
  /** Counts what `configure` and `connectLedger` changed, for threads that were being started at that time. */
  changes: number;
  readonly threads: (GateThread | undefined)[];
  port: number;
  stopping: boolean;
};

/**
 * Starts as many gate threads as the configuration says, all on one port. Where the system can not share a port between
 * listening sockets (outside Linux and some BSDs), one thread serves, and the log says so.
 * @throws ServerError `port-in-use`, `unsupported`
 */
export async function startGateThreads(options: GateThreadsOptions): Promise<GateThreads> {
  const { gate } = options.config;
  // Threads share the port, so another program of the same user could, too: make sure that nobody has it.
  if (gate.port !== 0) await checkPortIsFree(gate.host, gate.port);
  const crew: Crew = {
    options,
    config: options.config,
    changes: 0,
    threads: [],
    port: gate.port,
    stopping: false,
  };
  const shared = gate.workers > 1;
  const first = await openFirst(crew, shared);
  for (let i = 1; i < (first.reusePort ? gate.workers : 1); i++) await place(crew, i, true);
  return {
    port: crew.port,
    apply(changes) {
      for (const thread of crew.threads) thread?.apply(changes);
    },
    configure(config) {
      crew.config = config;
      crew.changes += 1;
      for (const thread of crew.threads) thread?.configure(config);
    },
    async disconnectLedger(outage) {
      const threads = crew.threads.filter((thread) => thread !== undefined);
      return (await Promise.all(threads.map((thread) => thread.disconnectLedger(outage)))).flat();
    },
    connectLedger(recorded) {
      crew.changes += 1;
      for (const thread of crew.threads) thread?.connectLedger(options.connectLedger(), recorded);
    },
    metrics: () => sumMetrics(crew),
    health: () => ({
      threads: crew.threads.length,
      alive: crew.threads.filter((thread) => thread !== undefined).length,
    }),
    drain: (timeoutMs) => endAll(crew, (thread) => thread.drain(timeoutMs)),
    stop: () => endAll(crew, (thread) => thread.stop()),
  };
}

async function openFirst(crew: Crew, shared: boolean): Promise<{ reusePort: boolean }> {
  try {
    await place(crew, 0, shared);
    return { reusePort: shared };
  } catch (error) {
    if (!shared || !(error instanceof ServerError) || error.code !== 'unsupported') throw error;
    crew.options.log('warn', 'gate.one_thread', {
      reason: 'this system can not share a port between threads',
    });
    await place(crew, 0, false);
    return { reusePort: false };
  }
}

/** Starts the thread with one number and, whenever it ends unasked, starts it anew. */
async function place(
  crew: Crew,
  at: number,
  reusePort: boolean,
  backOff = createBackOff(PAUSES),
): Promise<void> {
  const { options } = crew;
  const startedMs = Date.now();
  const { changes } = crew;
  const thread = await openGateThread({
    config: crew.config,
    port: crew.port,
    reusePort,
    snapshot: options.snapshot(),
    budgetMemory: options.budgetMemory,
    ledger: options.connectLedger(),
    receipts: options.connectReceipts(),
    appenderLimits: options.appenderLimits,
    logLevel: options.logLevel ?? 'info',
    log: options.log,
    metricsText: () => sumMetrics(crew),
    onLost(reason) {
      crew.threads[at] = undefined;
      if (crew.stopping) return;
      options.log('error', 'gate.thread_lost', { thread: at, reason });
      options.onThreadLost?.(reason);
      if (Date.now() - startedMs > SETTLED_MS) backOff.reset();
      restart(crew, at, reusePort, backOff);
    },
  });
  // Stopped meanwhile: whoever stopped the crew did not see this one.
  if (crew.stopping) return thread.stop();
  crew.threads[at] = thread;
  crew.port = thread.port;
  // What changed while it started went past it; all of it again does no harm.
  thread.apply(options.snapshot());
  if (crew.changes === changes) return;
  thread.configure(crew.config);
  thread.connectLedger(options.connectLedger(), []);
}

function restart(crew: Crew, at: number, reusePort: boolean, backOff: BackOff): void {
  setTimeout(() => {
    if (crew.stopping) return;
    place(crew, at, reusePort, backOff).catch((error: unknown) => {
      crew.options.log('error', 'gate.thread_not_started', { thread: at, reason: (error as Error).message });
      restart(crew, at, reusePort, backOff);
    });
  }, backOff.next());
}

async function sumMetrics(crew: Crew): Promise<string> {
  const alive = crew.threads.filter((thread) => thread !== undefined);
  const parts = await Promise.all(alive.map((thread) => thread.counters()));
  const sum = sumCounters(parts);
  return renderCounters(GATE_FAMILIES, sum) + ((await crew.options.processMetrics?.(sum)) ?? '');
}

async function endAll(crew: Crew, end: (thread: GateThread) => Promise<void>): Promise<void> {
  crew.stopping = true;
  await Promise.all(crew.threads.filter((thread) => thread !== undefined).map(end));
}

function checkPortIsFree(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (cause: Error & { code?: string }) => {
      const message = `The gate can not listen on ${host}:${port} (${cause.code ?? 'unknown'}); choose another gate.port.`;
      reject(new ServerError('port-in-use', message, { cause }));
    });
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve()));
  });
}
