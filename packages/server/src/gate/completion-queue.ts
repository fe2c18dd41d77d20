import type { AppendItem, Appender } from '../ledger/appender.ts';
import { ServerError } from '../server-error.ts';
import type { KeptMemory } from './kept-response.ts';
import type { Log } from './gate-ports.ts';

/**
 * Ends of exchanges on their way to the ledger. When the ledger pushes back, or is out, they wait here and go first-in first-out; their answers
 * count as kept memory meanwhile, and the gate admits nothing new while `waiting` is at `waitingMax()`, so the queue is bounded
 * by what was admitted before.
 */
export type CompletionQueue = {
  append(item: AppendItem, keptBytes: number): void;
  readonly waiting: number;
  readonly full: boolean;
  /** The exchanges whose ends are not known to be durable. */
  exchanges(): string[];
  /** The ledger is there again. @param recorded of {@link exchanges}, those whose ends it has: they are not sent twice */
  resume(recorded: ReadonlySet<string>): void;
  /** Resolves when everything is durable or was refused for good. */
  flushed(): Promise<void>;
};

type Waiting = { readonly item: AppendItem; readonly keptBytes: number };

const RETRY_MS = 10;

/**
 * @param waitingMax asked each time, as settings may be reloaded
 * @param onLost an end that the ledger refused for good; its exchange will be recorded as interrupted after a restart
 */
export function createCompletionQueue(
  appender: Appender,
  memory: KeptMemory,
  waitingMax: () => number,
  log: Log,
  onLost: () => void,
): CompletionQueue {
  let queue: Waiting[] = [];
  const sent = new Set<Waiting>();
  const watchers: (() => void)[] = [];
  let timer: NodeJS.Timeout | undefined;
  const settle = (one: Waiting): void => {
    memory.bytes -= one.keptBytes;
    sent.delete(one);
    if (sent.size === 0 && queue.length === 0) for (const resolve of watchers.splice(0)) resolve();
  };
  const again = (one: Waiting, error: unknown): void => {
    const code = error instanceof ServerError ? error.code : undefined;
    if (code === 'ledger-overloaded' || code === 'ledger-refused') {
      sent.delete(one);
      queue.push(one);
      // What the ledger refused waits until it is there again.
      if (code === 'ledger-overloaded') timer ??= setTimeout(drain, RETRY_MS);
      return;
    }
    onLost();
    log('error', 'exchange.completion_lost', {
      exchange: exchangeOf(one) ?? null,
      'error.type': (error as { code?: string }).code ?? 'unknown',
    });
    settle(one);
  };
  const send = (one: Waiting): void => {
    sent.add(one);
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
      if (queue.length === 0 && appender.accepting) send(one);
      else queue.push(one);
    },
    get waiting() {
      return queue.length;
    },
    get full() {
      return queue.length >= waitingMax();
    },
    exchanges: () => [...sent, ...queue].flatMap((one) => exchangeOf(one) ?? []),
    resume(recorded) {
      const [known, rest] = [[] as Waiting[], [] as Waiting[]];
      for (const one of queue) (recorded.has(exchangeOf(one) ?? '') ? known : rest).push(one);
      queue = rest;
      for (const one of known) settle(one);
      drain();
    },
    flushed: () =>
      sent.size === 0 && queue.length === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            watchers.push(resolve);
          }),
  };
}

function exchangeOf({ item }: Waiting): string | undefined {
  return item.entry.type === 'exchange.completed' ? item.entry.exchange : undefined;
}
