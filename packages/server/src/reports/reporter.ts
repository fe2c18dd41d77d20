import {
  createReleaseSource,
  PrivacyError,
  rationalText,
  releaseOnce,
  toNumberUp,
} from '@portcullis/privacy';
import { RELEASE_CHARACTERS_MAX } from '@portcullis/record';
import { createInTurn } from '../accounts/in-turn.ts';
import { readReservation, readReservations, type ReservationRow } from '../projections/budgets-projection.ts';
import { ServerError } from '../server-error.ts';
import { type MonthBudget, statedLoss } from './disclosure.ts';
import { drawTables } from './draw-release.ts';
import { createLedgerBudget, type LedgerBudgetPorts } from './ledger-budget.ts';
import { monthAfter, startOfMonth } from './period.ts';
import { ACCOUNTANT, type NoisePlan, planNoise } from './plan-noise.ts';
import { ACCOUNT_MONTH } from './privacy-scope.ts';
import { RELEASE_FORMAT, type ReleasedReport, writeRelease } from './released-report.ts';
import { type ReportInput, type ReportRequest, readRequest } from './report-request.ts';
import { type ReportBounds, type ReportTable, reportTables } from './report-tables.ts';

export type ReporterPorts = LedgerBudgetPorts & {
  readonly bounds: () => ReportBounds;
  /** Such as `portcullis 0.1.0`. */
  readonly software: string;
};

/** A report that is on the ledger. */
export type Published = { readonly report: string; readonly isNew: boolean };

export type Reporter = {
  /**
   * Pays for a report, counts, adds noise and records what came out. The same request again gives the same report and spends nothing.
   * @throws ServerError `bad-request`, `budget-exhausted`, `conflict` (an earlier attempt was cut off), `ledger-refused`
   */
  publish(input: ReportInput, by: string): Promise<Published>;
  /** What is left of a month's budget now. */
  balance(month: string): Promise<MonthBudget>;
  /** Ends what a crash cut off. Call it before anything is published. @returns how many */
  settle(): Promise<number>;
};

export function createReporter(ports: ReporterPorts): Reporter {
  const { store, clock } = ports;
  const budget = createLedgerBudget(ports);
  const inTurn = createInTurn();

  const publish = async (request: ReportRequest, again: boolean, by: string): Promise<Published> => {
    const chosen = await chooseAttempt(request, again);
    if (!chosen.isNew) return chosen;
    const tables = reportTables(ports.bounds());
    const plan = planNoise({ ...request, monthCount: request.period.months.length }, tables);
    if (plan === undefined || plan.variances.some((each) => toNumberUp(each) > DEVIATION_MAX ** 2))
      throw new ServerError('bad-request', 'So little may be lost that nothing can be told. Ask for more.');
    requireRoom(request, tables, plan, ports.software);
    // What is durable counts, also where the projections are behind.
    if (ports.ledgerSize() > 0) await store.reached(ports.ledgerSize() - 1);
    const { from, to, months } = request.period;
    const wanted = {
      ...ACCOUNT_MONTH,
      key: chosen.report,
      loss: request.loss,
      windows: months,
      purpose: `Transparency report of ${from === to ? from : `${from} to ${to}`}${request.soFar ? ', so far' : ''}.`,
    };
    await releaseOnce(budget.as(by), wanted, () => {
      const untilMs = Math.min(clock.now(), startOfMonth(monthAfter(to)));
      const drawn = drawTables(store.db, months, untilMs, tables, plan, createReleaseSource());
      return writeRelease({ ...describe(request, plan, ports.software, untilMs), tables: drawn });
    });
    return chosen;
  };

  /** The name to publish under, or that of the report that is there. */
  const chooseAttempt = async ({ name }: ReportRequest, again: boolean): Promise<Published> => {
    let last = lastAttempt(name);
    if (last !== undefined && last.spentIndex === null) {
      // Nobody is at it, as a name's requests go in turn: it was cut off, or its end was recorded and not told.
      await budget.settle(last.reservation);
      last = readReservation(store.db, last.reservation);
    }
    if (last === undefined) return { report: name, isNew: true };
    if (last.release !== null) return { report: last.reservation, isNew: false };
    if (again) return { report: nextName(name, last.reservation), isNew: true };
    throw new ServerError(
      'conflict',
      `This report was paid for and cut off before there was one (entry ${last.index}); what it cost stays spent. To pay for it once more, ask with again: true (--again).`,
    );
  };
  const lastAttempt = (name: string): ReservationRow | undefined =>
    readReservations(store.db).findLast(
      ({ reservation }) => reservation === name || reservation.startsWith(`${name}.`),
    );
  return {
    publish: async (input, by) => {
      const request = readRequest(input, clock.now());
      return inTurn(request.name, () => publish(request, input.again === true, by)).catch(tell);
    },
    async balance(month) {
      const { limit, spent, left, nextAt } = await budget.as('portcullis').balance(month);
      const losses = { limit: statedLoss(limit), spent: statedLoss(spent), left: statedLoss(left) };
      return { month, ...losses, nextAt: nextAt ?? '' };
    },
    settle: () => budget.settle(),
  };
}

/** `report-x`, `report-x.2`, `report-x.3` … */
function nextName(name: string, last: string): string {
  return `${name}.${Number(last.slice(name.length + 1) || 1) + 1}`;
}

function describe(
  { period: { from, to }, epsilon, delta, unit }: ReportRequest,
  { rho }: NoisePlan,
  software: string,
  untilMs: number,
): Omit<ReleasedReport, 'tables'> {
  return {
    format: RELEASE_FORMAT,
    period: { from, to },
    until: new Date(untilMs).toISOString(),
    unit,
    adjacency: ACCOUNT_MONTH.adjacency,
    epsilon: rationalText(epsilon),
    delta: rationalText(delta),
    rho: rationalText(rho),
    accountant: ACCOUNTANT,
    software,
  };
}

/** A release that does not fit an entry would be paid for and lost; values of ten digits are more than there will be. */
const LARGEST_VALUE = -9_999_999_999;
/** Of noise; ten times it is still within that. */
const DEVIATION_MAX = 1e8;

function requireRoom(
  request: ReportRequest,
  tables: readonly ReportTable[],
  plan: NoisePlan,
  software: string,
): void {
  const filled = tables.map(({ name, kinds, bound, kindBound }, at) => ({
    name,
    kinds: kinds.map((kind) => kind.name),
    bound,
    kind_bound: kindBound,
    variance: rationalText(plan.variances[at] ?? plan.rho),
    values: request.period.months.map(() => kinds.map(() => LARGEST_VALUE)),
  }));
  const text = writeRelease({ ...describe(request, plan, software, 0), tables: filled });
  // Each quote takes a second byte in the entry.
  if (text.length <= RELEASE_CHARACTERS_MAX && JSON.stringify(text).length <= RELEASE_CHARACTERS_MAX + 600)
    return;
  throw new ServerError(
    'bad-request',
    'The values of so many months do not fit an entry of the ledger. Ask for parts of the period.',
  );
}

/** @throws ServerError in place of the library's error, which says nothing private */
function tell(error: unknown): never {
  if (!(error instanceof PrivacyError)) throw error;
  if (error.code === 'budget_exhausted') throw new ServerError('budget-exhausted', error.message);
  if (error.code === 'reservation_conflict') throw new ServerError('conflict', error.message);
  throw new ServerError('ledger-refused', error.message, { cause: error });
}
