import { setTimeout as sleep } from 'node:timers/promises';
import { ServerError } from '../server-error.ts';
import type { SupervisedLedger } from './supervise-ledger.ts';

const OVERLOADED_MS = 250;

/**
 * Attempts something that appends until the ledger has taken it: what an outage refuses is attempted again once the ledger is open. An attempt that
 * was refused may have become durable all the same, so whoever must not come twice looks first.
 * @throws what the attempt does where waiting would not help; also once the ledger is over for good
 */
export async function outlastOutages<T>(
  ledger: Pick<SupervisedLedger, 'outage' | 'onOutage'>,
  attempt: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const code = error instanceof ServerError ? error.code : undefined;
      if (code !== 'ledger-refused' && code !== 'ledger-overloaded') throw error;
      if (ledger.outage?.over === true) throw error;
      await untilOpen(ledger, error);
    }
  }
}

/** At once where no outage is known: it is told a moment after its refusals, and is over before its listeners are connected. */
function untilOpen(ledger: Pick<SupervisedLedger, 'outage' | 'onOutage'>, refusal: unknown): Promise<void> {
  if (ledger.outage === undefined) return sleep(OVERLOADED_MS, undefined, { ref: false });
  return new Promise((resolve, reject) => {
    const ended = ledger.onOutage((outage) => {
      if (outage !== undefined && !outage.over) return;
      ended();
      if (outage === undefined) resolve();
      else reject(refusal as Error);
    });
  });
}
