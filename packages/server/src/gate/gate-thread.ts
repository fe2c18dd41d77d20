import { randomFillSync } from 'node:crypto';
import { parentPort, threadId, workerData } from 'node:worker_threads';
import { createAppender, type PortAppender } from '../ledger/port-appender.ts';
import { createReceiptClient } from '../ledger/receipt-port.ts';
import { systemClock } from '../seams/clock.ts';
import { sealContent } from '../vault/sealed-content.ts';
import { createAccountSnapshot } from './account-snapshot.ts';
import { type CounterValues, sumCounters } from './counters.ts';
import { createGate, type Gate } from './gate.ts';
import type { AccountSnapshot, Log } from './gate-ports.ts';
import { watchLoopDelay } from './loop-delay.ts';
import type { FromGateThread, GateThreadData, LogLevel, ToGateThread } from './thread-messages.ts';

// The entry of a gate thread: a gate between its ports. See start-gate-threads.ts for the other end.

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

function say(message: FromGateThread): void {
  parentPort?.postMessage(message);
}

function createLog(least: LogLevel): Log {
  const from = LEVELS.indexOf(least);
  return (level, event, fields) => {
    if (LEVELS.indexOf(level) >= from) say({ kind: 'log', level, event, fields });
  };
}

/** `/metrics` of one thread shows the sum over all: the main thread is asked for it. */
function createMetricsAsker(): { text: () => Promise<string>; answer: (id: number, text: string) => void } {
  const asked = new Map<number, (text: string) => void>();
  let nextId = 0;
  return {
    text: () =>
      new Promise((resolve) => {
        asked.set(nextId, resolve);
        say({ kind: 'ask-metrics', id: nextId++ });
      }),
    answer(id, text) {
      asked.get(id)?.(text);
      asked.delete(id);
    },
  };
}

type Obedient = {
  readonly gate: Gate;
  readonly appender: PortAppender;
  readonly snapshot: AccountSnapshot;
  readonly answerMetrics: (id: number, text: string) => void;
  readonly loopDelay: () => CounterValues;
};

function obey(message: ToGateThread, obedient: Obedient): void {
  const { gate, appender, snapshot, answerMetrics, loopDelay } = obedient;
  const leave = (done: Promise<void>): void => void done.finally(() => process.exit(0));
  switch (message.kind) {
    case 'apply':
      return snapshot.apply(message.changes);
    case 'ask-counters':
      return say({ kind: 'counters', id: message.id, values: sumCounters([gate.counters(), loopDelay()]) });
    case 'metrics':
      return answerMetrics(message.id, message.text);
    case 'configure':
      return gate.configure(message.config);
    case 'disconnect-ledger':
      // From here on nothing that waits can become an admission, so what is open now is all that will be completed.
      appender.disconnect(message.outage);
      return say({ kind: 'open-exchanges', id: message.id, exchanges: gate.openExchanges() });
    case 'connect-ledger':
      appender.connect(message.port);
      return gate.resumeLedger(message.recorded);
    case 'drain':
      return leave(gate.drain(message.timeoutMs));
    case 'stop':
      return leave(gate.close());
  }
}

async function run(data: GateThreadData): Promise<void> {
  const snapshot = createAccountSnapshot(data.snapshot);
  const metrics = createMetricsAsker();
  const loopDelay = watchLoopDelay(`gate-${threadId}`);
  const appender = createAppender(data.ledger, data.appenderLimits);
  const gate = createGate({
    config: data.config,
    appender,
    seal: sealContent,
    snapshot,
    budgetMemory: data.budgetMemory,
    receipts: createReceiptClient(data.receipts),
    clock: systemClock,
    log: createLog(data.logLevel),
    random: (bytes) => void randomFillSync(bytes),
    metricsText: metrics.text,
  });
  // Changes that came while this thread started wait in the port, in order.
  const obedient = { gate, appender, snapshot, answerMetrics: metrics.answer, loopDelay };
  parentPort?.on('message', (message: ToGateThread) => obey(message, obedient));
  const { port } = await gate.listen({ port: data.port, reusePort: data.reusePort });
  say({ kind: 'listening', port });
}

run(workerData as GateThreadData).catch((error: unknown) => {
  say({ kind: 'not-listening', code: (error as { code?: string }).code ?? 'unknown' });
});
