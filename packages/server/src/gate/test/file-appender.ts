import { closeSync, fdatasync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Entry, encodeEntry, leafHash } from '@portcullis/record';
import type { Appended, Appender, AppendItem } from '../../ledger/appender.ts';
import { ServerError } from '../../server-error.ts';

/** An appender over one real file, group-committed and synced, which a test can hold, refuse or push back. */
export type FileAppender = Appender & {
  readonly items: AppendItem[];
  entries(): Entry[];
  /** Appends wait until `release`. */
  hold(): void;
  release(): void;
  /** Appends that wait are refused. */
  refuseHeld(): void;
  /** `push-back-ends` pushes back ends of exchanges only. */
  mode: 'take' | 'refuse' | 'push-back' | 'push-back-ends';
  accepting: boolean;
  close(): void;
};

type Waiting = { item: AppendItem; resolve: (a: Appended) => void; reject: (e: Error) => void };

export function createFileAppender(): FileAppender {
  const dir = mkdtempSync(join(tmpdir(), 'portcullis-gate-'));
  const file = openSync(join(dir, 'entries'), 'a');
  const items: AppendItem[] = [];
  let waiting: Waiting[] = [];
  let held = false;
  let syncing = false;
  const commit = (): void => {
    if (held || syncing || waiting.length === 0) return;
    syncing = true;
    const batch = waiting;
    waiting = [];
    const leaves = batch.map(({ item }) => encodeEntry(item.entry));
    for (const leaf of leaves) writeSync(file, leaf);
    fdatasync(file, (error) => {
      syncing = false;
      batch.forEach(({ item, resolve, reject }, i) => {
        if (error !== null) return reject(error);
        const index = items.push(item) - 1;
        resolve({ index, leafHash: leafHash(leaves[i] as Uint8Array) });
      });
      commit();
    });
  };
  const appender: FileAppender = {
    items,
    entries: () => items.map(({ entry }) => entry),
    hold: () => (held = true),
    release() {
      held = false;
      commit();
    },
    refuseHeld() {
      held = false;
      for (const { reject } of waiting.splice(0)) reject(new ServerError('ledger-refused', 'It failed.'));
    },
    mode: 'take',
    accepting: true,
    append(item) {
      encodeEntry(item.entry);
      const isEnd = item.entry.type === 'exchange.completed';
      if (appender.mode === 'push-back' || (appender.mode === 'push-back-ends' && isEnd))
        throw new ServerError('ledger-overloaded', 'Too much is waiting.');
      if (appender.mode === 'refuse') return Promise.reject(new ServerError('ledger-refused', 'It failed.'));
      return new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        setImmediate(commit);
      });
    },
    get pendingEntries() {
      return waiting.length;
    },
    close() {
      closeSync(file);
      rmSync(dir, { recursive: true });
    },
  };
  return appender;
}
