import { decodeEntry, encodeEntry, type Entry, sha256 } from '@portcullis/record';
import type { Appended, Appender, AppendItem } from '../../ledger/appender.ts';
import { ServerError } from '../../server-error.ts';
import type { LedgerEntry } from '../projection.ts';

/** A ledger without a disk, for tests: entries are encoded, kept as bytes, and decoded for those who follow. */
export type MemoryLedger = Appender & {
  readonly entries: readonly LedgerEntry[];
  readonly contents: ReadonlyMap<number, NonNullable<AppendItem['content']>>;
  /** From `from` on, in batches, as entries come. @returns how to stop */
  follow(from: number, take: (batch: readonly LedgerEntry[]) => void): () => void;
  /** After this many further entries, appending fails. */
  failAfter(count: number): void;
};

/** @param keptContents of the entries that are kept, by index; others are left out */
export function createMemoryLedger(
  kept: readonly Entry[] = [],
  keptContents: MemoryLedger['contents'] = new Map(),
): MemoryLedger {
  const leaves: Uint8Array[] = kept.map(encodeEntry);
  const contents = new Map([...keptContents].filter(([index]) => index < kept.length));
  const followers = new Set<{ next: number; take: (batch: readonly LedgerEntry[]) => void }>();
  let left = Number.POSITIVE_INFINITY;
  const read = (from: number) =>
    leaves.slice(from).map((leaf, i) => ({ index: from + i, entry: decodeEntry(leaf) }));
  const feed = () => {
    for (const follower of followers) {
      const batch = read(follower.next);
      follower.next = leaves.length;
      if (batch.length > 0) follower.take(batch);
    }
  };
  return {
    pendingEntries: 0,
    accepting: true,
    contents,
    get entries() {
      return read(0);
    },
    async append(item): Promise<Appended> {
      const leaf = encodeEntry(item.entry);
      if (left-- <= 0) throw new ServerError('ledger-refused', 'The ledger takes no more entries.');
      const index = leaves.push(leaf) - 1;
      if (item.content) contents.set(index, item.content);
      setImmediate(feed); // as the real one: followers hear of an entry after who appended it
      await Promise.resolve();
      return { index, leafHash: sha256(leaf) };
    },
    follow(from, take) {
      const follower = { next: from, take };
      followers.add(follower);
      feed();
      return () => followers.delete(follower);
    },
    failAfter(count) {
      left = count;
    },
  };
}
