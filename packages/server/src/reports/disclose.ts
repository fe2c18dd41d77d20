import {
  add,
  addLoss,
  makeRational,
  multiply,
  noLoss,
  type Rational,
  rational,
  remainingLoss,
  toNumberUp,
  zeroConcentratedDelta,
  zeroConcentratedEpsilon,
} from '@portcullis/privacy';
import type { ReservationRow } from '../projections/budgets-projection.ts';
import { ServerError } from '../server-error.ts';
import {
  DISCLOSURE_FORMAT,
  type DisclosedTable,
  type Disclosure,
  type Lifetime,
  type MonthBudget,
  type PrivacyStatement,
  statedLoss,
} from './disclosure.ts';
import { lossOf, type ReportLoss } from './ledger-budget.ts';
import { margin95 } from './noise-margin.ts';
import { monthAfter, startOfMonth } from './period.ts';
import { type ReleasedReport, type ReleasedTable, readRelease } from './released-report.ts';
import { titlesOf } from './report-tables.ts';
import * as say from './statements.ts';

/** Epsilons of the profile, as parts of the report's own. */
const PROFILE_AT = [1 / 8, 1 / 4, 1 / 2, 3 / 4, 1, 5 / 4, 3 / 2, 2];

/**
 * What is published of a report: made of the ledger's entries up to its own and of nothing else, so that it comes out the same whenever it is made.
 * @param report whose release is there
 * @param all reservations of the ledger, oldest first
 */
export function disclose(report: ReservationRow, all: readonly ReservationRow[], origin: string): Disclosure {
  if (report.release === null || report.releaseSha256 === null || report.spentIndex === null)
    throw new ServerError('conflict', 'This report was cut off: it was paid for, and there is none.');
  const release = readRelease(report.release);
  const { from, to } = release.period;
  const endMs = startOfMonth(monthAfter(to));
  return {
    format: DISCLOSURE_FORMAT,
    report: report.reservation,
    period: { from, to, until: release.until, isOver: Date.parse(release.until) >= endMs },
    ledger: {
      origin,
      publishedAt: new Date(report.timeMs).toISOString(),
      releaseSha256: report.releaseSha256,
    },
    software: release.software,
    privacy: statePrivacy(report, release, asOf(report, all)),
    tables: release.tables.map((table) => discloseTable(table, report.windows)),
  };
}

/** How the reservations up to this one stood when it ended, whatever became of them since. */
function asOf(
  { index, spentIndex }: ReservationRow,
  all: readonly ReservationRow[],
): readonly ReservationRow[] {
  const hasEnded = (each: ReservationRow) =>
    each.spentIndex !== null && spentIndex !== null && each.spentIndex <= spentIndex;
  return all
    .filter((each) => each.index <= index)
    .map((each) => (hasEnded(each) ? each : { ...each, release: null }));
}

function discloseTable(table: ReleasedTable, months: readonly string[]): DisclosedTable {
  const standardDeviation = Math.sqrt(toNumberUp(rational(table.variance)));
  const { title, counts, kinds } = titlesOf(table.name, table.kinds);
  return {
    name: table.name,
    title,
    counts,
    kinds,
    bound: table.bound,
    kindBound: table.kind_bound,
    standardDeviation,
    variance: table.variance,
    margin95: margin95(standardDeviation),
    months: months.map((month, at) => ({ month, values: table.values[at] ?? [] })),
  };
}

function statePrivacy(
  report: ReservationRow,
  release: ReleasedReport,
  upToIt: readonly ReservationRow[],
): PrivacyStatement {
  const loss = lossOf(report);
  const rho = rational(release.rho);
  const monthCount = release.unit === 'account-month' ? report.windows.length : 1;
  return {
    unit: { name: release.unit, meaning: say.UNIT_MEANINGS[release.unit] },
    adjacency: { name: release.adjacency, meaning: say.ADJACENCY_MEANING },
    loss: { ...statedLoss(loss), exact: { epsilon: report.epsilon, delta: report.delta } },
    wholeAccount: statedLoss(times(loss, monthCount)),
    profile: PROFILE_AT.map((part) => part * toNumberUp(loss.epsilon)).map((epsilon) => ({
      epsilon,
      delta: zeroConcentratedDelta(toNumberUp(rho), epsilon).upper,
    })),
    mechanism: say.MECHANISM,
    composition: say.compositionOf(release.unit, release.tables.length),
    rho: { value: toNumberUp(rho), exact: release.rho },
    bounding: say.BOUNDING,
    unprotected: say.UNPROTECTED,
    resetPeriod: say.RESET_PERIOD,
    budgets: report.windows.map((month) => budgetOf(month, report, upToIt)),
    lifetime: lifetimeOf(upToIt),
    accountant: { name: release.accountant, method: say.ACCOUNTANT_METHOD },
    sampler: say.SAMPLER,
    sideChannels: say.SIDE_CHANNELS,
  };
}

function budgetOf(month: string, report: ReservationRow, upToIt: readonly ReservationRow[]): MonthBudget {
  const limit = lossOf(report.limit);
  const spent = spentIn(month, upToIt);
  return {
    month,
    limit: statedLoss(limit),
    spent: statedLoss(spent),
    left: statedLoss(remainingLoss(limit, spent)),
    nextAt: new Date(startOfMonth(monthAfter(month))).toISOString(),
  };
}

function spentIn(month: string, reservations: readonly ReservationRow[]): ReportLoss {
  const losses = reservations.filter(({ windows }) => windows.includes(month)).map(lossOf);
  return sumLosses(losses);
}

function sumLosses(losses: readonly ReportLoss[]): ReportLoss {
  const nothing = noLoss(lossOf({ epsilon: '0', delta: '0' }));
  return losses.reduce((sum, loss) => addLoss(sum, loss), nothing);
}

function lifetimeOf(upToIt: readonly ReservationRow[]): Lifetime {
  const months = [...new Set(upToIt.flatMap(({ windows }) => windows))].sort();
  const [month, spent] = months
    .map((each) => [each, spentIn(each, upToIt)] as const)
    .reduce((most, each) => (toNumberUp(each[1].epsilon) > toNumberUp(most[1].epsilon) ? each : most));
  const released = upToIt.flatMap(({ windows, release }) =>
    release !== null && windows.includes(month) ? [rational(readRelease(release).rho)] : [],
  );
  const delta = toNumberUp(spent.delta);
  const wholeAccount = upToIt.map((each) => times(lossOf(each), monthsOf(each)));
  return {
    reports: upToIt.length,
    cutOff: upToIt.filter(({ release }) => release === null).length,
    accountMonth: { month, ...statedLoss(spent) },
    accountMonthTight: {
      epsilon: zeroConcentratedEpsilon(toNumberUp(released.reduce(add, rational(0n))), delta).upper,
      delta,
    },
    account: statedLoss(sumLosses(wholeAccount)),
  };
}

/** How often the loss counts for an account that is in every month. One that was cut off may have been of either unit. */
function monthsOf({ windows, release }: ReservationRow): number {
  return release !== null && readRelease(release).unit === 'account' ? 1 : windows.length;
}

function times(loss: ReportLoss, count: number): ReportLoss {
  const by = (amount: Rational) => multiply(amount, makeRational(BigInt(count), 1n));
  return { ...loss, epsilon: by(loss.epsilon), delta: by(loss.delta) } as ReportLoss;
}
