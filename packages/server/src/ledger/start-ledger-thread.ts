import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { Config, LedgerConfig } from '../config/config.ts';
import type { ServerError } from '../server-error.ts';
import type { Resumption } from './opening-entries.ts';
import { type ControlReply, type LedgerStats, toServerError } from './port-messages.ts';
import { type StopCause, threadBroke, threadEnded } from './stop-cause.ts';

/** A ledger is checked whole at start where nothing else is said. */
export type LedgerThreadConfig = Pick<Config, 'dataDir'> & {
  readonly ledger: Omit<LedgerConfig, 'startCheck'> & Partial<Pick<LedgerConfig, 'startCheck'>>;
};

export type LedgerThreadOptions = {
  readonly config: LedgerThreadConfig;
  /** Told now and then how many of the entries a start has checked. */
  readonly onChecking?: ((checked: number, total: number) => void) | undefined;
  /** Written into `ledger.opened`, such as `portcullis 0.1.0`. */
  readonly software: string;
  /** Another entry file than ledger-thread.ts, with other back ends: for tests that make the disk fail. */
  readonly entry?: URL;
  /** Told where only the ledger was closed meanwhile, and the gates went on. */
  readonly resumption?: Resumption;
};

/** What the thread is given. */
export type LedgerThreadData = LedgerThreadConfig & {
  readonly software: string;
  readonly resumption?: Resumption;
  /** Two 64-bit numbers: entries that are durable, and `LedgerWriter.clockOffsetMs`. Written by the thread, read by others. */
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
  /** Called once when the ledger has stopped without being asked, and let go of the directory. @returns a function that ends it */
  onStopped(listener: (error: ServerError, cause: StopCause) => void): () => void;
  /** Publishes now and keeps the checkpoint for later consistency proofs. */
  archiveCheckpoint(): Promise<{ size: number; note: string }>;
  /** Publishes now. @returns the published size */
  flush(): Promise<number>;
  stats(): Promise<LedgerStats>;
  /** Takes what has arrived, publishes and lets go of the directory. Appends that come later are refused. */
  stop(): Promise<void>;
};

/** One thread from its start to its end. `recorded`: see `OpenedLedger`. */
export type StartedThread = LedgerThread & {
  readonly recorded: readonly string[];
  /** See `LedgerWriter`. */
  readonly clockOffsetMs: number;
};

/** The thread did not start. */
export type NotStarted = { readonly cause: StopCause };

type Pending = { resolve: (value: unknown) => void; reject: (error: Error) => void };

/** What is known of the thread from this side. */
type Link = {
  readonly worker: Worker;
  readonly durable: BigInt64Array;
  readonly published: Set<(size: number) => void>;
  readonly stopped: Set<(error: ServerError, cause: StopCause) => void>;
  readonly asked: Map<number, Pending>;
  nextId: number;
  /** Why it takes nothing more, once that is so. */
  cause: StopCause | undefined;
  /** It has ended, and with it its hold on the directory. */
  ended: boolean;
  /** It was asked to. */
  stopping: boolean;
};

/**
 * Starts the ledger thread; resolves when its start-up checks have passed.
 * @throws ServerError `ledger-locked`, `ledger-damaged`, `ledger-refused`, `bad-config`, `vault-damaged`, `storage-failed`
 */
export async function startLedgerThread(options: LedgerThreadOptions): Promise<StartedThread> {
  const started = await tryLedgerThread(options);
  if ('cause' in started) throw toServerError(started.cause);
  return started;
}

/** The same, with the whole cause where it did not start. */
export function tryLedgerThread(options: LedgerThreadOptions): Promise<StartedThread | NotStarted> {
  const link = openLink(options);
  const { worker } = link;
  return new Promise((resolve) => {
    worker.on('message', (reply: ControlReply) => {
      if (reply.kind === 'checking') options.onChecking?.(reply.checked, reply.total);
      if (reply.kind === 'ready') resolve(createThread(link, reply));
      hear(link, reply);
    });
    worker.on('error', (error) => {
      link.cause ??= threadBroke(error);
    });
    worker.on('exit', () => {
      link.ended = true;
      link.cause ??= threadEnded('The ledger thread has ended.');
      const { cause } = link;
      for (const { reject } of link.asked.values()) reject(toServerError(cause));
      link.asked.clear();
      if (!link.stopping) for (const listener of link.stopped) listener(toServerError(cause), cause);
      resolve({ cause });
    });
  });
}

function openLink({ config, software, entry, resumption }: LedgerThreadOptions): Link {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const durable = new SharedArrayBuffer(16);
  const { dataDir, ledger } = config;
  const common = { dataDir, ledger, software, durable };
  const workerData: LedgerThreadData = resumption === undefined ? common : { ...common, resumption };
  const file = entry ?? new URL(`./ledger-thread.${extension}`, import.meta.url);
  return {
    worker: new Worker(file, { workerData, name: 'ledger' }),
    durable: new BigInt64Array(durable),
    published: new Set(),
    stopped: new Set(),
    asked: new Map(),
    nextId: 0,
    cause: undefined,
    ended: false,
    stopping: false,
  };
}

type Ready = Extract<ControlReply, { kind: 'ready' }>;

function createThread(link: Link, { vkeys, recorded }: Ready): StartedThread {
  const { worker, published, stopped } = link;
  return {
    vkeys,
    recorded,
    get durableSize() {
      return Number(Atomics.load(link.durable, 0));
    },
    get clockOffsetMs() {
      return Number(Atomics.load(link.durable, 1));
    },
    connect() {
      const { port1, port2 } = new MessageChannel();
      worker.postMessage({ kind: 'connect', port: port2 }, [port2]);
      return port1;
    },
    onPublished: (listener) => addListener(published, listener),
    onStopped(listener) {
      const { cause } = link;
      if (link.ended && !link.stopping && cause !== undefined) listener(toServerError(cause), cause);
      return addListener(stopped, listener);
    },
    archiveCheckpoint: () => ask(link, 'archive') as Promise<{ size: number; note: string }>,
    flush: () => ask(link, 'flush') as Promise<number>,
    stats: () => ask(link, 'stats') as Promise<LedgerStats>,
    async stop() {
      if (link.stopping) return;
      link.stopping = true;
      if (link.ended) return;
      const exited = new Promise((resolve) => worker.once('exit', resolve));
      // Where it has stopped by itself, it is on its way out.
      const asked = ask(link, 'stop').catch((error: unknown) => {
        if (link.cause === undefined) throw error;
      });
      await exited;
      await asked;
    },
  };
}

function ask(link: Link, kind: 'flush' | 'archive' | 'stats' | 'stop'): Promise<unknown> {
  return new Promise((resolve, reject) => {
    if (link.ended) throw toServerError(link.cause ?? threadEnded('The ledger has stopped.'));
    link.asked.set(link.nextId, { resolve, reject });
    link.worker.postMessage({ kind, id: link.nextId++ });
  });
}

function hear(link: Link, reply: ControlReply): void {
  if (reply.kind === 'published') for (const listener of link.published) listener(reply.size);
  if (reply.kind === 'stopped') link.cause ??= reply.cause;
  if (reply.kind === 'answer') take(link.asked, reply.id)?.resolve(reply.value);
  if (reply.kind === 'failed') take(link.asked, reply.id)?.reject(toServerError(reply.error));
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
