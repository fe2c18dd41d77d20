import type { DatabaseSync } from 'node:sqlite';
import type { View } from '@portcullis/record';
import { type ProjectionDefinition, timeMsOf } from './projection.ts';
import { row, rows } from './rows.ts';

/** What a person said about a case from the evidence alone. */
export type CommittedView = {
  readonly by: string;
  readonly index: number;
  readonly timeMs: number;
  readonly view: View;
  readonly reasons: string;
  /** Whether the detector's score had not been shown to the person before. */
  readonly blind: boolean;
};

export const viewsProjection: ProjectionDefinition = {
  name: 'views',
  version: 1,
  tables: {
    committed_views:
      '(case_id TEXT NOT NULL, idx INTEGER NOT NULL, by TEXT NOT NULL, time_ms INTEGER NOT NULL, view TEXT NOT NULL, reasons TEXT NOT NULL, PRIMARY KEY (case_id, idx)) WITHOUT ROWID',
    scores_shown:
      '(case_id TEXT NOT NULL, by TEXT NOT NULL, idx INTEGER NOT NULL, PRIMARY KEY (case_id, by)) WITHOUT ROWID',
    adopted_rules: '(rule TEXT PRIMARY KEY, idx INTEGER NOT NULL) WITHOUT ROWID',
  },
  open(db) {
    const committed = db.prepare('INSERT INTO committed_views VALUES (?, ?, ?, ?, ?, ?)');
    const shown = db.prepare('INSERT OR IGNORE INTO scores_shown VALUES (?, ?, ?)');
    const adopted = db.prepare('INSERT OR IGNORE INTO adopted_rules VALUES (?, ?)');
    return (entry, index) => {
      if (entry.type === 'view.committed')
        committed.run(entry.case, index, entry.by, timeMsOf(entry), entry.view, entry.reasons);
      else if (entry.type === 'score.shown') shown.run(entry.case, entry.by, index);
      else if (entry.type === 'rules.adopted') for (const rule of entry.rules) adopted.run(rule, index);
    };
  },
};

/** Views of a case, oldest first. */
export function readCommittedViews(db: DatabaseSync, caseId: string): CommittedView[] {
  return rows<Omit<CommittedView, 'blind'> & { shown: number | null }>(
    db,
    `SELECT v.by, v.idx AS "index", v.time_ms AS timeMs, v.view, v.reasons, s.idx AS shown FROM committed_views v
     LEFT JOIN scores_shown s ON s.case_id = v.case_id AND s.by = v.by WHERE v.case_id = ? ORDER BY v.idx`,
    caseId,
  ).map(({ shown, ...view }) => ({ ...view, blind: shown === null || view.index < shown }));
}

/** Whether the score of a case was shown to a person. */
export function wasScoreShown(db: DatabaseSync, caseId: string, by: string): boolean {
  return row(db, 'SELECT 1 FROM scores_shown WHERE case_id = ? AND by = ?', caseId, by) !== undefined;
}

/** Rules on cases that the ledger says hold. */
export function readAdoptedRules(db: DatabaseSync): Set<string> {
  return new Set(rows<{ rule: string }>(db, 'SELECT rule FROM adopted_rules').map((each) => each.rule));
}
