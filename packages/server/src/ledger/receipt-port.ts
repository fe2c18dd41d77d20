import type { MessagePort } from 'node:worker_threads';
import type { ReceiptSource } from '../gate/gate-ports.ts';
import { ServerError } from '../server-error.ts';

// Gate threads ask the main thread for receipts over a port: it has the master key, they do not.

type Answer = Awaited<ReturnType<ReceiptSource['receipt']>>;
type Question = { readonly id: number; readonly account: string; readonly index: number };
type Reply = { readonly id: number; readonly answer?: Answer };

/** Questions that may wait at once in one gate thread. */
const PENDING_MAX = 1024;

/** Answers what a gate asks. @param onError told of what went wrong; the gate hears only that it did */
export function serveReceipts(
  port: MessagePort,
  source: ReceiptSource,
  onError: (error: unknown) => void,
): void {
  port.on('message', ({ id, account, index }: Question) => {
    source.receipt(account, index).then(
      (answer) => port.postMessage({ id, answer } satisfies Reply),
      (error: unknown) => {
        onError(error);
        port.postMessage({ id } satisfies Reply);
      },
    );
  });
}

/**
 * A source of receipts on the other end of the port.
 * Its `receipt` throws ServerError `ledger-overloaded` where too many wait, `ledger-refused` where the other end failed or is gone.
 */
export function createReceiptClient(port: MessagePort): ReceiptSource {
  const asked = new Map<number, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>();
  let nextId = 0;
  let closed = false;
  const failed = () =>
    new ServerError('ledger-refused', 'The receipt can not be given now; ask again later.');
  const settled = (id: number) => {
    const waiting = asked.get(id);
    asked.delete(id);
    if (asked.size === 0) port.unref();
    return waiting;
  };
  port.on('message', ({ id, answer }: Reply) => {
    const waiting = settled(id);
    if (answer === undefined) waiting?.reject(failed());
    else waiting?.resolve(answer);
  });
  port.on('close', () => {
    closed = true;
    for (const id of asked.keys()) settled(id)?.reject(failed());
  });
  port.unref();
  return {
    receipt: (account, index) =>
      new Promise((resolve, reject) => {
        if (closed) throw failed();
        if (asked.size >= PENDING_MAX)
          throw new ServerError('ledger-overloaded', 'Too many receipts are asked for at once.');
        if (asked.size === 0) port.ref();
        asked.set(nextId, { resolve, reject });
        port.postMessage({ id: nextId++, account, index } satisfies Question);
      }),
  };
}
