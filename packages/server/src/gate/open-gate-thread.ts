import { type MessagePort, Worker } from 'node:worker_threads';
import type { SnapshotChange } from '../accounts/account.ts';
import type { Outage } from '../ledger/appender.ts';
import { ServerError } from '../server-error.ts';
import type { CounterValues } from './counters.ts';
import type { GateConfigView, Log } from './gate-ports.ts';
import type { FromGateThread, GateThreadData, ToGateThread } from './thread-messages.ts';

export type GateThreadOptions = GateThreadData & {
  readonly log: Log;
  /** The sum over all threads, for `/metrics` of this one. */
  metricsText(): Promise<string>;
  /** Called once when the thread ends without being asked. */
  onLost(reason: string): void;
};

/** One running gate thread, seen from the main thread. */
export type GateThread = {
  readonly port: number;
  apply(changes: readonly SnapshotChange[]): void;
  counters(): Promise<CounterValues>;
  configure(config: GateConfigView): void;
  /** @returns the exchanges that it will complete once the ledger is there again */
  disconnectLedger(outage: Outage): Promise<readonly string[]>;
  connectLedger(port: MessagePort, recorded: readonly string[]): void;
  drain(timeoutMs: number): Promise<void>;
  stop(): Promise<void>;
};

/** Who waits for an answer; a thread that has ended gives nothing. */
type Asked = {
  nextId: number;
  readonly counters: Map<number, (values: CounterValues) => void>;
  readonly exchanges: Map<number, (exchanges: readonly string[]) => void>;
};

/** Resolves when it listens. @throws ServerError `unsupported` where a port can not be shared, `port-in-use` otherwise */
export function openGateThread(options: GateThreadOptions): Promise<GateThread> {
  const { log, metricsText, onLost, ...workerData } = options;
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const worker = new Worker(new URL(`./gate-thread.${extension}`, import.meta.url), {
    workerData,
    transferList: [workerData.ledger, workerData.receipts],
    name: 'gate',
  });
  const asked: Asked = { nextId: 0, counters: new Map(), exchanges: new Map() };
  const state = { ending: false, listening: false, reason: 'it ended' };
  return new Promise((resolve, reject) => {
    worker.on('message', (message: FromGateThread) => {
      if (message.kind === 'listening') {
        state.listening = true;
        resolve(seenFromMain(worker, message.port, asked, state));
      } else if (message.kind === 'not-listening') {
        state.ending = true;
        void worker.terminate();
        reject(notListening(message.code));
      } else answer(message, worker, asked, log, metricsText);
    });
    worker.on('error', (error: Error) => {
      state.reason = error.name;
      log('error', 'gate.thread_error', { 'error.type': error.name, 'error.message': error.message });
    });
    worker.on('exit', () => {
      for (const give of asked.counters.values()) give(new Map());
      for (const give of asked.exchanges.values()) give([]);
      if (state.listening && !state.ending) onLost(state.reason);
      else reject(new ServerError('unsupported', `A gate thread ended before it listened: ${state.reason}.`));
    });
  });
}

function answer(
  message: FromGateThread,
  worker: Worker,
  asked: Asked,
  log: Log,
  metricsText: () => Promise<string>,
): void {
  if (message.kind === 'log') log(message.level, message.event, message.fields);
  else if (message.kind === 'counters') {
    take(asked.counters, message.id)?.(message.values);
  } else if (message.kind === 'open-exchanges') {
    take(asked.exchanges, message.id)?.(message.exchanges);
  } else if (message.kind === 'ask-metrics') {
    const { id } = message;
    void metricsText().then((text) => tell(worker, { kind: 'metrics', id, text }));
  }
}

function seenFromMain(worker: Worker, port: number, asked: Asked, state: { ending: boolean }): GateThread {
  const end = (message: ToGateThread): Promise<void> => {
    state.ending = true;
    const gone = new Promise<void>((resolve) => {
      worker.once('exit', () => resolve());
    });
    tell(worker, message);
    return worker.threadId === -1 ? Promise.resolve() : gone;
  };
  return {
    port,
    apply: (changes) => tell(worker, { kind: 'apply', changes }),
    counters: () =>
      new Promise((resolve) => {
        if (worker.threadId === -1) return resolve(new Map());
        asked.counters.set(asked.nextId, resolve);
        tell(worker, { kind: 'ask-counters', id: asked.nextId++ });
      }),
    configure: (config) => tell(worker, { kind: 'configure', config }),
    disconnectLedger: (outage) =>
      new Promise((resolve) => {
        if (worker.threadId === -1) return resolve([]);
        asked.exchanges.set(asked.nextId, resolve);
        tell(worker, { kind: 'disconnect-ledger', id: asked.nextId++, outage });
      }),
    connectLedger: (port, recorded) => worker.postMessage({ kind: 'connect-ledger', port, recorded }, [port]),
    drain: (timeoutMs) => end({ kind: 'drain', timeoutMs }),
    stop: () => end({ kind: 'stop' }),
  };
}

function take<T>(waiting: Map<number, T>, id: number): T | undefined {
  const found = waiting.get(id);
  waiting.delete(id);
  return found;
}

function tell(worker: Worker, message: ToGateThread): void {
  worker.postMessage(message);
}

function notListening(code: string): ServerError {
  return code === 'ENOTSUP' || code === 'EINVAL' || code === 'ENOPROTOOPT'
    ? new ServerError('unsupported', 'This system can not share a port between threads.')
    : new ServerError('port-in-use', `The gate can not listen (${code}); choose another gate.port.`);
}
