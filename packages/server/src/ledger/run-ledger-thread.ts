import type { MessagePort } from 'node:worker_threads';
import type { Clock } from '../seams/clock.ts';
import { makeDirectories } from '../seams/durable-files.ts';
import type { FileSystem } from '../seams/file-system.ts';
import { guardFileSystem } from '../seams/file-system-guarded.ts';
import { checkAtStart } from './check-at-start.ts';
import type { CheckpointLock } from './checkpoint-lock.ts';
import { createCommitQueue } from './commit-queue.ts';
import { ledgerPaths } from './data-dir.ts';
import type { LedgerStorage } from './ledger-storage.ts';
import { type OpenedLedger, openLedgerWriter } from './open-ledger.ts';
import { type ControlMessage, type ControlReply, type LedgerStats, plainError } from './port-messages.ts';
import type { LedgerThreadData } from './start-ledger-thread.ts';
import { stopCause } from './stop-cause.ts';

// What the ledger thread does from its start to its end; ledger-thread.ts is its entry. Once the writer has stopped, whatever the reason, the
// thread ends: whoever wants to go on opens the ledger anew, with the checks of its edge.

/** The back ends that the thread's entry names. */
export type LedgerBackEnds = {
  readonly fs: FileSystem;
  readonly clock: Clock;
  openLock(path: string): CheckpointLock;
  createStorage(directory: string, fs: FileSystem): LedgerStorage;
};

/** @param end ends the thread, once what was said has left it */
export async function runLedgerThread(
  data: LedgerThreadData,
  port: MessagePort,
  backEnds: LedgerBackEnds,
  end: () => void,
): Promise<void> {
  const tell = (reply: ControlReply): void => port.postMessage(reply);
  let writer: OpenedLedger;
  try {
    writer = await open(data, backEnds, tell);
  } catch (error) {
    tell({ kind: 'stopped', cause: stopCause(error) });
    return end();
  }
  serve(data, port, backEnds.clock, writer, tell, end);
}

async function open(
  { dataDir, ledger, software, resumption }: LedgerThreadData,
  backEnds: LedgerBackEnds,
  tell: Tell,
): Promise<OpenedLedger> {
  const fs = guardFileSystem(backEnds.fs);
  const paths = ledgerPaths(dataDir);
  makeDirectories(fs, dataDir, 0o700);
  // The lock comes before anything is touched: another writer may be at work here.
  const lock = backEnds.openLock(paths.lock);
  try {
    const { origin, archiveIntervalMs, startCheck = 'all' } = ledger;
    const progress = (checked: number, total: number): void => tell({ kind: 'checking', checked, total });
    // What was published is never changed again, and this process has checked it.
    if (startCheck === 'all' && resumption === undefined)
      await checkAtStart({ fs, dataDir, origin, lock, progress });
    const storage = backEnds.createStorage(paths.ledger, fs);
    const { clock } = backEnds;
    const options = { fs, dataDir, clock, lock, storage, origin, software, archiveIntervalMs };
    return openLedgerWriter(resumption === undefined ? options : { ...options, resumption });
  } catch (error) {
    lock.close();
    throw error;
  }
}

type Tell = (reply: ControlReply) => void;

/** Publishes at most once an interval, and counts. */
function createPublisher(
  writer: OpenedLedger,
  clock: Clock,
  intervalMs: number,
  tell: Tell,
  onError: (error: unknown) => void,
) {
  const counts = { publications: 0, publishMs: 0 };
  let timer: NodeJS.Timeout | undefined;
  const cancel = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  const publish = (): number => {
    cancel();
    const before = writer.publishedSize;
    const started = clock.monotonic();
    const size = writer.publish();
    if (size !== before) {
      counts.publications += 1;
      counts.publishMs += clock.monotonic() - started;
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

function serve(
  data: LedgerThreadData,
  port: MessagePort,
  clock: Clock,
  writer: OpenedLedger,
  tell: Tell,
  end: () => void,
): void {
  const seen = new BigInt64Array(data.durable);
  const show = (): void => {
    Atomics.store(seen, 0, BigInt(writer.size));
    Atomics.store(seen, 1, BigInt(Math.round(writer.clockOffsetMs)));
  };
  const publisher = createPublisher(writer, clock, data.ledger.publishIntervalMs, tell, (error) =>
    queue.refuse(error),
  );
  const onCommitted = (): void => {
    show();
    publisher.later();
  };
  const queue = createCommitQueue(writer, clock.monotonic, onCommitted, (error) => {
    publisher.cancel();
    letGo(writer);
    tell({ kind: 'stopped', cause: stopCause(error) });
    end();
  });
  show();
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
      }
      return null;
    },
  };
  port.on('message', (message: ControlMessage) => {
    if (message.kind === 'connect') return queue.connect(message.port);
    try {
      tell({ kind: 'answer', id: message.id, value: answers[message.kind]() });
    } catch (error) {
      tell({ kind: 'failed', id: message.id, error: plainError(error) });
      if (writer.stopped !== undefined) queue.refuse(writer.stopped);
    }
  });
  tell({ kind: 'ready', size: writer.size, vkeys: writer.keys.vkeys, recorded: writer.recorded });
}

/** The lock above all: while it is held, nobody can open the ledger again. */
function letGo(writer: OpenedLedger): void {
  try {
    writer.close();
  } catch {
    // A file that can not be closed was told of when it could not be written; the thread's end closes it.
  }
}
