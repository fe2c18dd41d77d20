import type { IncidentKind } from '@portcullis/record';

// Deadlines that rules set, as data. What stands here was put down on the day `asOf` and was not checked against the official texts since:
// somebody who knows the rule must look before an operator relies on it. A correction is a change of this table alone.

/** What a clock starts with; `quarter` and `record` have no incident: the end of a quarter, and that something was recorded. */
export type ClockStart = 'aware' | 'reported' | 'resolved' | 'receipt' | 'quarter' | 'record';

export type ClockRow = {
  readonly clock: string;
  /** Clocks of one rule are judged reportable or not together. */
  readonly rule: string;
  readonly clause: string;
  readonly starts: ClockStart;
  /** Kinds of incident it is for; null where it is for every one, or for none. */
  readonly kinds: readonly IncidentKind[] | null;
  readonly hours: number;
  /** Comes again after each time, until the incident is resolved. */
  readonly repeats: boolean;
  readonly who: string;
  readonly what: string;
  readonly where: string;
  /** First day it holds, UTC; null where it holds or no day is known. */
  readonly from: string | null;
  readonly source: string;
  readonly asOf: string;
};

const DAY = 24;
const WEEK = 7 * DAY;
// The longest that so many months and years last, as what is asked for is a least.
const SIX_MONTHS = 184 * DAY;
const YEARS_5 = 1827 * DAY;
const YEARS_10 = 3653 * DAY;
const AS_OF = '2026-11-23';
const once = { kinds: null, repeats: false, from: null, asOf: AS_OF } as const;

const GPAI = {
  ...once,
  rule: 'eu-gpai',
  clause: 'EU AI Act 53, 55; GPAI code 9.3, 9.4, 10.1',
  who: 'provider of a general-purpose model with systemic risk',
  where: 'AI Office, and national authorities where it concerns them',
  source:
    'Regulation (EU) 2024/1689, Articles 53 and 55; General-Purpose AI Code of Practice, 9.3, 9.4 and 10.1',
} as const;
const HIGH_RISK = {
  ...once,
  rule: 'eu-high-risk',
  clause: 'EU AI Act 72, 73',
  who: 'provider of a high-risk system',
  where: 'market surveillance authority of the Member State where it happened',
  source: 'Regulation (EU) 2024/1689, Articles 72 and 73; an incomplete first report is allowed',
  from: '2027-12-02',
} as const;
const SB53 = {
  ...once,
  rule: 'california-sb53',
  clause: 'California SB 53',
  who: 'frontier developer',
  source: 'California SB 53 (Transparency in Frontier Artificial Intelligence Act)',
} as const;
const RAISE = {
  ...once,
  rule: 'new-york-raise',
  clause: 'New York RAISE §1422',
  who: 'large developer',
  source: 'New York RAISE Act, §1422',
  from: '2027-01-01',
} as const;

export const CLOCK_ROWS: readonly ClockRow[] = [
  {
    ...GPAI,
    clock: 'eu-gpai-infrastructure',
    starts: 'aware',
    kinds: ['critical-infrastructure'],
    hours: 2 * DAY,
    what: 'first report of a serious disruption of critical infrastructure',
  },
  {
    ...GPAI,
    clock: 'eu-gpai-cyber',
    starts: 'aware',
    kinds: ['cyber-breach', 'weight-exfiltration'],
    hours: 5 * DAY,
    what: 'first report of a serious cybersecurity breach, weights taken included',
  },
  {
    ...GPAI,
    clock: 'eu-gpai-death',
    starts: 'aware',
    kinds: ['death'],
    hours: 10 * DAY,
    what: 'first report of the death of a person',
  },
  {
    ...GPAI,
    clock: 'eu-gpai-other',
    starts: 'aware',
    kinds: ['imminent-danger', 'other'],
    hours: 15 * DAY,
    what: 'first report of any other serious incident',
  },
  {
    ...GPAI,
    clock: 'eu-gpai-update',
    starts: 'reported',
    repeats: true,
    hours: 4 * WEEK,
    what: 'update, every four weeks until it is resolved',
  },
  {
    ...GPAI,
    clock: 'eu-gpai-final',
    starts: 'resolved',
    hours: 60 * DAY,
    what: 'final report, 60 days after it is resolved',
  },
  {
    ...GPAI,
    clock: 'eu-gpai-keep',
    starts: 'record',
    hours: YEARS_5,
    where: 'here',
    what: 'keep records of incidents for 5 years at least',
  },
  {
    ...GPAI,
    clock: 'eu-gpai-keep-documents',
    starts: 'record',
    hours: YEARS_10,
    where: 'here',
    what: 'keep documents for 10 years at least',
  },
  {
    ...HIGH_RISK,
    clock: 'eu-high-risk-infrastructure',
    starts: 'aware',
    kinds: ['critical-infrastructure'],
    hours: 2 * DAY,
    what: 'report of a serious disruption of critical infrastructure',
  },
  {
    ...HIGH_RISK,
    clock: 'eu-high-risk-death',
    starts: 'aware',
    kinds: ['death'],
    hours: 10 * DAY,
    what: 'report of the death of a person',
  },
  {
    ...HIGH_RISK,
    clock: 'eu-high-risk-other',
    starts: 'aware',
    kinds: ['cyber-breach', 'weight-exfiltration', 'imminent-danger', 'other'],
    hours: 15 * DAY,
    what: 'report of any other serious incident',
  },
  {
    ...SB53,
    clock: 'california-sb53-danger',
    starts: 'aware',
    kinds: ['imminent-danger', 'death'],
    hours: DAY,
    where: 'an authority that can act on the danger',
    what: 'report where there is imminent danger of death or serious injury',
  },
  {
    ...SB53,
    clock: 'california-sb53',
    starts: 'aware',
    hours: 15 * DAY,
    where: 'Office of Emergency Services',
    what: 'report of a critical safety incident',
  },
  {
    ...RAISE,
    clock: 'new-york-raise-danger',
    starts: 'aware',
    kinds: ['imminent-danger', 'death'],
    hours: DAY,
    where: 'law enforcement',
    what: 'report where there is imminent danger',
  },
  {
    ...RAISE,
    clock: 'new-york-raise',
    starts: 'aware',
    hours: 72,
    where: 'the authority that §1422 names',
    what: 'report of a safety incident',
  },
  {
    ...RAISE,
    clock: 'new-york-raise-quarter',
    starts: 'quarter',
    hours: 0,
    where: 'the authority that §1422 names',
    what: 'summary of each quarter',
  },
  {
    ...RAISE,
    clock: 'new-york-raise-keep',
    starts: 'record',
    hours: YEARS_5,
    where: 'here',
    what: 'keep the framework for 5 years at least',
  },
  {
    ...once,
    clock: 'california-sb942-revoke',
    rule: 'california-sb942',
    clause: 'California SB 942 / AB 853',
    starts: 'aware',
    kinds: ['licence-breach'],
    hours: 96,
    who: 'provider of image, video or audio generation',
    what: 'revoke the licence of who removes the marking',
    where: 'the licensee',
    from: '2026-08-02',
    source: 'California SB 942 and AB 853',
  },
  {
    ...once,
    clock: 'uk-duaa-acknowledge',
    rule: 'uk-duaa-103',
    clause: 'DUAA s.103',
    starts: 'receipt',
    hours: 30 * DAY,
    who: 'controller',
    what: 'acknowledge an electronic complaint; the outcome without undue delay',
    where: 'who complained',
    from: '2026-06-19',
    source: 'Data (Use and Access) Act 2025, section 103',
  },
  {
    ...once,
    clock: 'eu-log-keep',
    rule: 'eu-logs',
    clause: 'EU AI Act 12, 19, 26(6)',
    starts: 'record',
    hours: SIX_MONTHS,
    who: 'provider and deployer of a high-risk system',
    what: 'keep automatic logs for 6 months at least',
    where: 'here',
    from: '2027-12-02',
    source: 'Regulation (EU) 2024/1689, Articles 12, 19 and 26(6)',
  },
  {
    ...once,
    clock: 'china-label-keep',
    rule: 'china-labelling',
    clause: 'China labelling (1 Sep 2025, GB 45438)',
    starts: 'record',
    hours: SIX_MONTHS,
    who: 'provider of generated content without a label on request',
    what: 'keep the log of who asked for it for 6 months at least',
    where: 'here',
    from: '2025-09-01',
    source: 'Measures for Labelling AI-Generated Content; GB 45438-2025',
  },
];

/** @returns undefined where there is no such clock */
export const clockOf = (clock: string): ClockRow | undefined =>
  CLOCK_ROWS.find((each) => each.clock === clock);

/** A clock that the program itself keeps to, so that its hours stand in this table alone. @throws Error where a change of the table lost it */
export function requireClock(clock: string): ClockRow {
  const found = clockOf(clock);
  if (found === undefined) throw new Error(`The table of clocks has no ${clock}.`);
  return found;
}
