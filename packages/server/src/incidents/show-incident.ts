import { type Due, dueTimes } from '../policy/clocks/due-times.ts';
import type { IncidentRow } from '../projections/incidents-projection.ts';
import type { EntryNamed } from '@portcullis/record';

export type Classified = {
  readonly rule: string;
  readonly reportable: boolean;
  readonly by: string;
  readonly reasons: string;
  readonly timeMs: number;
};
export type Reported = {
  readonly clock: string;
  readonly by: string;
  readonly reference: string;
  readonly timeMs: number;
};
/** An incident as its entries tell it, with every clock that it started. */
export type ShownIncident = {
  readonly incident: string;
  readonly case: string | null;
  readonly what: string;
  readonly kinds: EntryNamed<'incident.aware'>['kinds'];
  readonly awareMs: number;
  readonly recordedMs: number;
  readonly by: string;
  readonly resolvedMs: number | null;
  readonly classified: readonly Classified[];
  readonly reports: readonly Reported[];
  readonly due: readonly Due[];
  /** Rules about which no person has decided yet whether it is reportable. */
  readonly undecided: readonly string[];
};

/** @param entries of one incident, oldest first @returns undefined where none of them begins it */
export function showIncident(entries: readonly IncidentRow[], nowMs: number): ShownIncident | undefined {
  const first = entries.find(({ entry }) => entry.type === 'incident.aware');
  if (first?.entry.type !== 'incident.aware') return undefined;
  const classified: Classified[] = [];
  const reports: Reported[] = [];
  let resolvedMs: number | null = null;
  for (const { entry, timeMs } of entries) {
    if (entry.type === 'incident.classified')
      classified.push({
        rule: entry.rule,
        reportable: entry.reportable,
        by: entry.by,
        reasons: entry.reasons,
        timeMs,
      });
    else if (entry.type === 'incident.reported')
      reports.push({ clock: entry.clock, by: entry.by, reference: entry.reference, timeMs });
    else if (entry.type === 'incident.resolved') resolvedMs = Date.parse(entry.resolved);
  }
  const { incident, what, kinds, by, aware, case: caseId } = first.entry;
  const awareMs = Date.parse(aware);
  const reportable = new Map(classified.map((each) => [each.rule, each.reportable]));
  const due = dueTimes({ kinds, awareMs, resolvedMs, reportable, reports }, nowMs);
  const undecided = [
    ...new Set(
      due.flatMap((each) => (each.state === 'over' || reportable.has(each.rule) ? [] : [each.rule])),
    ),
  ];
  const base = { incident, case: caseId, what, kinds, awareMs, recordedMs: first.timeMs, by };
  return { ...base, resolvedMs, classified, reports, due, undecided };
}
