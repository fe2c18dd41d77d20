import { ServerError } from '../server-error.ts';

/** Calendar months in UTC, such as `2026-11`, one after the other. */
export type Period = { readonly from: string; readonly to: string; readonly months: readonly string[] };

/** Released values of more would not fit an entry of the ledger. */
export const PERIOD_MONTHS_MAX = 18;
const MONTH = /^(\d{4})-(0[1-9]|1[0-2])$/;

/** @param text `2026-11`, or `2026-01..2026-06` with both ends included @throws ServerError `bad-request` */
export function parsePeriod(text: string): Period {
  const [from = '', to = from, ...rest] = text.split('..');
  if (rest.length > 0 || !MONTH.test(from) || !MONTH.test(to))
    throw new ServerError('bad-request', 'Write the period as 2026-11, or as 2026-01..2026-06.');
  const months: string[] = [];
  for (let month = from; month <= to && months.length <= PERIOD_MONTHS_MAX; month = monthAfter(month))
    months.push(month);
  if (months.length === 0)
    throw new ServerError('bad-request', 'The period ends before it begins. Write the earlier month first.');
  if (months.length > PERIOD_MONTHS_MAX)
    throw new ServerError(
      'bad-request',
      `The period has more than ${PERIOD_MONTHS_MAX} months. Ask for parts of it.`,
    );
  return { from, to, months };
}

/** Unix milliseconds of its first moment. */
export function startOfMonth(month: string): number {
  return Date.parse(`${month}-01T00:00:00.000Z`);
}

export function monthAfter(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  const next = number === 12 ? [year + 1, 1] : [year, number + 1];
  return `${String(next[0]).padStart(4, '0')}-${String(next[1]).padStart(2, '0')}`;
}
