import { decodeEntry, type Entry } from '@portcullis/record';
import type { LedgerReader } from './ledger-reader.ts';

export type FollowerOptions = {
  /** Names it in its errors and its lag. */
  readonly name: string;
  readonly reader: Pick<LedgerReader, 'published' | 'entries'>;
  /** The first index it has not handled yet. */
  readonly from: number;
  /** Called in order, once each; what it throws stops the follower. */
  readonly handle: (index: number, entry: Entry, bytes: Uint8Array) => void | Promise<void>;
  /** Entries after which others in the thread get a turn. */
  readonly batchMax: number;
  /** Called after each batch, such as to commit what `handle` gathered. @param next the first index not handled */
  readonly onBatch?: (next: number) => void | Promise<void>;
  /** Told the number of published entries that are not handled yet, after each batch. */
  readonly onLag?: (lag: number) => void;
  /** Told what stopped it. */
  readonly onError: (error: unknown) => void;
};

export type Follower = {
  readonly name: string;
  /** The first index not handled. */
  readonly next: number;
  /** Published entries that are not handled yet, as of the last look. */
  readonly lag: number;
  readonly running: boolean;
  /** Says that more was published; cheap, and may be called at any time. */
  poke(): void;
  /** Resolves when everything that is published now is handled, or the follower has stopped. */
  caughtUp(): Promise<void>;
  /** Ends it after the entry that is being handled. */
  stop(): Promise<void>;
};

type State = {
  next: number;
  lag: number;
  stopped: boolean;
  again: boolean;
  running: Promise<void> | undefined;
};

/** Follows the published ledger from an index on. It starts at the first {@link Follower.poke}. */
export function createFollower(options: FollowerOptions): Follower {
  const state: State = { next: options.from, lag: 0, stopped: false, again: false, running: undefined };
  return {
    name: options.name,
    get next() {
      return state.next;
    },
    get lag() {
      return state.lag;
    },
    get running() {
      return !state.stopped;
    },
    poke() {
      state.again = true;
      if (!state.stopped) void start(options, state);
    },
    async caughtUp() {
      state.again = true;
      while (state.again && !state.stopped) await start(options, state);
    },
    async stop() {
      state.stopped = true;
      await state.running;
    },
  };
}

function start(options: FollowerOptions, state: State): Promise<void> {
  state.running ??= run(options, state)
    .catch((error: unknown) => {
      state.stopped = true;
      options.onError(error);
    })
    .finally(() => {
      state.running = undefined;
      if (state.again && !state.stopped) void start(options, state);
    });
  return state.running;
}

async function run(options: FollowerOptions, state: State): Promise<void> {
  while (state.again && !state.stopped) {
    state.again = false;
    const size = options.reader.published()?.checkpoint.size ?? 0;
    while (state.next < size && !state.stopped) {
      await runBatch(options, state, size);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

async function runBatch(options: FollowerOptions, state: State, size: number): Promise<void> {
  const end = Math.min(size, state.next + options.batchMax);
  for (const { index, bytes } of options.reader.entries(state.next, end)) {
    if (state.stopped) break;
    const waiting = options.handle(index, decodeEntry(bytes), bytes);
    // Awaiting what is no promise would cost a turn an entry.
    if (waiting !== undefined) await waiting;
    state.next = index + 1;
  }
  await options.onBatch?.(state.next);
  state.lag = Math.max(0, size - state.next);
  options.onLag?.(state.lag);
}
