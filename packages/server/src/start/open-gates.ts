import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { AccountDirectory } from '../accounts/account-directory.ts';
import type { Config } from '../config/config.ts';
import { createBudgetClock } from '../gate/budget-clock.ts';
import { createBudgetMemory, createBudgets } from '../gate/budgets.ts';
import type { CounterValues } from '../gate/counters.ts';
import type { Log } from '../gate/gate-ports.ts';
import { type GateThreads, startGateThreads } from '../gate/start-gate-threads.ts';
import { serveReceipts } from '../ledger/receipt-port.ts';
import { createReceiptSource, type ReceiptSourceOptions } from '../ledger/receipts.ts';
import { readUsageOfDay } from '../projections/exchanges-projection.ts';
import type { Clock } from '../seams/clock.ts';
import type { Storage } from './open-storage.ts';
import type { RecordFault } from './record-fault.ts';

export type OpenGatesOptions = {
  readonly config: Config;
  readonly storage: Storage;
  readonly directory: AccountDirectory;
  readonly clock: Clock;
  readonly log: Log;
  readonly recordFault: RecordFault;
  /** Accounts there is room for. */
  readonly budgetSlots: number;
  /** The newest cosigned checkpoint that covers an entry. */
  readonly cosignedFor: NonNullable<ReceiptSourceOptions['cosignedFor']>;
  readonly processMetrics: (gates: CounterValues) => Promise<string>;
};

/** Starts the gate threads, each with its ways to the ledger and to receipts. */
export async function openGates(options: OpenGatesOptions): Promise<GateThreads> {
  const { config, storage, directory, log, budgetSlots } = options;
  const { thread, reader, vault } = storage;
  const budgetMemory = createBudgetMemory(budgetSlots);
  seedBudgets(budgetMemory, options);
  const source = createReceiptSource({
    reader,
    vault,
    durableSize: () => thread.durableSize,
    cosignedFor: options.cosignedFor,
  });
  const connectReceipts = (): MessagePort => {
    const { port1, port2 } = new MessageChannel();
    serveReceipts(port1, source, () => log('error', 'receipt.failed'));
    return port2;
  };
  return startGateThreads({
    config,
    appenderLimits: config.ledger,
    connectLedger: () => thread.connect(),
    connectReceipts,
    budgetMemory,
    snapshot: () => directory.snapshot(),
    log,
    processMetrics: options.processMetrics,
    onThreadLost(reason) {
      options.recordFault(
        'gap',
        `A gate thread ended unasked and was started anew; its running exchanges were cut: ${reason}`,
      );
    },
  });
}

/** A budget of a day goes on after a restart: what the ledger shows for today is taken off. */
function seedBudgets(memory: SharedArrayBuffer, { storage, directory, clock }: OpenGatesOptions): void {
  const now = createBudgetClock(memory, clock)();
  const budgets = createBudgets(memory);
  const used = readUsageOfDay(storage.store.db, now);
  for (const change of directory.snapshot()) {
    const tokens = change.kind === 'account' ? used.get(change.account.account) : undefined;
    if (change.kind === 'account' && tokens !== undefined) budgets.seed(change.account.slot, tokens, now);
  }
}
