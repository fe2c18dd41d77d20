import {
  type Delta,
  divide,
  type Epsilon,
  makeRational,
  multiply,
  type PrivacyEvents,
  privacyEvent,
  type Rational,
  rational,
  type Rho,
  toNumberDown,
  totalRho,
  zeroConcentratedRho,
} from '@portcullis/privacy';
import { l2SquaredOf, type ReportTable } from './report-tables.ts';

/** Who computed what a report costs, and its version; a change of the figures is a new one. */
export const ACCOUNTANT = 'portcullis zero-concentrated 1';

export type ReportUnit = 'account-month' | 'account';

/** How much noise a report has. */
export type NoisePlan = {
  /** What its release is for one unit, known before there is a number. */
  readonly events: PrivacyEvents<'add-remove'>;
  /** What these cost. */
  readonly rho: Rho;
  /** Of the discrete Gaussian noise on every value of a table, in the tables' order. */
  readonly variances: readonly Rational[];
};

type Asked = {
  readonly epsilon: Epsilon;
  readonly delta: Delta;
  readonly unit: ReportUnit;
  readonly monthCount: number;
};

const ROUNDED_TO = 1n << 10n;

/**
 * Shares what may be lost equally among the tables, and among the months where one unit is in all of them: noise is as large, in units of what
 * one unit can move a table, everywhere.
 * @returns undefined where so little was asked for that nothing can be told
 */
export function planNoise(asked: Asked, tables: readonly ReportTable[]): NoisePlan | undefined {
  const most = rational(zeroConcentratedRho(toNumberDown(asked.epsilon), toNumberDown(asked.delta)));
  if (most.numerator <= 0n) return undefined;
  const monthsOfUnit = asked.unit === 'account' ? asked.monthCount : 1;
  const parts = rational(BigInt(tables.length * monthsOfUnit));
  // σ² / l2², rounded up.
  const ratio = roundUp(divide(parts, multiply(rational(2n), most)));
  const ofOneMonth = tables.map((table) => {
    const l2Squared = rational(l2SquaredOf(table, table.kinds.length));
    const dimensions = table.kinds.length;
    const variance = multiply(l2Squared, ratio);
    return {
      variance,
      event: privacyEvent('add-remove', { kind: 'discrete-gaussian', variance, l2Squared, dimensions }),
    };
  });
  const events = Array.from({ length: monthsOfUnit }, () => ofOneMonth.map(({ event }) => event)).flat();
  return {
    events: Object.freeze(events),
    rho: totalRho(events),
    variances: ofOneMonth.map(({ variance }) => variance),
  };
}

function roundUp({ numerator, denominator }: Rational): Rational {
  return makeRational((numerator * ROUNDED_TO) / denominator + 1n, ROUNDED_TO);
}
