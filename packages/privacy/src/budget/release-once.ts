import { PrivacyError } from '../privacy-error.ts';
import type { Adjacency } from '../units/adjacency.ts';
import type { BudgetLedger, BudgetRequest } from './budget-ledger.ts';
import type { Measure } from './loss.ts';

/** Codes that are an answer. Anything else that a ledger throws leaves open what it has recorded. */
const ANSWERS: ReadonlySet<string> = new Set(['budget_exhausted', 'reservation_conflict']);
const TIMEOUT_MS = 30_000;

/**
 * Pays, draws, stores, and only then gives the release. Asked again with the same key, it gives what was stored and draws nothing. Where the
 * ledger throws or does not answer in time, nothing is given, and what was reserved stays spent.
 * @param draw makes the release, as text; called at most once, after the reservation is durable
 * @throws PrivacyError `budget_exhausted`, `reservation_conflict`, `budget_unavailable`; what `draw` throws
 */
export async function releaseOnce<A extends Adjacency, N extends string, M extends Measure>(
  ledger: BudgetLedger<A, N, M>,
  request: BudgetRequest<A, N, M>,
  draw: () => string | Promise<string>,
  { timeoutMs = TIMEOUT_MS }: { readonly timeoutMs?: number } = {},
): Promise<string> {
  const reservation = await inTime(() => ledger.reserve(request), timeoutMs, 'reserve');
  if (reservation.state === 'committed') return reservation.release;
  if (reservation.state !== 'reserved')
    throw unavailable('reserve', 'it answered neither reserved nor committed');
  const release = await draw();
  await inTime(() => ledger.commit(request.key, release), timeoutMs, 'commit');
  return release;
}

async function inTime<T>(call: () => Promise<T>, timeoutMs: number, what: string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(unavailable(what, `no answer within ${timeoutMs} ms`)),
    timeoutMs,
  );
  try {
    return await Promise.race([call(), late.promise]);
  } catch (error) {
    if (error instanceof PrivacyError && (ANSWERS.has(error.code) || error.code === 'budget_unavailable'))
      throw error;
    throw unavailable(what, 'it threw', error);
  } finally {
    clearTimeout(timer);
  }
}

function unavailable(what: string, why: string, cause?: unknown): PrivacyError {
  return new PrivacyError(
    'budget_unavailable',
    `The budget ledger could not ${what}: ${why}. Nothing is released; what it may have recorded counts as spent. Look at its balance before you ask again.`,
    { cause },
  );
}
