import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { type BackOff, createBackOff } from '../seams/back-off.ts';
import type { Clock } from '../seams/clock.ts';
import { ServerError } from '../server-error.ts';
import type { Outage } from './appender.ts';
import { toServerError } from './port-messages.ts';
import {
  type LedgerThread,
  type LedgerThreadOptions,
  type StartedThread,
  startLedgerThread,
  tryLedgerThread,
} from './start-ledger-thread.ts';
import { outageWords, type StopCause } from './stop-cause.ts';

// Keeps a ledger thread running: where one ends for a cause that can go away, the ledger is opened anew, with the checks of its edge, until that works.
// docs/decisions/0005-recovery.md

/** Those who write to the ledger, as the supervisor sees them. */
export type LedgerClients = {
  /**
   * Refuses what waits for the ledger, and says which exchanges will be completed later.
   * Called before each attempt to open the ledger, as their number changes.
   */
  disconnect(outage: Outage): Promise<readonly string[]>;
  /** Gives every appender a new port. @param recorded of those exchanges, the ones that the ledger has as completed */
  connect(recorded: readonly string[]): void;
};

/** A ledger thread that is started anew where it ends. Its `onStopped` is told only where it is over for good. */
export type SupervisedLedger = LedgerThread & {
  /** Undefined while entries are taken. */
  readonly outage: Outage | undefined;
  /** Says who writes; called once, before anything can go wrong that they should survive. */
  serve(clients: LedgerClients): void;
  /** Called whenever an outage begins, and with undefined when it is over. @returns a function that ends it */
  onOutage(listener: (outage: Outage | undefined) => void): () => void;
};

export type SuperviseOptions = Omit<LedgerThreadOptions, 'resumption'> & {
  readonly clock: Clock;
  /** The pause before the first attempt; each further one is twice as long, up to fifty times. Default: 100. */
  readonly delayMs?: number;
};

const DELAY_MS = 100;
const DELAY_FACTOR_MAX = 50;
/** A thread that lived this long starts the back-off from its beginning. */
const SETTLED_MS = 10_000;
/** So often may it break within {@link BROKEN_WITHIN_MS} in a way that nobody foresaw. */
const BROKEN_MAX = 10;
const BROKEN_WITHIN_MS = 60_000;

const CLOSED: Outage = {
  code: 'thread_ended',
  message: 'The ledger was closed.',
  retryAfterSeconds: 5,
  over: true,
};

type Watch = {
  readonly options: SuperviseOptions;
  thread: StartedThread;
  startedMs: number;
  /** Threads so far. */
  opened: number;
  outage: Outage | undefined;
  /** When entries were last taken. */
  outSinceMs: number;
  readonly backOff: BackOff;
  brokenAtMs: number[];
  clients: LedgerClients | undefined;
  over: StopCause | undefined;
  stopping: boolean;
  wake: () => void;
  recovering: Promise<void> | undefined;
  readonly published: Set<(size: number) => void>;
  readonly stopped: Set<(error: ServerError, cause: StopCause) => void>;
  readonly outages: Set<(outage: Outage | undefined) => void>;
};

/** @throws ServerError as `startLedgerThread` where the first start fails: then a person is there to read it */
export async function superviseLedger(options: SuperviseOptions): Promise<SupervisedLedger> {
  const thread = await startLedgerThread(options);
  const firstMs = options.delayMs ?? DELAY_MS;
  const watch: Watch = {
    options,
    thread,
    startedMs: options.clock.monotonic(),
    opened: 0,
    outage: undefined,
    outSinceMs: 0,
    backOff: createBackOff({ firstMs, maxMs: firstMs * DELAY_FACTOR_MAX }),
    brokenAtMs: [],
    clients: undefined,
    over: undefined,
    stopping: false,
    wake: () => {},
    recovering: undefined,
    published: new Set(),
    stopped: new Set(),
    outages: new Set(),
  };
  adopt(watch, thread);
  return seenFromOutside(watch);
}

function seenFromOutside(watch: Watch): SupervisedLedger {
  const whileThere = <T>(ask: (thread: StartedThread) => Promise<T>): Promise<T> =>
    watch.outage === undefined
      ? ask(watch.thread)
      : Promise.reject(new ServerError('ledger-refused', watch.outage.message));
  return {
    get vkeys() {
      return watch.thread.vkeys;
    },
    get durableSize() {
      return watch.thread.durableSize;
    },
    get outage() {
      return watch.outage;
    },
    serve(clients) {
      watch.clients = clients;
      if (watch.outage !== undefined) void clients.disconnect(watch.outage);
      // It was opened again before anybody could be told.
      else if (watch.opened > 1) clients.connect([]);
    },
    connect: () => (watch.outage === undefined ? watch.thread.connect() : deadPort()),
    onPublished: (listener) => addListener(watch.published, listener),
    onOutage: (listener) => addListener(watch.outages, listener),
    onStopped(listener) {
      if (watch.over !== undefined) listener(toServerError(watch.over), watch.over);
      return addListener(watch.stopped, listener);
    },
    archiveCheckpoint: () => whileThere((thread) => thread.archiveCheckpoint()),
    flush: () => whileThere((thread) => thread.flush()),
    stats: () => whileThere((thread) => thread.stats()),
    async stop() {
      watch.stopping = true;
      watch.wake();
      await watch.recovering;
      await watch.thread.stop();
      watch.outage ??= CLOSED;
    },
  };
}

function adopt(watch: Watch, thread: StartedThread): void {
  watch.thread = thread;
  watch.opened += 1;
  watch.startedMs = watch.options.clock.monotonic();
  thread.onPublished((size) => {
    for (const listener of watch.published) listener(size);
  });
  thread.onStopped((_error, cause) => {
    if (watch.stopping) return;
    watch.outSinceMs = watch.options.clock.monotonic();
    if (watch.outSinceMs - watch.startedMs > SETTLED_MS) watch.backOff.reset();
    watch.recovering = recover(watch, cause).finally(() => {
      watch.recovering = undefined;
    });
  });
}

async function recover(watch: Watch, first: StopCause): Promise<void> {
  let cause = first;
  for (;;) {
    if (isFinal(watch, cause)) return end(watch, cause);
    const delayMs = watch.backOff.next();
    const outage = describe(cause, delayMs);
    declare(watch, outage);
    await pause(watch, delayMs);
    if (watch.stopping) return;
    const running = (await watch.clients?.disconnect(outage)) ?? [];
    const outageMs = watch.options.clock.monotonic() - watch.outSinceMs;
    const { clockOffsetMs } = watch.thread;
    const resumption = { outage: first.outage, outageMs, running, clockOffsetMs };
    const started = await tryLedgerThread({ ...watch.options, resumption });
    if (!('cause' in started)) {
      adopt(watch, started);
      if (watch.stopping) return;
      declare(watch, undefined);
      return watch.clients?.connect(started.recorded);
    }
    cause = started.cause;
  }
}

/** Something that nobody foresaw may go away with the thread it happened in; if it comes again and again, it does not. */
function isFinal(watch: Watch, cause: StopCause): boolean {
  if (cause.kind !== 'broken') return cause.kind === 'final';
  const nowMs = watch.options.clock.monotonic();
  watch.brokenAtMs = watch.brokenAtMs.filter((atMs) => nowMs - atMs < BROKEN_WITHIN_MS);
  watch.brokenAtMs.push(nowMs);
  return watch.brokenAtMs.length > BROKEN_MAX;
}

function end(watch: Watch, cause: StopCause): void {
  watch.over = cause;
  const outage: Outage = {
    code: cause.outage,
    message: 'The ledger has stopped for good, and the gate with it.',
    retryAfterSeconds: 5,
    over: true,
  };
  declare(watch, outage);
  for (const listener of watch.stopped) listener(toServerError(cause), cause);
}

function declare(watch: Watch, outage: Outage | undefined): void {
  watch.outage = outage;
  if (outage !== undefined) void watch.clients?.disconnect(outage);
  for (const listener of watch.outages) listener(outage);
}

function describe({ outage: code }: StopCause, delayMs: number): Outage {
  return {
    code,
    message: `The ledger takes no entries, as ${outageWords(code)}. It is opened again by itself.`,
    retryAfterSeconds: Math.max(1, Math.ceil(delayMs / 1000)),
    over: false,
  };
}

/** Ends early where the supervisor is to stop. */
function pause(watch: Watch, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    if (watch.stopping) return resolve();
    const timer = setTimeout(resolve, delayMs);
    watch.wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}

/** A port whose appender hears at once that nobody is there. */
function deadPort(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  return port1;
}

function addListener<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
