import {
  add,
  type Delta,
  divide,
  type Epsilon,
  makeRational,
  multiply,
  type Rational,
  rational,
} from '@portcullis/privacy';
import { rhoWithin } from './concentrated-loss.ts';
import { l2SquaredOf, type ReportTable } from './report-tables.ts';

export type ReportUnit = 'account-month' | 'account';

/** How much noise a report has. */
export type NoisePlan = {
  /** What it costs one unit, in zero-concentrated differential privacy. */
  readonly rho: Rational;
  /** Of the discrete Gaussian noise on every value of a table, in the tables' order. */
  readonly variances: readonly Rational[];
};

const ROUNDED_TO = 1n << 10n;

/**
 * Shares what may be lost equally among the tables: noise is as large, in units of what one unit can move a table, everywhere. Each table costs
 * l2² / 2σ² (Canonne, Kamath and Steinke 2020), tables add up, and months do where one unit is in all of them.
 * @returns undefined where so little was asked for that nothing can be told
 */
export function planNoise(
  asked: {
    readonly epsilon: Epsilon;
    readonly delta: Delta;
    readonly unit: ReportUnit;
    readonly monthCount: number;
  },
  tables: readonly ReportTable[],
): NoisePlan | undefined {
  const most = rhoWithin(asked.epsilon, asked.delta);
  if (most.numerator <= 0n) return undefined;
  const parts = BigInt(tables.length) * (asked.unit === 'account' ? BigInt(asked.monthCount) : 1n);
  // σ² / l2², rounded up.
  const ratio = roundUp(divide(rational(parts), multiply(rational(2n), most)));
  const rho = divide(rational(parts), multiply(rational(2n), ratio));
  const variances = tables.map((table) => multiply(rational(l2SquaredOf(table, table.kinds.length)), ratio));
  return { rho, variances };
}

function roundUp({ numerator, denominator }: Rational): Rational {
  return makeRational((numerator * ROUNDED_TO) / denominator + 1n, ROUNDED_TO);
}

/** What releases cost a unit together. */
export function sumOf(parts: readonly Rational[]): Rational {
  return parts.reduce(add, rational(0));
}
