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

/** Follows the published ledger from an index on. It starts at the first {@link Follower.poke}. */
export function createFollower(options: FollowerOptions): Follower {
  let next = options.from;
  let lag = 0;
  let stopped = false;
  let again = false;
  let running: Promise<void> | undefined;

  const runBatch = async (size: number): Promise<void> => {
    const end = Math.min(size, next + options.batchMax);
    for (const { index, bytes } of options.reader.entries(next, end)) {
      if (stopped) break;
      const waiting = options.handle(index, decodeEntry(bytes), bytes);
      // Awaiting what is no promise would cost a turn an entry.
      if (waiting !== undefined) await waiting;
      next = index + 1;
    }
    await options.onBatch?.(next);
    lag = Math.max(0, size - next);
    options.onLag?.(lag);
  };
  const run = async (): Promise<void> => {
    while (again && !stopped) {
      again = false;
      const size = options.reader.published()?.checkpoint.size ?? 0;
      while (next < size && !stopped) {
        await runBatch(size);
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  };
  const start = (): Promise<void> => {
    running ??= run()
      .catch((error: unknown) => {
        stopped = true;
        options.onError(error);
      })
      .finally(() => {
        running = undefined;
        if (again && !stopped) void start();
      });
    return running;
  };
  return {
    name: options.name,
    get next() {
      return next;
    },
    get lag() {
      return lag;
    },
    get running() {
      return !stopped;
    },
    poke() {
      again = true;
      if (!stopped) void start();
    },
    async caughtUp() {
      again = true;
      while (again && !stopped) await start();
    },
    async stop() {
      stopped = true;
      await running;
    },
  };
}
