import type { IncidentKind } from '@portcullis/record';
import { CLOCK_ROWS, type ClockRow } from './clock-rows.ts';

const HOUR_MS = 3_600_000;

/** What is known of an incident; times are Unix milliseconds. */
export type IncidentFacts = {
  readonly kinds: readonly IncidentKind[];
  readonly awareMs: number;
  readonly resolvedMs: number | null;
  /** Whether a person decided that it is reportable, by rule. */
  readonly reportable: ReadonlyMap<string, boolean>;
  /** Reports that were made, oldest first. */
  readonly reports: readonly { readonly clock: string; readonly timeMs: number }[];
};

/** `waits`: what it starts with has not happened; `over`: a person decided that the rule does not apply, or it holds only later. */
export type DueState = 'waits' | 'runs' | 'late' | 'done' | 'over';
export type Due = ClockRow & { readonly state: DueState; readonly dueMs: number | null };

/** Every clock of an incident: one moment of becoming aware starts all of them. */
export function dueTimes(facts: IncidentFacts, nowMs: number): Due[] {
  return CLOCK_ROWS.filter((row) => concerns(row, facts)).map((row) => dueOf(row, facts, nowMs));
}

function concerns({ starts, kinds, rule }: ClockRow, facts: IncidentFacts): boolean {
  if (starts === 'receipt' || starts === 'quarter' || starts === 'record') return false;
  if (kinds !== null) return kinds.some((kind) => facts.kinds.includes(kind));
  // What follows a first report, or is for every kind, concerns an incident that its rule has a first report for.
  return CLOCK_ROWS.some(
    (row) =>
      row.rule === rule &&
      row.starts === 'aware' &&
      (row.kinds === null || row.kinds.some((kind) => facts.kinds.includes(kind))),
  );
}

function dueOf(row: ClockRow, facts: IncidentFacts, nowMs: number): Due {
  const holds = row.from === null || facts.awareMs >= Date.parse(row.from);
  if (!holds || facts.reportable.get(row.rule) === false) return { ...row, state: 'over', dueMs: null };
  const made = facts.reports.filter((each) => each.clock === row.clock);
  if (made.length > 0 && !row.repeats) return { ...row, state: 'done', dueMs: null };
  if (row.repeats && facts.resolvedMs !== null) return { ...row, state: 'done', dueMs: null };
  const startMs = startOf(row, facts);
  if (startMs === undefined) return { ...row, state: 'waits', dueMs: null };
  const dueMs = startMs + row.hours * HOUR_MS;
  return { ...row, state: nowMs >= dueMs ? 'late' : 'runs', dueMs };
}

function startOf(row: ClockRow, facts: IncidentFacts): number | undefined {
  if (row.starts === 'aware') return facts.awareMs;
  if (row.starts === 'resolved') return facts.resolvedMs ?? undefined;
  const rules = new Set(CLOCK_ROWS.filter((each) => each.rule === row.rule).map((each) => each.clock));
  return facts.reports.findLast((each) => rules.has(each.clock))?.timeMs;
}
