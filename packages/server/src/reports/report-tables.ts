import type { OUTCOMES } from '@portcullis/record';

// What a report counts. Tables, kinds and bounds are declared here and in the settings, never found in the data: a kind that only shows where
// it occurred, or a bound that follows the largest account, would tell of single accounts by itself.

/** The most that one unit counts for, in all kinds of a table and in each. Whole numbers of at least 1. */
export type TableBounds = { readonly bound: number; readonly kindBound: number };

export type ReportTable = TableBounds & {
  readonly name: TableName;
  readonly title: string;
  /** What one of it is. */
  readonly counts: string;
  readonly kinds: readonly Kind[];
};

type Kind = { readonly name: string; readonly title: string };

/** `privacy.bounds` of the settings: what one account counts for in one month. */
export type ReportBounds = Readonly<
  Record<'exchanges' | 'findings' | 'decisions' | 'overturned' | 'heldHours' | 'erasures', number>
>;

const kinds = (titles: Readonly<Record<string, string>>): Kind[] =>
  Object.entries(titles).map(([name, title]) => ({ name, title }));

const OUTCOME_TITLES: Readonly<Record<(typeof OUTCOMES)[number], string>> = {
  complete: 'Complete',
  aborted: 'Caller left',
  upstream_error: 'Upstream failed',
  upstream_refused: 'Upstream refused',
  interrupted: 'Interrupted',
};

const DECLARED = {
  exchanges: {
    title: 'Exchanges',
    counts: 'An exchange that ended in the month, or a request of a known account that the gate refused.',
    kinds: kinds({ ...OUTCOME_TITLES, refused: 'Refused by the gate' }),
  },
  accounts: {
    title: 'Accounts',
    counts: 'An account with an exchange that ended in the month, or one that was made in it.',
    kinds: kinds({ active: 'Active', created: 'Made' }),
  },
  findings: {
    title: 'Accounts named in findings',
    counts: 'An account that a finding of the month names, once for each finding.',
    kinds: kinds({ campaign: 'As part of a campaign', account: 'By itself' }),
  },
  decisions: {
    title: 'Accounts decided about',
    counts:
      'An account about which a decision took effect in the month, once for each; what was undone before does not count.',
    kinds: kinds({
      open: 'Open',
      slow: 'Slow',
      plain: 'Plain',
      hold: 'Hold',
      closed: 'Closed',
      dismiss: 'Dismissed',
    }),
  },
  overturned: {
    title: 'Decisions overturned',
    counts:
      'An account about which a decision took effect in the month that is milder than the one in effect before it in the same case.',
    kinds: kinds({ on_appeal: 'On an appeal', without_appeal: 'Without an appeal' }),
  },
  held_hours: {
    title: 'Hours in a standing',
    counts: 'A whole hour of the month that an account was slow, plain, on hold or closed.',
    kinds: kinds({ slow: 'Slow', plain: 'Plain', hold: 'On hold', closed: 'Closed' }),
  },
  erasures: {
    title: 'Erasures',
    counts: 'An account whose content was erased on request; erasure by age is not counted.',
    kinds: kinds({ content: 'Content of an account' }),
  },
} as const;

export type TableName = keyof typeof DECLARED;

/** The tables of a report, in its order. */
export function reportTables(bounds: ReportBounds): ReportTable[] {
  const of = (name: TableName, bound: number, kindBound = bound): ReportTable => ({
    name,
    ...DECLARED[name],
    bound,
    kindBound,
  });
  return [
    of('exchanges', bounds.exchanges),
    // An account is active or not, and is made once: both at most.
    of('accounts', 2, 1),
    of('findings', bounds.findings),
    of('decisions', bounds.decisions),
    of('overturned', bounds.overturned),
    of('held_hours', bounds.heldHours),
    of('erasures', bounds.erasures),
  ];
}

/** The words of a table as it was released; a kind that this version does not know keeps its name. */
export function titlesOf(
  name: TableName,
  kindNames: readonly string[],
): Pick<ReportTable, 'title' | 'counts' | 'kinds'> {
  const { title, counts, kinds: declared }: Pick<ReportTable, 'title' | 'counts' | 'kinds'> = DECLARED[name];
  const named = kindNames.map(
    (kind) => declared.find((each) => each.name === kind) ?? { name: kind, title: kind },
  );
  return { title, counts, kinds: named };
}

/**
 * What of one unit counts: each kind up to its bound where that is below the table's, and all of them scaled down together, rounded down, where
 * they are over the table's bound. It depends on nothing but the unit's own amounts and the bounds.
 * @param amounts whole numbers of at least 0, one a kind
 */
export function boundUnit(amounts: readonly number[], { bound, kindBound }: TableBounds): number[] {
  const capped = kindBound < bound ? amounts.map((amount) => Math.min(amount, kindBound)) : amounts;
  const sum = capped.reduce((total, amount) => total + amount, 0);
  if (sum <= bound) return [...capped];
  // Doubles beyond that would round; nearly no account gets there.
  if (sum * bound >= 2 ** 52) return scaleExactly(capped, bound);
  return capped.map((amount) => Math.floor((amount * bound) / sum));
}

function scaleExactly(amounts: readonly number[], bound: number): number[] {
  const sum = amounts.reduce((total, amount) => total + BigInt(amount), 0n);
  return amounts.map((amount) => Number((BigInt(amount) * BigInt(bound)) / sum));
}

/** The square of the l2 norm that a bounded unit has at most: as many kinds at their bound as the table's allows, and the rest in one more. */
export function l2SquaredOf({ bound, kindBound }: TableBounds, kindCount: number): bigint {
  const full = BigInt(Math.min(Math.floor(bound / kindBound), kindCount));
  const rest = full < BigInt(kindCount) ? BigInt(bound) - full * BigInt(kindBound) : 0n;
  return full * BigInt(kindBound) ** 2n + rest ** 2n;
}
