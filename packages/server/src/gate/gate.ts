import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerClientError } from './answer-client-error.ts';
import { createBudgetClock } from './budget-clock.ts';
import { createBudgets } from './budgets.ts';
import { createCompletionQueue } from './completion-queue.ts';
import type { CounterValues } from './counters.ts';
import type { GateContext } from './gate-context.ts';
import { createGateMetrics } from './gate-metrics.ts';
import { configureGate } from './configure-gate.ts';
import type { GateConfigView, GatePorts } from './gate-ports.ts';
import { cutExchange } from './cut-exchange.ts';
import { handleRequest } from './handle-request.ts';
import { counterValues, metricsText } from './metrics-text.ts';
import { createRandomSource } from './random-source.ts';
import { createRefusalTally } from './refusal-tally.ts';
import { createRoutes } from './routes.ts';
import { startSweeps } from './sweep.ts';
import { createUpstream } from './upstreams.ts';

/** The HTTP data plane of one thread. */
export type Gate = {
  /** Listens where the configuration says. @throws the system's error, such as `EADDRINUSE` or, without `reusePort` support, `ENOTSUP` */
  listen(options?: {
    readonly reusePort?: boolean;
    readonly port?: number;
  }): Promise<{ readonly port: number }>;
  /** Takes nothing new, lets finish what runs, and closes. What is not finished in time is cut. */
  drain(timeoutMs: number): Promise<void>;
  /** Cuts everything now. */
  close(): Promise<void>;
  /** Prometheus text of this gate's own counters. */
  metrics(): string;
  /** The counters as plain data, for sums over threads. */
  counters(): CounterValues;
  /** Puts new settings in the place of the old ones, for requests from now on. What only a start can change is left as it is. */
  configure(config: GateConfigView): void;
  /** Exchanges that are on the ledger and not known to be completed there: of those that run, and of those that ended meanwhile. */
  openExchanges(): string[];
  /** The ledger takes entries again. @param recorded of {@link openExchanges}, those that it has as completed */
  resumeLedger(recorded: readonly string[]): void;
  /** Exchanges that run now. */
  readonly inFlight: number;
};

/** Connections that wait for the next request; above the idle time of common client pools, so that those close first. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;
const DRAIN_SWEEP_MS = 20;
const RECORD_REST_MS = 5_000;
const RECORD_CHECK_MS = 5;

export function createGate(ports: GatePorts): Gate {
  const context = createContext(ports);
  const server = createGateServer(context);
  let stopSweeps: () => void = () => {};
  const close = async (): Promise<void> => {
    const closed = stopListening(context, server);
    for (const exchange of context.running) cutExchange(context, exchange);
    server.closeAllConnections();
    await closed;
    stopSweeps();
    await recordRest(context);
    const retired = context.retired.map(({ upstream }) => upstream);
    await Promise.all([...context.upstreams, ...retired].map((upstream) => upstream.pool.destroy()));
  };
  return {
    async listen(options = {}) {
      await listen(server, {
        host: ports.config.gate.host,
        port: options.port ?? ports.config.gate.port,
        reusePort: options.reusePort ?? false,
      });
      stopSweeps = startSweeps(context);
      return { port: (server.address() as AddressInfo).port };
    },
    async drain(timeoutMs) {
      context.draining = true;
      const late = Promise.withResolvers<void>();
      const timeout = setTimeout(late.resolve, timeoutMs);
      const idle = Promise.withResolvers<void>();
      // Connections fall idle one by one as their exchanges end.
      const check = (): void => {
        server.closeIdleConnections();
        if (context.running.size === 0) idle.resolve();
      };
      check();
      const sweep = setInterval(check, DRAIN_SWEEP_MS);
      // Until then it listens, so that who comes is told, and readiness can be asked.
      await Promise.race([idle.promise, late.promise]);
      await Promise.race([stopListening(context, server), late.promise]);
      clearInterval(sweep);
      clearTimeout(timeout);
      await close();
    },
    close,
    metrics: () => metricsText(context),
    counters: () => counterValues(context),
    configure(config) {
      configureGate(context, config);
      server.headersTimeout = config.gate.headersTimeoutMs;
      server.maxConnections = config.gate.connectionsMax;
    },
    openExchanges: () => openExchanges(context),
    resumeLedger: (recorded) => context.completions.resume(new Set(recorded)),
    get inFlight() {
      return context.running.size;
    },
  };
}

/** An exchange whose admission is not known to be durable will never be released: it is not among them. */
function openExchanges(context: GateContext): string[] {
  const running = [...context.running].filter(({ admission }) => admission === 'durable');
  return [...running.map(({ ask }) => ask.id), ...context.completions.exchanges()];
}

function stopListening(context: GateContext, server: Server): Promise<void> {
  context.draining = true;
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}

/** Waits for the ends of exchanges to be on the ledger; not for long, as the ledger may be out. */
async function recordRest(context: GateContext): Promise<void> {
  if (context.ports.appender.outage?.over) return;
  const ended = new AbortController();
  const { admissionTimeoutMs } = context.ports.config.gate;
  const timeout = setTimeout(() => ended.abort(), Math.min(RECORD_REST_MS, admissionTimeoutMs));
  const recorded = async (): Promise<void> => {
    while (context.running.size > 0 && !ended.signal.aborted) await sleep(RECORD_CHECK_MS);
    await context.refusals.flush();
    await context.completions.flushed();
  };
  await Promise.race([recorded(), once(ended.signal, 'abort')]);
  clearTimeout(timeout);
}

function createContext(ports: GatePorts): GateContext {
  const { config, appender, clock, log } = ports;
  const kept = { bytes: 0, bytesMax: config.gate.bodyMemoryBytesMax };
  const metrics = createGateMetrics();
  const own = { ...ports };
  // Ends of exchanges that may wait for the ledger before nothing new is admitted.
  const completionsWaitingMax = (): number => Math.ceil(own.config.gate.exchangesMax / 10);
  return {
    ports: own,
    routes: createRoutes(config.gate.allowPaths),
    upstreams: config.upstreams.map(createUpstream),
    retired: [],
    budgets: createBudgets(ports.budgetMemory),
    budgetClock: createBudgetClock(ports.budgetMemory, clock),
    metrics,
    refusals: createRefusalTally(appender, clock, log),
    completions: createCompletionQueue(appender, kept, completionsWaitingMax, log, () =>
      metrics.completionLost(),
    ),
    random: createRandomSource(ports.random),
    running: new Set(),
    receiving: new Set(),
    connections: new Map(),
    bodies: { bytes: 0 },
    kept,
    draining: false,
  };
}

function createGateServer(context: GateContext): Server {
  const { gate } = context.ports.config;
  const server = createServer({
    maxHeaderSize: gate.headerBytesMax,
    headersTimeout: gate.headersTimeoutMs,
    // Bodies have an idle time-out of their own: a large one on a slow line may take long.
    requestTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    connectionsCheckingInterval: Math.min(1_000, Math.max(50, gate.headersTimeoutMs / 4)),
    insecureHTTPParser: false,
    // Refused by handleRequest, in the gate's own words.
    requireHostHeader: false,
  });
  server.maxConnections = gate.connectionsMax;
  server.on('connection', (socket) => {
    context.connections.set(socket, { sinceMs: 0, takenBytes: 0 });
    socket.once('close', () => context.connections.delete(socket));
  });
  const handle = handleRequest.bind(undefined, context);
  server.on('request', handle);
  server.on('checkContinue', handle);
  server.on('checkExpectation', handle);
  server.on('clientError', (error, socket) => answerClientError(context, error, socket));
  return server;
}

function listen(server: Server, where: { host: string; port: number; reusePort: boolean }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
