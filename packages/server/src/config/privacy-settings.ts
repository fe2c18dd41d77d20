import { type SettingSchema, section, wholeNumber } from './setting-shapes.ts';

const most = (what: string, standard: number, maximum: number): SettingSchema =>
  wholeNumber(`Most ${what} that one account counts for in one month; more adds noise, less leaves out.`, {
    default: standard,
    minimum: 1,
    maximum,
  });

/** What reports may publish; docs/reporting.md says how to choose. */
export const privacySchema = section('What transparency reports may tell of one account in one month.', {
  epsilonPerMonth: {
    type: 'number',
    description:
      'Epsilon that all reports about a month may spend together, for an account-month. What was spent does not come back; the next month has its own.',
    default: 3,
    minimum: 0,
    maximum: 100,
  },
  deltaPerMonth: {
    type: 'number',
    description: 'Delta that all reports about a month may spend together; well below 1 / accounts.',
    default: 0.000_01,
    minimum: 0,
    maximum: 0.01,
  },
  bounds: section('What one account counts for at most. Chosen without a look at the data.', {
    exchanges: most('exchanges', 1000, 1_000_000),
    findings: most('findings', 2, 1000),
    decisions: most('decisions', 4, 1000),
    overturned: most('overturned decisions', 2, 1000),
    heldHours: most('hours in a standing', 744, 744),
    erasures: most('erasures', 1, 1000),
  }),
});
