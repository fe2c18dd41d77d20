import { Worker } from 'node:worker_threads';
import type { SnapshotChange } from '../accounts/account.ts';
import { ServerError } from '../server-error.ts';
import type { CounterValues } from './counters.ts';
import type { Log } from './gate-ports.ts';
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
  drain(timeoutMs: number): Promise<void>;
  stop(): Promise<void>;
};

type Asked = Map<number, (values: CounterValues) => void>;

/** Resolves when it listens. @throws ServerError `unsupported` where a port can not be shared, `port-in-use` otherwise */
export function openGateThread(options: GateThreadOptions): Promise<GateThread> {
  const { log, metricsText, onLost, ...workerData } = options;
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const worker = new Worker(new URL(`./gate-thread.${extension}`, import.meta.url), {
    workerData,
    transferList: [workerData.ledger, workerData.receipts],
    name: 'gate',
  });
  const asked: Asked = new Map();
  const state = { asking: 0, ending: false, listening: false, reason: 'it ended' };
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
      // Whoever waits for counters of a thread that is gone gets none of it.
      for (const give of asked.values()) give(new Map());
      asked.clear();
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
    asked.get(message.id)?.(message.values);
    asked.delete(message.id);
  } else if (message.kind === 'ask-metrics') {
    const { id } = message;
    void metricsText().then((text) => tell(worker, { kind: 'metrics', id, text }));
  }
}

function seenFromMain(
  worker: Worker,
  port: number,
  asked: Asked,
  state: { asking: number; ending: boolean },
): GateThread {
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
        asked.set(state.asking, resolve);
        tell(worker, { kind: 'ask-counters', id: state.asking++ });
      }),
    drain: (timeoutMs) => end({ kind: 'drain', timeoutMs }),
    stop: () => end({ kind: 'stop' }),
  };
}

function tell(worker: Worker, message: ToGateThread): void {
  worker.postMessage(message);
}

function notListening(code: string): ServerError {
  return code === 'ENOTSUP' || code === 'EINVAL' || code === 'ENOPROTOOPT'
    ? new ServerError('unsupported', 'This system can not share a port between threads.')
    : new ServerError('port-in-use', `The gate can not listen (${code}); choose another gate.port.`);
}
