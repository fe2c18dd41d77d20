import { readReservation, readReservations, type ReservationRow } from '../projections/budgets-projection.ts';
import { ServerError } from '../server-error.ts';
import { disclose } from './disclose.ts';
import { type Disclosure, type MonthBudget, type StatedLoss, statedLoss } from './disclosure.ts';
import { lossOf } from './ledger-budget.ts';
import { createReporter, type ReporterPorts } from './reporter.ts';
import type { ReportInput } from './report-request.ts';
import { writeCsv } from './page/write-csv.ts';

/** A report as it is published: all of it follows from the ledger. */
export type ReportFiles = {
  readonly report: string;
  /** False where it was there already, and nothing was spent. */
  readonly isNew: boolean;
  /** Indices on the ledger, for whoever may see it; not part of what is published. */
  readonly entries: { readonly reserved: number; readonly spent: number };
  readonly disclosure: Disclosure;
  /** HTML. */
  readonly page: string;
  readonly csv: string;
};

export type ListedReport = Pick<ReservationRow, 'reservation' | 'index' | 'by' | 'purpose'> & {
  readonly at: string;
  readonly months: readonly string[];
  readonly loss: StatedLoss;
  readonly state: 'published' | 'cut_off' | 'under_way';
};

export type Reports = {
  /** Ends what a crash cut off; call it once the projections have caught up, before anything is published. */
  start(): Promise<void>;
  /** @throws ServerError as `Reporter.publish` does */
  publish(input: ReportInput, by: string): Promise<ReportFiles>;
  /** @throws ServerError `not-found`, `conflict` where it was cut off */
  show(report: string): Promise<ReportFiles>;
  /** Newest first, and what is left of the months that were touched and of this one. */
  list(): Promise<{ readonly reports: readonly ListedReport[]; readonly budgets: readonly MonthBudget[] }>;
};

/** @param ports `origin` is the ledger's name */
export function createReports(ports: ReporterPorts & { readonly origin: string }): Reports {
  const { store, origin, clock } = ports;
  const reporter = createReporter(ports);
  const show = async (report: string, isNew: boolean): Promise<ReportFiles> => {
    const found = readReservation(store.db, report);
    if (found === undefined)
      throw new ServerError('not-found', 'There is no such report. List them: GET /v1/reports.');
    const disclosure = disclose(found, readReservations(store.db), origin);
    // Plots are only loaded where there is something to plot.
    const { writePage } = await import('./page/write-page.ts');
    const entries = { reserved: found.index, spent: found.spentIndex ?? found.index };
    return { report, isNew, entries, disclosure, page: writePage(disclosure), csv: writeCsv(disclosure) };
  };
  return {
    async start() {
      await reporter.settle();
    },
    async publish(input, by) {
      const { report, isNew } = await reporter.publish(input, by);
      return show(report, isNew);
    },
    show: (report) => show(report, false),
    async list() {
      const all = readReservations(store.db).toReversed();
      const thisMonth = new Date(clock.now()).toISOString().slice(0, 7);
      const months = [...new Set([thisMonth, ...all.flatMap(({ windows }) => windows)])].sort();
      const budgets = await Promise.all(months.map((month) => reporter.balance(month)));
      return { reports: all.map(listed), budgets };
    },
  };
}

function listed(row: ReservationRow): ListedReport {
  const { reservation, index, by, purpose, windows, timeMs, release, spentIndex } = row;
  const ended = release === null ? 'cut_off' : 'published';
  return {
    reservation,
    index,
    by,
    purpose,
    at: new Date(timeMs).toISOString(),
    months: windows,
    loss: statedLoss(lossOf(row)),
    state: spentIndex === null ? 'under_way' : ended,
  };
}
