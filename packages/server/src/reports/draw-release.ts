import type { DatabaseSync } from 'node:sqlite';
import {
  createDiscreteGaussian,
  type ReleaseSource,
  type Rational,
  rationalText,
  requireReleaseSource,
} from '@portcullis/privacy';
import { countMonth } from './count-month.ts';
import type { NoisePlan } from './plan-noise.ts';
import type { ReportTable } from './report-tables.ts';
import type { ReleasedTable } from './released-report.ts';

/**
 * Counts and adds the noise. Exact counts do not leave this function.
 * @param untilMs what is recorded after it does not count
 */
export function drawTables(
  db: DatabaseSync,
  months: readonly string[],
  untilMs: number,
  tables: readonly ReportTable[],
  plan: NoisePlan,
  source: ReleaseSource,
): ReleasedTable[] {
  requireReleaseSource(source);
  return tables.map((table, at) => {
    const variance = plan.variances[at] as Rational;
    const noise = createDiscreteGaussian(variance);
    const values = months.map((month) =>
      countMonth(db, table, month, untilMs).map((count) => Number(count + noise(source))),
    );
    return {
      name: table.name,
      kinds: table.kinds.map(({ name }) => name),
      bound: table.bound,
      kind_bound: table.kindBound,
      variance: rationalText(variance),
      values,
    };
  });
}
