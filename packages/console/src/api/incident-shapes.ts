import type { EntryNamed } from '@portcullis/record';

// Answers of the admin API about incidents, as far as the pages use them.

export type IncidentKind = EntryNamed<'incident.aware'>['kinds'][number];
/** A clock that an incident started; `over` where its rule does not apply. */
export type Due = {
  readonly clock: string;
  readonly rule: string;
  readonly clause: string;
  readonly state: 'waits' | 'runs' | 'late' | 'done' | 'over';
  readonly dueMs: number | null;
  readonly who: string;
  readonly what: string;
  readonly where: string;
  readonly source: string;
  readonly asOf: string;
};
export type Incident = {
  readonly incident: string;
  readonly case: string | null;
  readonly what: string;
  readonly kinds: readonly IncidentKind[];
  readonly awareMs: number;
  readonly by: string;
  readonly resolvedMs: number | null;
  readonly classified: readonly {
    readonly rule: string;
    readonly reportable: boolean;
    readonly by: string;
    readonly reasons: string;
    readonly timeMs: number;
  }[];
  readonly reports: readonly {
    readonly clock: string;
    readonly by: string;
    readonly reference: string;
    readonly timeMs: number;
  }[];
  readonly due: readonly Due[];
  /** Rules about which no person has decided. */
  readonly undecided: readonly string[];
};
