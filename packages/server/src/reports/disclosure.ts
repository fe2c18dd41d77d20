import { compare, type Loss, type Rational, rational, toNumberDown, toNumberUp } from '@portcullis/privacy';
import type { ReportUnit } from './plan-noise.ts';
import type { TableName } from './report-tables.ts';

/**
 * A report with everything that its reader must know to judge what it protects: `docs/transparency-report.schema.json`. The fields are those
 * that Ponomareva et al. 2023 ("How to DP-fy ML", section 5.3.3) and NIST SP 800-226 ask a release to state. Losses are decimals that are not
 * below the exact fraction, which stands beside them.
 */
export type Disclosure = {
  readonly format: typeof DISCLOSURE_FORMAT;
  readonly report: string;
  readonly period: {
    readonly from: string;
    readonly to: string;
    readonly until: string;
    readonly isOver: boolean;
  };
  /**
   * Where the ledger has it, under the report's name. No index of an entry: it would tell to the last one how much the gate has recorded,
   * which is what the noise is to hide.
   */
  readonly ledger: {
    readonly origin: string;
    readonly publishedAt: string;
    readonly releaseSha256: string;
  };
  readonly software: string;
  readonly privacy: PrivacyStatement;
  readonly tables: readonly DisclosedTable[];
};

export const DISCLOSURE_FORMAT = 'portcullis/transparency-report/v1';

export type StatedLoss = { readonly epsilon: number; readonly delta: number };
export type ExactLoss = StatedLoss & { readonly exact: { readonly epsilon: string; readonly delta: string } };

export type PrivacyStatement = {
  readonly unit: { readonly name: ReportUnit; readonly meaning: string };
  readonly adjacency: { readonly name: 'add-remove'; readonly meaning: string };
  /** What one unit may lose to this report. */
  readonly loss: ExactLoss;
  /** What an account loses that is in every month of the period. */
  readonly wholeAccount: StatedLoss;
  /** δ at ε, as it follows from what the report really costs. */
  readonly profile: readonly StatedLoss[];
  readonly mechanism: string;
  readonly composition: readonly string[];
  readonly rho: { readonly value: number; readonly exact: string };
  readonly bounding: string;
  readonly unprotected: readonly string[];
  readonly resetPeriod: string;
  readonly budgets: readonly MonthBudget[];
  readonly lifetime: Lifetime;
  readonly accountant: { readonly name: string; readonly method: string };
  readonly sampler: string;
  readonly sideChannels: string;
};

export function statedLoss({ epsilon, delta }: Loss<'approximate'>): StatedLoss {
  return { epsilon: decimalUp(epsilon), delta: decimalUp(delta) };
}

/** The number whose decimal spelling is not below: for a millionth that is 0.000001, though the double of it is a little less. */
function decimalUp(value: Rational): number {
  const down = toNumberDown(value);
  return compare(rational(String(down)), value) >= 0 ? down : toNumberUp(value);
}

/** A month's budget, in a disclosure right after its report. */
export type MonthBudget = {
  readonly month: string;
  readonly limit: StatedLoss;
  readonly spent: StatedLoss;
  readonly left: StatedLoss;
  readonly nextAt: string;
};

/** What all reports up to this one cost, those that were cut off included. */
export type Lifetime = {
  readonly reports: number;
  readonly cutOff: number;
  /** The account-month that lost most. */
  readonly accountMonth: StatedLoss & { readonly month: string };
  /** The same month, at the same delta, as zero-concentrated losses add up; only what was released. */
  readonly accountMonthTight: StatedLoss;
  /** An account that is in every month that any report was about. */
  readonly account: StatedLoss;
};

export type DisclosedTable = {
  readonly name: TableName;
  readonly title: string;
  /** What one of it is. */
  readonly counts: string;
  readonly kinds: readonly { readonly name: string; readonly title: string }[];
  /** The most that one account counts for in one month, in all kinds and in each. */
  readonly bound: number;
  readonly kindBound: number;
  /** Of the noise on each value. */
  readonly standardDeviation: number;
  readonly variance: string;
  /** In 95 of 100 draws the noise is at most this. */
  readonly margin95: number;
  readonly months: readonly { readonly month: string; readonly values: readonly number[] }[];
};
