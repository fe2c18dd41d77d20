import { randomFillSync } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { createAppender } from '../ledger/port-appender.ts';
import { createReceiptClient } from '../ledger/receipt-port.ts';
import { systemClock } from '../seams/clock.ts';
import { sealContent } from '../vault/sealed-content.ts';
import { createAccountSnapshot } from './account-snapshot.ts';
import { createGate, type Gate } from './gate.ts';
import type { AccountSnapshot, Log } from './gate-ports.ts';
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

function obey(
  message: ToGateThread,
  gate: Gate,
  snapshot: AccountSnapshot,
  answerMetrics: (id: number, text: string) => void,
): void {
  const leave = (done: Promise<void>): void => void done.finally(() => process.exit(0));
  switch (message.kind) {
    case 'apply':
      return snapshot.apply(message.changes);
    case 'ask-counters':
      return say({ kind: 'counters', id: message.id, values: gate.counters() });
    case 'metrics':
      return answerMetrics(message.id, message.text);
    case 'drain':
      return leave(gate.drain(message.timeoutMs));
    case 'stop':
      return leave(gate.close());
  }
}

async function run(data: GateThreadData): Promise<void> {
  const snapshot = createAccountSnapshot(data.snapshot);
  const metrics = createMetricsAsker();
  const gate = createGate({
    config: data.config,
    appender: createAppender(data.ledger, data.appenderLimits),
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
  parentPort?.on('message', (message: ToGateThread) => obey(message, gate, snapshot, metrics.answer));
  const { port } = await gate.listen({ port: data.port, reusePort: data.reusePort });
  say({ kind: 'listening', port });
}

run(workerData as GateThreadData).catch((error: unknown) => {
  say({ kind: 'not-listening', code: (error as { code?: string }).code ?? 'unknown' });
});
