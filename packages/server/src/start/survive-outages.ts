import { setTimeout as sleep } from 'node:timers/promises';
import type { AccountDirectory } from '../accounts/account-directory.ts';
import type { Cases } from '../cases/cases.ts';
import type { Log } from '../gate/gate-ports.ts';
import type { GateThreads } from '../gate/start-gate-threads.ts';
import type { Storage } from './open-storage.ts';

export type Survivors = {
  readonly storage: Storage;
  readonly gates: GateThreads;
  readonly directory: AccountDirectory;
  readonly cases: Cases;
  readonly log: Log;
};

const AGAIN_MS = 1_000;

/**
 * Whoever writes to the ledger goes on with each new thread of it, and makes up for what an outage kept from them.
 * @returns what ends that
 */
export function surviveOutages({ storage, gates, directory, cases, log }: Survivors): () => void {
  const { thread, appender, store } = storage;
  /** Of the newest connection; an older one has nothing left to make up for. */
  let turn = 0;
  thread.onOutage((outage) => {
    if (outage === undefined) log('warn', 'ledger.opened_again', { size: thread.durableSize });
    else log('error', 'ledger.outage', { code: outage.code, retry_after_s: outage.retryAfterSeconds });
  });
  const catchUp = async (): Promise<void> => {
    // All of them go by the projections.
    await store.reached(thread.durableSize - 1);
    await directory.catchUp();
    await cases.catchUp();
  };
  const keepCatchingUp = async (mine: number): Promise<void> => {
    while (turn === mine) {
      try {
        return await catchUp();
      } catch (error) {
        const reason = error instanceof Error ? error.message : 'unknown';
        if (turn === mine) log('error', 'ledger.not_caught_up', { reason });
      }
      await sleep(AGAIN_MS, undefined, { ref: false });
    }
  };
  thread.serve({
    disconnect(outage) {
      turn += 1;
      appender.disconnect(outage);
      return gates.disconnectLedger(outage);
    },
    connect(recorded) {
      turn += 1;
      appender.connect(thread.connect());
      gates.connectLedger(recorded);
      void keepCatchingUp(turn);
    },
  });
  return () => {
    turn += 1;
  };
}
