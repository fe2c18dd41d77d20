import type { AppendItem, Appender } from '../ledger/appender.ts';
import { ServerError } from '../server-error.ts';
import type { KeptMemory } from './kept-response.ts';
import type { Log } from './gate-ports.ts';

/**
 * Ends of exchanges on their way to the ledger. When the ledger pushes back they wait here and go first-in first-out; their answers
 * count as kept memory meanwhile, and the gate admits nothing new while `waiting` is at `waitingMax`, so the queue is bounded
 * by what was admitted before.
 */
export type CompletionQueue = {
  append(item: AppendItem, keptBytes: number): void;
  readonly waiting: number;
  readonly full: boolean;
  /** Resolves when everything is durable or was refused for good. */
  flushed(): Promise<void>;
};

type Waiting = { readonly item: AppendItem; readonly keptBytes: number };

const RETRY_MS = 10;

/** @param onLost an end that the ledger refused for good; its exchange will be recorded as interrupted after a restart */
export function createCompletionQueue(
  appender: Appender,
  memory: KeptMemory,
  waitingMax: number,
  log: Log,
  onLost: () => void,
): CompletionQueue {
  const queue: Waiting[] = [];
  const watchers: (() => void)[] = [];
  let timer: NodeJS.Timeout | undefined;
  let sent = 0;
  const settle = (one: Waiting): void => {
    memory.bytes -= one.keptBytes;
    sent--;
    if (sent === 0 && queue.length === 0) for (const resolve of watchers.splice(0)) resolve();
  };
  const lose = (one: Waiting, error: unknown): void => {
    onLost();
    log('error', 'exchange.completion_lost', {
      exchange: (one.item.entry as { exchange?: string }).exchange ?? null,
      'error.type': (error as { code?: string }).code ?? 'unknown',
    });
    settle(one);
  };
  const isPushBack = (error: unknown): boolean =>
    error instanceof ServerError && error.code === 'ledger-overloaded';
  const again = (one: Waiting, error: unknown): void => {
    if (!isPushBack(error)) return lose(one, error);
    sent--;
    queue.push(one);
    timer ??= setTimeout(drain, RETRY_MS);
  };
  const send = (one: Waiting): void => {
    sent++;
    try {
      appender.append(one.item).then(
        () => settle(one),
        (error: unknown) => again(one, error),
      );
    } catch (error) {
      again(one, error);
    }
  };
  function drain(): void {
    timer = undefined;
    for (const one of queue.splice(0)) send(one);
  }
  return {
    append(item, keptBytes) {
      memory.bytes += keptBytes;
      const one = { item, keptBytes };
      if (queue.length === 0) send(one);
      else queue.push(one);
    },
    get waiting() {
      return queue.length;
    },
    get full() {
      return queue.length >= waitingMax;
    },
    flushed: () =>
      sent === 0 && queue.length === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            watchers.push(resolve);
          }),
  };
}
