import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { Config, LedgerConfig } from '../config/config.ts';
import { ServerError } from '../server-error.ts';
import { type ControlReply, type LedgerStats, toServerError } from './port-messages.ts';

/** A ledger is checked whole at start where nothing else is said. */
export type LedgerThreadConfig = Pick<Config, 'dataDir'> & {
  readonly ledger: Omit<LedgerConfig, 'startCheck'> & Partial<Pick<LedgerConfig, 'startCheck'>>;
};

export type LedgerThreadOptions = {
  readonly config: LedgerThreadConfig;
  /** Told now and then how many of the entries a start has checked. */
  readonly onChecking?: (checked: number, total: number) => void;
  /** Written into `ledger.opened`, such as `portcullis 0.1.0`. */
  readonly software: string;
};

/** What the thread is given. */
export type LedgerThreadData = LedgerThreadConfig & {
  readonly software: string;
  /** One 64-bit number: entries that are durable. Written by the thread, read by others. */
  readonly durable: SharedArrayBuffer;
};

export type LedgerThread = {
  /** The verifier keys of the ledger: Ed25519, then ML-DSA-44. */
  readonly vkeys: readonly string[];
  /** Entries that are durable now, published or not. */
  readonly durableSize: number;
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

/** What is known of the thread from this side. */
type Link = {
  readonly worker: Worker;
  readonly durable: BigInt64Array;
  readonly published: Set<(size: number) => void>;
  readonly stopped: Set<(error: ServerError) => void>;
  readonly asked: Map<number, Pending>;
  nextId: number;
  /** Set once it has stopped. */
  over: ServerError | undefined;
  /** It was asked to. */
  stopping: boolean;
};

/**
 * Starts the ledger thread; resolves when its start-up checks have passed.
 * @throws ServerError `ledger-locked`, `ledger-damaged`, `ledger-refused`, `bad-config`, `vault-damaged`
 */
export function startLedgerThread(options: LedgerThreadOptions): Promise<LedgerThread> {
  const { config, software, onChecking } = options;
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const durable = new SharedArrayBuffer(8);
  const { dataDir, ledger } = config;
  const workerData: LedgerThreadData = { dataDir, ledger, software, durable };
  const worker = new Worker(new URL(`./ledger-thread.${extension}`, import.meta.url), {
    workerData,
    name: 'ledger',
  });
  const link: Link = {
    worker,
    durable: new BigInt64Array(durable),
    published: new Set(),
    stopped: new Set(),
    asked: new Map(),
    nextId: 0,
    over: undefined,
    stopping: false,
  };
  return new Promise((resolve, reject) => {
    worker.on('message', (reply: ControlReply) => {
      if (reply.kind === 'checking') onChecking?.(reply.checked, reply.total);
      if (reply.kind === 'ready') resolve(createThread(link, reply.vkeys));
      if (reply.kind === 'stopped') reject(toServerError(reply.error));
      hear(link, reply);
    });
    worker.on('error', (cause) => {
      end(link, new ServerError('ledger-refused', 'The ledger thread broke.', { cause }));
      reject(cause);
    });
    worker.on('exit', () => {
      end(link, new ServerError('ledger-refused', 'The ledger thread has ended.'));
      for (const { reject: fail } of link.asked.values()) fail(link.over as ServerError);
      link.asked.clear();
    });
  });
}

function createThread(link: Link, vkeys: readonly string[]): LedgerThread {
  const { worker, published, stopped } = link;
  return {
    vkeys,
    get durableSize() {
      return Number(Atomics.load(link.durable, 0));
    },
    connect() {
      const { port1, port2 } = new MessageChannel();
      worker.postMessage({ kind: 'connect', port: port2 }, [port2]);
      return port1;
    },
    onPublished: (listener) => addListener(published, listener),
    onStopped(listener) {
      if (link.over !== undefined && !link.stopping) listener(link.over);
      return addListener(stopped, listener);
    },
    archiveCheckpoint: () => ask(link, 'archive') as Promise<{ size: number; note: string }>,
    flush: () => ask(link, 'flush') as Promise<number>,
    stats: () => ask(link, 'stats') as Promise<LedgerStats>,
    async stop() {
      if (link.stopping) return;
      link.stopping = true;
      if (worker.threadId === -1) return;
      const exited = new Promise((resolve) => worker.once('exit', resolve));
      await ask(link, 'stop');
      await exited;
    },
  };
}

function ask(link: Link, kind: 'flush' | 'archive' | 'stats' | 'stop'): Promise<unknown> {
  return new Promise((resolve, reject) => {
    if (link.worker.threadId === -1)
      throw link.over ?? new ServerError('ledger-refused', 'The ledger has stopped.');
    link.asked.set(link.nextId, { resolve, reject });
    link.worker.postMessage({ kind, id: link.nextId++ });
  });
}

function hear(link: Link, reply: ControlReply): void {
  if (reply.kind === 'published') for (const listener of link.published) listener(reply.size);
  if (reply.kind === 'stopped') end(link, toServerError(reply.error));
  if (reply.kind === 'answer') take(link.asked, reply.id)?.resolve(reply.value);
  if (reply.kind === 'failed') take(link.asked, reply.id)?.reject(toServerError(reply.error));
}

function end(link: Link, error: ServerError): void {
  if (link.over !== undefined) return;
  link.over = error;
  if (!link.stopping) for (const listener of link.stopped) listener(error);
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
