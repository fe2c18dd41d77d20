import type { MessagePort } from 'node:worker_threads';
import { ServerError } from '../server-error.ts';
import { checkSealedSize } from '../vault/vault-writer.ts';
import type { Appended, AppendItem, Appender, Outage } from './appender.ts';
import { type PreparedEntry, prepareEntry } from './ledger-writer.ts';
import { packEntries, packedBytes } from './packet.ts';
import { type AppendMessage, type AppendReply, toServerError } from './port-messages.ts';

export type AppenderLimits = { readonly pendingEntriesMax: number; readonly pendingBytesMax: number };

const PACKET_ENTRIES_MAX = 1024;
const PACKET_BYTES_MAX = 8 * 2 ** 20;
/** The largest content of one entry. */
export const SEALED_BYTES_MAX = 128 * 2 ** 20;

type Waiting = {
  readonly entry: PreparedEntry;
  readonly bytes: number;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: Error) => void;
};

/** An appender that outlives the ledger's thread. */
export type PortAppender = Appender & {
  /** Refuses all that waits, whether it became durable or not, and takes nothing more until it is connected again. */
  disconnect(outage: Outage): void;
  /** Goes on with a new thread. @param port as for {@link createAppender} */
  connect(port: MessagePort): void;
};

/** What was sent and what is to be sent. */
type Outbox = {
  port: MessagePort;
  readonly sent: Map<number, Waiting[]>;
  unsent: Waiting[];
  pendingEntries: number;
  pendingBytes: number;
  nextId: number;
  stopped: ServerError | undefined;
  outage: Outage | undefined;
};

/**
 * The way into the ledger from another thread. Entries are checked and encoded here; all of one turn travel as one packet.
 * @param port from `LedgerThread.connect()`; the appender has it alone
 */
export function createAppender(port: MessagePort, limits: AppenderLimits): PortAppender {
  const outbox: Outbox = {
    port,
    sent: new Map(),
    unsent: [],
    pendingEntries: 0,
    pendingBytes: 0,
    nextId: 0,
    stopped: undefined,
    outage: undefined,
  };
  listen(outbox);
  return {
    append: (item) => new Promise((resolve, reject) => put(outbox, limits, { item, resolve, reject })),
    get pendingEntries() {
      return outbox.pendingEntries;
    },
    get accepting() {
      return outbox.stopped === undefined;
    },
    get outage() {
      return outbox.outage;
    },
    disconnect(outage) {
      outbox.outage = outage;
      // What the old thread said and was not heard yet is not heard any more: who waited was told otherwise.
      outbox.port.close();
      stop(outbox, new ServerError('ledger-refused', outage.message));
    },
    connect(next) {
      outbox.port.close();
      Object.assign(outbox, { port: next, stopped: undefined, outage: undefined });
      listen(outbox);
    },
  };
}

function listen(outbox: Outbox): void {
  const { port } = outbox;
  const current = (): boolean => outbox.port === port && outbox.stopped === undefined;
  port.on('message', (reply: AppendReply) => {
    if (current()) hear(outbox, reply);
  });
  port.on('close', () => {
    if (current()) stop(outbox, new ServerError('ledger-refused', 'The ledger thread has ended.'));
  });
  // An idle appender keeps no process alive.
  port.unref();
}

type Asked = Pick<Waiting, 'resolve' | 'reject'> & { readonly item: AppendItem };

function put(outbox: Outbox, limits: AppenderLimits, { item, resolve, reject }: Asked): void {
  if (outbox.stopped !== undefined) throw outbox.stopped;
  const entry = prepare(item);
  const bytes = packedBytes(entry);
  const entries = outbox.pendingEntries + 1;
  if (entries > limits.pendingEntriesMax || outbox.pendingBytes + bytes > limits.pendingBytesMax) {
    throw new ServerError(
      'ledger-overloaded',
      `${outbox.pendingEntries} entries wait to become durable; try again in a moment.`,
    );
  }
  if (outbox.pendingEntries === 0) outbox.port.ref();
  outbox.pendingEntries = entries;
  outbox.pendingBytes += bytes;
  if (outbox.unsent.length === 0) setImmediate(send, outbox);
  outbox.unsent.push({ entry, bytes, resolve, reject });
}

function send(outbox: Outbox): void {
  const waiting = outbox.unsent;
  // Refused meanwhile.
  if (waiting.length === 0) return;
  outbox.unsent = [];
  for (const packet of splitPackets(waiting)) {
    const id = outbox.nextId++;
    outbox.sent.set(id, packet);
    const message: AppendMessage = {
      id,
      count: packet.length,
      packet: packEntries(packet.map((each) => each.entry)),
    };
    outbox.port.postMessage(message, [message.packet]);
  }
}

function hear(outbox: Outbox, { durable, stopped }: AppendReply): void {
  for (const { id, first } of durable) {
    const waiting = outbox.sent.get(id) ?? [];
    outbox.sent.delete(id);
    settle(outbox, waiting, ({ entry, resolve }, i) =>
      resolve({ index: first + i, leafHash: entry.leafHash }),
    );
  }
  if (stopped !== undefined) stop(outbox, toServerError(stopped));
}

function stop(outbox: Outbox, error: ServerError): void {
  if (outbox.stopped !== undefined) return;
  outbox.stopped = error;
  const lost = [...outbox.sent.values()].flat().concat(outbox.unsent);
  outbox.sent.clear();
  outbox.unsent = [];
  settle(outbox, lost, (each) => each.reject(error));
}

function settle(outbox: Outbox, waiting: readonly Waiting[], act: (each: Waiting, i: number) => void): void {
  for (const [i, each] of waiting.entries()) {
    outbox.pendingEntries -= 1;
    outbox.pendingBytes -= each.bytes;
    act(each, i);
  }
  if (outbox.pendingEntries === 0) outbox.port.unref();
}

function prepare({ entry, content }: AppendItem): PreparedEntry {
  if (content !== undefined) checkSealedSize(content, SEALED_BYTES_MAX);
  return prepareEntry(entry, content);
}

function splitPackets(waiting: readonly Waiting[]): Waiting[][] {
  const packets: Waiting[][] = [];
  let packet: Waiting[] = [];
  let bytes = 0;
  for (const each of waiting) {
    if (packet.length > 0 && (packet.length >= PACKET_ENTRIES_MAX || bytes + each.bytes > PACKET_BYTES_MAX)) {
      packets.push(packet);
      packet = [];
      bytes = 0;
    }
    packet.push(each);
    bytes += each.bytes;
  }
  if (packet.length > 0) packets.push(packet);
  return packets;
}
