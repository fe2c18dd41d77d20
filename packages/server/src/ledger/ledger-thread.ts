import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../seams/clock.ts';
import { nodeFileSystem } from '../seams/file-system-node.ts';
import { makeDirectories } from '../seams/durable-files.ts';
import { checkAtStart } from './check-at-start.ts';
import { openSqliteLock } from './checkpoint-lock-sqlite.ts';
import { createCommitQueue } from './commit-queue.ts';
import { ledgerPaths } from './data-dir.ts';
import { createFileStorage } from './ledger-storage-file.ts';
import { openLedgerWriter } from './open-ledger.ts';
import { type ControlMessage, type ControlReply, type LedgerStats, plainError } from './port-messages.ts';
import type { LedgerThreadData } from './start-ledger-thread.ts';

// The ledger thread: the one writer, alone with its file calls. Started by start-ledger-thread.ts.

const port = parentPort;
if (port === null) throw new Error('This file is the entry of a worker thread.');
const tell = (reply: ControlReply): void => port.postMessage(reply);

async function open({ dataDir, ledger, software }: LedgerThreadData) {
  const fs = nodeFileSystem;
  const paths = ledgerPaths(dataDir);
  makeDirectories(fs, dataDir, 0o700);
  // The lock comes before anything is touched: another writer may be at work here.
  const lock = openSqliteLock(paths.lock);
  try {
    const { origin, archiveIntervalMs, startCheck = 'all' } = ledger;
    const progress = (checked: number, total: number): void => tell({ kind: 'checking', checked, total });
    if (startCheck === 'all') await checkAtStart({ fs, dataDir, origin, lock, progress });
    const storage = createFileStorage(paths.ledger, fs);
    return openLedgerWriter({
      fs,
      dataDir,
      clock: systemClock,
      lock,
      storage,
      origin,
      software,
      archiveIntervalMs,
    });
  } catch (error) {
    lock.close();
    throw error;
  }
}

type Writer = Awaited<ReturnType<typeof open>>;

/** Publishes at most once an interval, and counts. */
function createPublisher(writer: Writer, intervalMs: number, onError: (error: unknown) => void) {
  const counts = { publications: 0, publishMs: 0 };
  let timer: NodeJS.Timeout | undefined;
  const cancel = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  const publish = (): number => {
    cancel();
    const before = writer.publishedSize;
    const started = systemClock.monotonic();
    const size = writer.publish();
    if (size !== before) {
      counts.publications += 1;
      counts.publishMs += systemClock.monotonic() - started;
      tell({ kind: 'published', size });
    }
    return size;
  };
  const onTimer = (): void => {
    try {
      publish();
    } catch (error) {
      onError(error);
    }
  };
  const later = (): void => {
    timer ??= setTimeout(onTimer, intervalMs);
  };
  return { publish, later, cancel, counts };
}

async function run(data: LedgerThreadData): Promise<void> {
  const writer = await open(data);
  const publisher = createPublisher(writer, data.ledger.publishIntervalMs, (error) => queue.refuse(error));
  const durable = new BigInt64Array(data.durable);
  const onCommitted = (): void => {
    Atomics.store(durable, 0, BigInt(writer.size));
    publisher.later();
  };
  const queue = createCommitQueue(writer, systemClock.monotonic, onCommitted, (error) =>
    tell({ kind: 'stopped', error: plainError(error) }),
  );
  Atomics.store(durable, 0, BigInt(writer.size));
  const flush = (): number => {
    queue.drain();
    return publisher.publish();
  };
  const answers = {
    flush,
    stats: (): LedgerStats => ({
      size: writer.size,
      publishedSize: writer.publishedSize,
      ...queue.counts,
      ...publisher.counts,
      stopped: writer.stopped?.message ?? null,
    }),
    archive() {
      flush();
      return writer.archive();
    },
    stop() {
      try {
        if (writer.stopped === undefined) flush();
      } finally {
        queue.refuse(new Error('The ledger is stopping.'));
        publisher.cancel();
        writer.close();
      }
      return null;
    },
  };
  port?.on('message', (message: ControlMessage) => {
    if (message.kind === 'connect') return queue.connect(message.port);
    try {
      tell({ kind: 'answer', id: message.id, value: answers[message.kind]() });
    } catch (error) {
      tell({ kind: 'failed', id: message.id, error: plainError(error) });
      if (writer.stopped !== undefined) queue.refuse(writer.stopped);
    }
    if (message.kind === 'stop') setImmediate(() => process.exit(0));
  });
  tell({ kind: 'ready', size: writer.size, vkeys: writer.keys.vkeys });
}

try {
  await run(workerData as LedgerThreadData);
} catch (error) {
  tell({ kind: 'stopped', error: plainError(error) });
  port.close();
}
