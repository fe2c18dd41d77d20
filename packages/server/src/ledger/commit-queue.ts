import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { LedgerWriter, PreparedEntry } from './ledger-writer.ts';
import { unpackEntries } from './packet.ts';
import { type AppendMessage, type AppendReply, plainError } from './port-messages.ts';

/** One commit takes at most so much; the rest waits for the next. */
const BATCH_ENTRIES_MAX = 4096;
const BATCH_BYTES_MAX = 32 * 2 ** 20;
/**
 * Most of what a commit costs (two signatures, three syncs) it costs whatever its size. So under load, that is after a commit of more entries than this, the
 * next one is put off until as many have come again, and not longer than this.
 */
const GATHER_ENTRIES_MIN = 8;
const GATHER_MS_MAX = 4;

export type CommitCounts = { commits: number; entries: number; largestBatch: number; commitMs: number };

/** The queue before the writer: while one commit waits in fsync, messages gather, and the next commit takes them all. */
export type CommitQueue = {
  connect(port: MessagePort): void;
  /** Commits whatever has arrived, until nothing is left. */
  drain(): void;
  /** Refuses what waits, and everything that comes. */
  refuse(error: unknown): void;
  readonly counts: Readonly<CommitCounts>;
};

type Waiting = { readonly port: MessagePort; readonly message: AppendMessage };

/**
 * @param onCommitted after each commit, before those who wait hear of it
 * @param onStopped once, when the writer has stopped
 */
export function createCommitQueue(
  writer: Pick<LedgerWriter, 'commit'>,
  monotonic: () => number,
  onCommitted: () => void,
  onStopped: (error: unknown) => void,
): CommitQueue {
  const ports = new Set<MessagePort>();
  const counts: CommitCounts = { commits: 0, entries: 0, largestBatch: 0, commitMs: 0 };
  let stopped: unknown;
  let arrived: Waiting[] = [];
  let timer: NodeJS.Timeout | undefined;
  const last = { entries: 0, endedMs: 0 };

  const refuse = (error: unknown): void => {
    if (stopped !== undefined) return;
    stopped = error;
    clearTimeout(timer);
    for (const port of ports) tellStopped(port, error);
    onStopped(error);
  };
  const commit = (waiting: readonly Waiting[]): void => {
    const started = monotonic();
    const batch: PreparedEntry[] = [];
    for (const { message } of waiting) batch.push(...unpackEntries(message.packet));
    const first = writer.commit(batch);
    last.entries = batch.length;
    last.endedMs = monotonic();
    counts.commits += 1;
    counts.entries += batch.length;
    counts.largestBatch = Math.max(counts.largestBatch, batch.length);
    counts.commitMs += last.endedMs - started;
    onCommitted();
    reply(waiting, first);
  };
  /** How long what has arrived may wait for more. */
  const gatherMs = (): number => {
    if (last.entries <= GATHER_ENTRIES_MIN || countEntries(arrived) >= last.entries) return 0;
    return Math.max(0, last.endedMs + GATHER_MS_MAX - monotonic());
  };
  const commitArrived = (gathers: boolean): void => {
    clearTimeout(timer);
    timer = undefined;
    let waiting: Waiting[] = [];
    try {
      takeArrived(ports, arrived);
      while (stopped === undefined && arrived.length > 0) {
        const waitMs = gathers ? gatherMs() : 0;
        if (waitMs > 0) {
          timer = setTimeout(commitArrived, waitMs, false);
          return;
        }
        waiting = arrived;
        arrived = [];
        commit(waiting);
        waiting = [];
        takeArrived(ports, arrived);
      }
    } catch (error) {
      refuse(error);
    }
    if (stopped === undefined) return;
    for (const { port } of [...waiting, ...arrived]) tellStopped(port, stopped);
    arrived = [];
  };
  return {
    connect(port) {
      ports.add(port);
      port.on('close', () => ports.delete(port));
      port.on('message', (message: AppendMessage) => {
        arrived.push({ port, message });
        commitArrived(true);
      });
      if (stopped !== undefined) tellStopped(port, stopped);
    },
    drain: () => commitArrived(false),
    refuse,
    counts,
  };
}

function countEntries(waiting: readonly Waiting[]): number {
  return waiting.reduce((sum, { message }) => sum + message.count, 0);
}

/** Takes turns between the ports, so that one busy gate does not keep the others waiting. */
function takeArrived(ports: ReadonlySet<MessagePort>, waiting: Waiting[]): void {
  let entries = 0;
  let bytes = 0;
  for (const { message } of waiting) {
    entries += message.count;
    bytes += message.packet.byteLength;
  }
  const live = new Set(ports);
  while (live.size > 0) {
    for (const port of live) {
      if (entries >= BATCH_ENTRIES_MAX || bytes >= BATCH_BYTES_MAX) return;
      const received = receiveMessageOnPort(port);
      if (received === undefined) {
        live.delete(port);
        continue;
      }
      const message = received.message as AppendMessage;
      waiting.push({ port, message });
      entries += message.count;
      bytes += message.packet.byteLength;
    }
  }
}

function reply(waiting: readonly Waiting[], first: number): void {
  const byPort = new Map<MessagePort, { id: number; first: number }[]>();
  let next = first;
  for (const { port, message } of waiting) {
    const durable = byPort.get(port) ?? [];
    byPort.set(port, durable);
    durable.push({ id: message.id, first: next });
    next += message.count;
  }
  for (const [port, durable] of byPort) port.postMessage({ durable } satisfies AppendReply);
}

/** Whatever the reason, those who append hear `ledger-refused`: nothing may be released. */
function tellStopped(port: MessagePort, error: unknown): void {
  const stopped = { code: 'ledger-refused', message: plainError(error).message } as const;
  port.postMessage({ durable: [], stopped } satisfies AppendReply);
}
