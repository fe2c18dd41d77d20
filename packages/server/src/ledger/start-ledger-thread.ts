import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { Config } from '../config/config.ts';
import { ServerError } from '../server-error.ts';
import type { ControlReply, LedgerStats } from './port-messages.ts';
import { toServerError } from './port-messages.ts';

export type LedgerThreadOptions = {
  readonly config: Pick<Config, 'dataDir' | 'ledger'>;
  /** Written into `ledger.opened`, such as `portcullis 0.1.0`. */
  readonly software: string;
};

/** What the thread is given. */
export type LedgerThreadData = Pick<Config, 'dataDir' | 'ledger'> & { readonly software: string };

export type LedgerThread = {
  /** The verifier keys of the ledger: Ed25519, then ML-DSA-44. */
  readonly vkeys: readonly string[];
  /** A port for one appender, in this thread or to be transferred to another. */
  connect(): MessagePort;
  /** Called with the published size after each publication. @returns a function that ends it */
  onPublished(listener: (size: number) => void): () => void;
  /** Called once when the ledger has stopped for good without being asked. @returns a function that ends it */
  onStopped(listener: (error: ServerError) => void): () => void;
  /** Publishes now and keeps the checkpoint for later consistency proofs. */
  archiveCheckpoint(): Promise<{ size: number; note: string }>;
  /** Publishes now. @returns the published size */
  flush(): Promise<number>;
  stats(): Promise<LedgerStats>;
  /** Takes what has arrived, publishes and lets go of the directory. Appends that come later are refused. */
  stop(): Promise<void>;
};

type Pending = { resolve: (value: unknown) => void; reject: (error: Error) => void };

/**
 * Starts the ledger thread; resolves when its start-up checks have passed.
 * @throws ServerError `ledger-locked`, `ledger-damaged`, `ledger-refused`, `bad-config`, `vault-damaged`
 */
export function startLedgerThread({ config, software }: LedgerThreadOptions): Promise<LedgerThread> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const workerData: LedgerThreadData = { dataDir: config.dataDir, ledger: config.ledger, software };
  const worker = new Worker(new URL(`./ledger-thread.${extension}`, import.meta.url), { workerData });
  const published = new Set<(size: number) => void>();
  const stopped = new Set<(error: ServerError) => void>();
  const asked = new Map<number, Pending>();
  let nextId = 0;
  let over: ServerError | undefined;
  let stopping = false;

  const end = (error: ServerError): void => {
    if (over !== undefined) return;
    over = error;
    if (!stopping) for (const listener of stopped) listener(error);
  };
  const ask = (kind: 'flush' | 'archive' | 'stats' | 'stop'): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (worker.threadId === -1) throw over ?? new ServerError('ledger-refused', 'The ledger has stopped.');
      asked.set(nextId, { resolve, reject });
      worker.postMessage({ kind, id: nextId++ });
    });
  const thread = (vkeys: readonly string[]): LedgerThread => ({
    vkeys,
    connect() {
      const { port1, port2 } = new MessageChannel();
      worker.postMessage({ kind: 'connect', port: port2 }, [port2]);
      return port1;
    },
    onPublished: (listener) => addListener(published, listener),
    onStopped(listener) {
      if (over !== undefined && !stopping) listener(over);
      return addListener(stopped, listener);
    },
    archiveCheckpoint: () => ask('archive') as Promise<{ size: number; note: string }>,
    flush: () => ask('flush') as Promise<number>,
    stats: () => ask('stats') as Promise<LedgerStats>,
    async stop() {
      if (stopping) return;
      stopping = true;
      const exited = new Promise((resolve) => worker.once('exit', resolve));
      if (worker.threadId === -1) return;
      await ask('stop');
      await exited;
    },
  });
  return new Promise((resolve, reject) => {
    worker.on('message', (reply: ControlReply) => {
      if (reply.kind === 'ready') resolve(thread(reply.vkeys));
      if (reply.kind === 'published') for (const listener of published) listener(reply.size);
      if (reply.kind === 'stopped') {
        end(toServerError(reply.error));
        reject(toServerError(reply.error));
      }
      if (reply.kind === 'answer') take(asked, reply.id)?.resolve(reply.value);
      if (reply.kind === 'failed') take(asked, reply.id)?.reject(toServerError(reply.error));
    });
    worker.on('error', (cause) => {
      end(new ServerError('ledger-refused', 'The ledger thread broke.', { cause }));
      reject(cause);
    });
    worker.on('exit', () => {
      end(new ServerError('ledger-refused', 'The ledger thread has ended.'));
      for (const { reject: fail } of asked.values()) fail(over as ServerError);
      asked.clear();
    });
  });
}

function addListener<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function take(asked: Map<number, Pending>, id: number): Pending | undefined {
  const pending = asked.get(id);
  asked.delete(id);
  return pending;
}
