import type { DatabaseSync } from 'node:sqlite';
import type { View } from '@portcullis/record';
import type { DecisionRow } from './decisions-projection.ts';
import { rows } from './rows.ts';

// What people did, over several projections, for figures about how they review.

export type ViewFact = {
  readonly case: string;
  readonly by: string;
  readonly timeMs: number;
  readonly view: View;
  readonly blind: boolean;
};
export type DecidedFact = {
  readonly case: string;
  readonly by: string;
  readonly timeMs: number;
  readonly step: DecisionRow['step'];
  readonly measure: DecisionRow['measure'];
  /** Whether it answered an appeal, is more than a proposal or its rejection, and was undone. */
  readonly appeal: boolean;
  readonly decides: boolean;
  readonly undone: boolean;
  readonly rejectedByOther: boolean;
};
/** When a person first opened evidence of a case. */
export type LookedFact = { readonly case: string; readonly by: string; readonly firstMs: number };

export function readOversight(db: DatabaseSync): {
  views: ViewFact[];
  decided: DecidedFact[];
  looked: LookedFact[];
} {
  const views = rows<Omit<ViewFact, 'blind'> & { blind: number }>(
    db,
    `SELECT v.case_id AS "case", v.by, v.time_ms AS timeMs, v.view, (s.idx IS NULL OR v.idx < s.idx) AS blind
     FROM committed_views v LEFT JOIN scores_shown s ON s.case_id = v.case_id AND s.by = v.by ORDER BY v.idx`,
  );
  const decided = rows<
    Omit<DecidedFact, 'appeal' | 'decides' | 'undone' | 'rejectedByOther'> & Record<string, number>
  >(
    db,
    `SELECT d.case_id AS "case", d.by, d.time_ms AS timeMs, d.step, d.measure, d.appeal IS NOT NULL AS appeal,
       d.step IN ('final', 'confirmed') AS decides, d.undone_idx IS NOT NULL AS undone,
       EXISTS (SELECT 1 FROM decisions r WHERE r.confirms = d.decision AND r.step = 'rejected' AND r.by <> d.by) AS rejectedByOther
     FROM decisions d WHERE d.step <> 'rejected' ORDER BY d.idx`,
  );
  const looked = rows<LookedFact>(
    db,
    'SELECT case_id AS "case", by, min(time_ms) AS firstMs FROM case_views GROUP BY case_id, by',
  );
  return {
    views: views.map((each) => ({ ...each, blind: each.blind === 1 })),
    decided: decided.map((each) => ({
      case: each.case,
      by: each.by,
      timeMs: each.timeMs,
      step: each.step,
      measure: each.measure,
      appeal: each.appeal === 1,
      decides: each.decides === 1,
      undone: each.undone === 1,
      rejectedByOther: each.rejectedByOther === 1,
    })),
    looked,
  };
}
