import type { CasesConfig as Settings } from '../config/config.ts';
import type { CaseRow } from '../projections/cases-projection.ts';

const HOUR_MS = 3_600_000;
/** How much more an undecided case weighs at its deadline than when it came, and once that is missed. */
const URGENCY_DUE = 10;
const URGENCY_MISSED = 20;

/** A case as it stands in the queue. */
export type QueuedCase = Omit<CaseRow, 'leaseBy' | 'leaseUntilMs' | 'priority' | 'proposedAgainMs'> & {
  /** Harm × urgency, rounded. The detector's score has no part in it. 0 where nothing is to be decided. */
  readonly priority: number;
  /** When it must be decided; null where nothing waits. */
  readonly dueMs: number | null;
  readonly isMissed: boolean;
  /** Who works on it until when, if somebody does now. */
  readonly lease: { readonly by: string; readonly untilMs: number } | null;
};

export type Deadline = {
  readonly name: 'case-decision' | 'appeal-decision';
  readonly fromMs: number;
  readonly dueMs: number;
};

/** The deadline of a case that waits for people. */
export function deadlineOf(found: CaseRow, settings: Settings): Deadline | undefined {
  if (found.state === 'decided') return undefined;
  const { appealedMs, proposedAgainMs, openedMs } = found;
  if (appealedMs !== null)
    return {
      name: 'appeal-decision',
      fromMs: appealedMs,
      dueMs: appealedMs + settings.appealHours * HOUR_MS,
    };
  // Its first decision kept or missed the first deadline; what would replace it has one of its own.
  const fromMs = proposedAgainMs ?? openedMs;
  return { name: 'case-decision', fromMs, dueMs: fromMs + settings.decideHours * HOUR_MS };
}

/** From 1 when it came to 10 at its deadline, and 20 after it. */
function urgencyOf({ fromMs, dueMs }: Deadline, nowMs: number): number {
  if (nowMs >= dueMs) return URGENCY_MISSED;
  const passed = Math.max(0, (nowMs - fromMs) / (dueMs - fromMs));
  return 1 + (URGENCY_DUE - 1) * passed;
}

export function queueCase(found: CaseRow, settings: Settings, nowMs: number): QueuedCase {
  const { leaseBy, leaseUntilMs, priority: _harmThen, proposedAgainMs: _again, ...rest } = found;
  const deadline = deadlineOf(found, settings);
  return {
    ...rest,
    priority: deadline === undefined ? 0 : Math.round(Math.max(1, found.harm) * urgencyOf(deadline, nowMs)),
    dueMs: deadline?.dueMs ?? null,
    isMissed: deadline !== undefined && nowMs >= deadline.dueMs,
    lease:
      leaseBy !== null && leaseUntilMs !== null && leaseUntilMs > nowMs
        ? { by: leaseBy, untilMs: leaseUntilMs }
        : null,
  };
}

/** Undecided first, those that weigh most first; then decided ones, newest first. */
export function orderQueue(cases: readonly CaseRow[], settings: Settings, nowMs: number): QueuedCase[] {
  const queued = cases.map((each) => queueCase(each, settings, nowMs));
  const waits = (each: QueuedCase) => each.state !== 'decided';
  return [
    ...queued.filter(waits).sort((a, b) => b.priority - a.priority || a.openedIndex - b.openedIndex),
    ...queued.filter((each) => !waits(each)),
  ];
}
