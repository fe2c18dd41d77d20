import type { MessagePort } from 'node:worker_threads';
import { ServerError } from '../server-error.ts';
import { checkSealedSize } from '../vault/vault-writer.ts';
import type { Appended, AppendItem, Appender } from './appender.ts';
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

/**
 * The way into the ledger from another thread. Entries are checked and encoded here; all of one turn travel as one packet.
 * @param port from `LedgerThread.connect()`; the appender has it alone
 */
export function createAppender(port: MessagePort, limits: AppenderLimits): Appender {
  const sent = new Map<number, Waiting[]>();
  let unsent: Waiting[] = [];
  let pendingEntries = 0;
  let pendingBytes = 0;
  let nextId = 0;
  let stopped: ServerError | undefined;

  const send = (): void => {
    const waiting = unsent;
    unsent = [];
    for (const packet of splitPackets(waiting)) {
      const id = nextId++;
      sent.set(id, packet);
      const message: AppendMessage = {
        id,
        count: packet.length,
        packet: packEntries(packet.map((each) => each.entry)),
      };
      port.postMessage(message, [message.packet]);
    }
  };
  const settle = (waiting: readonly Waiting[], act: (each: Waiting, i: number) => void): void => {
    for (const [i, each] of waiting.entries()) {
      pendingEntries -= 1;
      pendingBytes -= each.bytes;
      act(each, i);
    }
    if (pendingEntries === 0) port.unref();
  };
  const stop = (error: ServerError): void => {
    if (stopped !== undefined) return;
    stopped = error;
    const lost = [...sent.values()].flat().concat(unsent);
    sent.clear();
    unsent = [];
    settle(lost, (each) => each.reject(error));
  };
  port.on('message', ({ durable, stopped: why }: AppendReply) => {
    for (const { id, first } of durable) {
      const waiting = sent.get(id) ?? [];
      sent.delete(id);
      settle(waiting, ({ entry, resolve }, i) => resolve({ index: first + i, leafHash: entry.leafHash }));
    }
    if (why !== undefined) stop(toServerError(why));
  });
  port.on('close', () => stop(new ServerError('ledger-refused', 'The ledger thread has ended.')));
  // An idle appender keeps no process alive.
  port.unref();
  return {
    append: (item) =>
      new Promise((resolve, reject) => {
        if (stopped !== undefined) throw stopped;
        const entry = prepare(item);
        const bytes = packedBytes(entry);
        if (pendingEntries + 1 > limits.pendingEntriesMax || pendingBytes + bytes > limits.pendingBytesMax) {
          throw new ServerError(
            'ledger-overloaded',
            `${pendingEntries} entries wait to become durable; try again in a moment.`,
          );
        }
        if (pendingEntries === 0) port.ref();
        pendingEntries += 1;
        pendingBytes += bytes;
        if (unsent.length === 0) setImmediate(send);
        unsent.push({ entry, bytes, resolve, reject });
      }),
    get pendingEntries() {
      return pendingEntries;
    },
    get accepting() {
      return stopped === undefined;
    },
  };
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
