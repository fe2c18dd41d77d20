import { createHash } from 'node:crypto';
import {
  addLoss,
  approximateLoss,
  type Balance,
  type BudgetLedger,
  type BudgetRequest,
  budgetExhausted,
  delta,
  epsilon,
  fitsLimit,
  type Loss,
  noLoss,
  PrivacyError,
  rationalText,
  remainingLoss,
  requestDiffers,
  type Scope,
} from '@portcullis/privacy';
import { createEntry, type Entry, RecordError } from '@portcullis/record';
import { createInTurn } from '../accounts/in-turn.ts';
import type { Appender } from '../ledger/appender.ts';
import {
  readOpenReservations,
  readReservation,
  readReservationsOf,
  type ReservationRow,
} from '../projections/budgets-projection.ts';
import type { ProjectionStore } from '../projections/projection-store.ts';
import type { Clock } from '../seams/clock.ts';
import { ServerError } from '../server-error.ts';
import { ACCOUNT_MONTH, type AccountMonth } from './privacy-scope.ts';
import { monthAfter, startOfMonth } from './period.ts';

export type ReportLoss = Loss<'approximate'>;
export type AccountMonthBudget = BudgetLedger<'add-remove', AccountMonth, 'approximate'>;
type Request = BudgetRequest<'add-remove', AccountMonth, 'approximate'>;

export type LedgerBudgetPorts = {
  readonly appender: Pick<Appender, 'append'>;
  readonly store: Pick<ProjectionStore, 'db' | 'reached'>;
  readonly clock: Clock;
  /** What one month may lose, by the settings of the moment. */
  readonly limit: () => ReportLoss;
  /** Entries that are durable now. */
  readonly ledgerSize: () => number;
};

/** The budgets of an installation, month by month, on its ledger. */
export type LedgerBudget = {
  /** The budget as one person spends it: who reserves stands in the entry. */
  as(by: string): AccountMonthBudget;
  /**
   * Ends a reservation that was cut off, or all of them: spent, and nothing released. What the ledger has recorded of its release meanwhile
   * comes first and stays. Call it for all only while nothing is being released, as at start.
   * @returns how many had no end
   */
  settle(reservation?: string): Promise<number>;
};

/**
 * Keeps budgets as entries of the Portcullis ledger. An append that failed may still have been recorded, so its loss counts as spent for as
 * long as this process lives; after that the ledger knows.
 */
export function createLedgerBudget(ports: LedgerBudgetPorts): LedgerBudget {
  const { appender, store, clock, limit, ledgerSize } = ports;
  const inTurn = createInTurn();
  /** Reservations whose entry was given to the ledger and that the projections do not have yet, or may never have. */
  const unsure = new Map<string, Request>();
  /** Keys whose end was given to the ledger. */
  const ending = new Set<string>();

  const record = async (entry: Entry): Promise<void> => {
    const { index } = await appender.append({ entry });
    await store.reached(index);
  };
  const caughtUp = async (): Promise<void> => {
    if (ledgerSize() > 0) await store.reached(ledgerSize() - 1);
  };
  const spentIn = (window: string): ReportLoss => {
    const recorded = readReservationsOf(store.db, window);
    const known = new Set(recorded.map(({ reservation }) => reservation));
    const waiting = [...unsure.values()].filter(
      ({ key, windows }) => windows.includes(window) && !known.has(key),
    );
    return [...recorded.map(lossOf), ...waiting.map(({ loss }) => loss)].reduce(
      (sum, loss) => addLoss(sum, loss),
      noLoss(limit()),
    );
  };
  const balanceOf = (window: string): Balance<'approximate'> => {
    const spent = spentIn(window);
    const nextAt = new Date(startOfMonth(monthAfter(window))).toISOString();
    return { window, limit: limit(), spent, left: remainingLoss(limit(), spent), nextAt };
  };
  const recall = (request: Request) => {
    const found = readReservation(store.db, request.key);
    if (found === undefined) {
      if (unsure.has(request.key))
        throw conflict('was given to the ledger, which did not say whether it has it');
      return undefined;
    }
    if (requestDiffers(requestOf(found), request)) throw conflict('was reserved for another release');
    if (found.release === null) throw conflict('is reserved and has no release; its loss is spent');
    return { state: 'committed', release: found.release } as const;
  };
  const reserve = async (request: Request, by: string) => {
    const earlier = recall(request);
    if (earlier !== undefined) return earlier;
    if (request.windows.length === 0)
      throw new PrivacyError('bad_parameter', 'A release touches no month. Name at least one.');
    for (const window of request.windows) {
      const balance = balanceOf(window);
      if (!fitsLimit(addLoss(balance.spent, request.loss), balance.limit))
        throw budgetExhausted(balance, request.loss);
    }
    unsure.set(request.key, request);
    const entry = reservedEntry(request, limit(), by, clock.now());
    const { index } = await appender.append({ entry }).catch((error: unknown) => {
      if (isRefusedAtOnce(error)) unsure.delete(request.key);
      throw error;
    });
    await store.reached(index);
    unsure.delete(request.key);
    return { state: 'reserved' } as const;
  };
  const commit = async (key: string, release: string): Promise<void> => {
    const found = readReservation(store.db, key);
    if (found === undefined) throw conflict('is not reserved');
    if (found.spentIndex !== null || ending.has(key)) throw conflict('has an end already');
    ending.add(key);
    await record(spentEntry(found, release, clock.now()));
    ending.delete(key);
  };
  const settleOne = async (key: string): Promise<boolean> => {
    // Its end may be on the ledger and not in the projections: a second one would be there for good, and fail the verifier.
    await caughtUp();
    const found = readReservation(store.db, key);
    if (found === undefined || found.spentIndex !== null) return false;
    await record(spentEntry(found, null, clock.now()));
    ending.delete(key);
    return readReservation(store.db, key)?.release === null;
  };
  return {
    as: (by) => ({
      scope: ACCOUNT_MONTH,
      reserve: (request) => inTurn('budget', () => reserve(request, by)),
      commit: (key, release) => inTurn('budget', () => commit(key, release)),
      balance: (window) => inTurn('budget', async () => balanceOf(window)),
    }),
    settle: (reservation) =>
      inTurn('budget', async () => {
        const open = reservation === undefined ? readOpenReservations(store.db) : [reservation];
        let settled = 0;
        for (const key of open) if (await settleOne(key)) settled += 1;
        return settled;
      }),
  };
}

/** The appender checks before it sends: then nothing is recorded. */
function isRefusedAtOnce(error: unknown): boolean {
  return error instanceof RecordError || (error instanceof ServerError && error.code === 'ledger-overloaded');
}

function reservedEntry(request: Request, limit: ReportLoss, by: string, timeMs: number): Entry {
  const { key, unit, adjacency, windows, loss, purpose } = request;
  return createEntry('budget.reserved', timeMs, {
    reservation: key,
    unit: unit.name,
    adjacency,
    windows: [...windows],
    ...textOf(loss),
    limit: textOf(limit),
    purpose,
    by,
  });
}

function spentEntry(found: ReservationRow, release: string | null, timeMs: number): Entry {
  return createEntry('budget.spent', timeMs, {
    reservation: found.reservation,
    epsilon: found.epsilon,
    delta: found.delta,
    release,
    release_sha256: release === null ? null : createHash('sha256').update(release).digest('hex'),
  });
}

const textOf = (loss: ReportLoss) => ({
  epsilon: rationalText(loss.epsilon),
  delta: rationalText(loss.delta),
});

/** @throws PrivacyError where an entry holds no loss */
export function lossOf(found: Pick<ReservationRow, 'epsilon' | 'delta'>): ReportLoss {
  return approximateLoss(epsilon(found.epsilon), delta(found.delta));
}

function requestOf(found: ReservationRow): Request {
  // What another unit or adjacency lost is no release of this scope, and differs from every request.
  const scope = { adjacency: found.adjacency, unit: { name: found.unit, meaning: '' } } as Scope<
    'add-remove',
    AccountMonth
  >;
  return {
    ...scope,
    key: found.reservation,
    loss: lossOf(found),
    windows: found.windows,
    purpose: found.purpose,
  };
}

function conflict(why: string): PrivacyError {
  return new PrivacyError('reservation_conflict', `This release ${why}.`);
}
