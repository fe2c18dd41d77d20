import { canonicalText, type Json } from '@portcullis/record';
import { ServerError } from '../server-error.ts';
import type { ReportUnit } from './plan-noise.ts';
import type { TableName } from './report-tables.ts';

/** What was released, as the ledger keeps it: all that a page, a CSV file and a disclosure are made of. Fractions are text. */
export type ReleasedReport = {
  readonly format: typeof RELEASE_FORMAT;
  readonly period: { readonly from: string; readonly to: string };
  /** What the ledger recorded before this moment is counted; earlier than the period's end where it was not over. */
  readonly until: string;
  readonly unit: ReportUnit;
  readonly adjacency: 'add-remove';
  readonly epsilon: string;
  readonly delta: string;
  /** What it costs a unit in zero-concentrated differential privacy. */
  readonly rho: string;
  readonly accountant: string;
  readonly software: string;
  readonly tables: readonly ReleasedTable[];
};

export type ReleasedTable = {
  readonly name: TableName;
  readonly kinds: readonly string[];
  readonly bound: number;
  readonly kind_bound: number;
  readonly variance: string;
  /** Month by month, kind by kind. */
  readonly values: readonly (readonly number[])[];
};

export const RELEASE_FORMAT = 'portcullis/report/v1';

export function writeRelease(release: ReleasedReport): string {
  return canonicalText(release as unknown as Json);
}

/** @throws ServerError `unsupported` where later software wrote it */
export function readRelease(text: string): ReleasedReport {
  const release = JSON.parse(text) as ReleasedReport;
  if (release.format !== RELEASE_FORMAT)
    throw new ServerError(
      'unsupported',
      'This release was written in a format that this version can not read.',
    );
  return release;
}
