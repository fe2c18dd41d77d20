import type { DatabaseSync } from 'node:sqlite';
import type { EntryNamed } from '@portcullis/record';
import { type ProjectionDefinition, timeMsOf } from './projection.ts';
import { row, rows } from './rows.ts';

export type Measure = EntryNamed<'decision'>['measure'];
export type DecisionRow = {
  readonly decision: string;
  readonly case: string;
  readonly index: number;
  readonly timeMs: number;
  readonly by: string;
  readonly step: EntryNamed<'decision'>['step'];
  readonly measure: Measure;
  readonly accounts: 'all' | 'some';
  readonly accountsTotal: number;
  readonly rule: string;
  readonly reasons: string;
  readonly appeal: string | null;
  readonly confirms: string | null;
  /** From when it can not be undone any more; null where there was no such time. */
  readonly takesEffectMs: number | null;
  /** Why it took effect at once. */
  readonly immediate: string | null;
  readonly undoneIndex: number | null;
  /** Where it has taken effect after its window. */
  readonly effectedIndex: number | null;
};
/** A decision whose window is not over, or was over and nothing let it take effect yet. */
export type WaitingDecision = Pick<DecisionRow, 'decision' | 'case' | 'measure' | 'immediate'> & {
  readonly takesEffectMs: number;
};

export const decisionsProjection: ProjectionDefinition = {
  name: 'decisions',
  version: 3,
  tables: {
    decisions: `(decision TEXT PRIMARY KEY, case_id TEXT NOT NULL, idx INTEGER NOT NULL, time_ms INTEGER NOT NULL, by TEXT NOT NULL,
      step TEXT NOT NULL, measure TEXT NOT NULL, accounts TEXT NOT NULL, accounts_total INTEGER NOT NULL, rule TEXT NOT NULL,
      reasons TEXT NOT NULL, appeal TEXT, confirms TEXT, takes_effect_ms INTEGER, immediate TEXT, undone_idx INTEGER, effected_idx INTEGER, effected_ms INTEGER)`,
    decision_windows:
      '(decision TEXT PRIMARY KEY, takes_effect_ms INTEGER NOT NULL, immediate TEXT) WITHOUT ROWID',
    decision_members:
      '(decision TEXT NOT NULL, account TEXT NOT NULL, PRIMARY KEY (decision, account)) WITHOUT ROWID',
  },
  indexes: [
    'CREATE INDEX IF NOT EXISTS decisions_by_case ON decisions (case_id, idx)',
    'CREATE INDEX IF NOT EXISTS decisions_waiting ON decisions (idx) WHERE effected_idx IS NULL AND takes_effect_ms IS NOT NULL',
    'CREATE INDEX IF NOT EXISTS decision_members_by_account ON decision_members (account)',
  ],
  open(db) {
    const decided = db.prepare(
      `INSERT OR IGNORE INTO decisions (decision, case_id, idx, time_ms, by, step, measure, accounts, accounts_total, rule, reasons, appeal, confirms, takes_effect_ms, immediate)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,
         (SELECT takes_effect_ms FROM decision_windows WHERE decision = ?1), (SELECT immediate FROM decision_windows WHERE decision = ?1))`,
    );
    const member = db.prepare('INSERT OR IGNORE INTO decision_members VALUES (?, ?)');
    const windowed = db.prepare('INSERT OR IGNORE INTO decision_windows VALUES (?, ?, ?)');
    const undone = db.prepare(
      'UPDATE decisions SET undone_idx = ? WHERE decision = ? AND effected_idx IS NULL',
    );
    const effected = db.prepare(
      'UPDATE decisions SET effected_idx = ?, effected_ms = ? WHERE decision = ? AND undone_idx IS NULL',
    );
    return (entry, index) => {
      if (entry.type === 'decision.window')
        windowed.run(entry.decision, Date.parse(entry.takes_effect), entry.immediate);
      else if (entry.type === 'decision.undone') undone.run(index, entry.decision);
      else if (entry.type === 'decision.effected') effected.run(index, timeMsOf(entry), entry.decision);
      else if (entry.type === 'decision.members')
        for (const account of entry.accounts) member.run(entry.decision, account);
      else if (entry.type === 'decision')
        decided.run(
          entry.decision,
          entry.case,
          index,
          timeMsOf(entry),
          entry.by,
          entry.step,
          entry.measure,
          entry.accounts,
          entry.accounts_total,
          entry.rule,
          entry.reasons,
          entry.appeal ?? null,
          entry.confirms ?? null,
        );
    };
  },
};

const COLUMNS =
  'd.decision, d.case_id AS "case", d.idx AS "index", d.time_ms AS timeMs, d.by, d.step, d.measure, d.accounts, d.accounts_total AS accountsTotal, d.rule, d.reasons, d.appeal, d.confirms, d.takes_effect_ms AS takesEffectMs, d.immediate, d.undone_idx AS undoneIndex, d.effected_idx AS effectedIndex';
const DECIDES = "d.step IN ('final', 'confirmed') AND d.undone_idx IS NULL";
const IN_EFFECT = `${DECIDES} AND (d.takes_effect_ms IS NULL OR d.effected_idx IS NOT NULL)`;

/** Decisions of a case, oldest first. */
export function readDecisions(db: DatabaseSync, caseId: string): DecisionRow[] {
  return rows(db, `SELECT ${COLUMNS} FROM decisions d WHERE d.case_id = ? ORDER BY d.idx`, caseId);
}

export function readDecision(db: DatabaseSync, decision: string): DecisionRow | undefined {
  return row(db, `SELECT ${COLUMNS} FROM decisions d WHERE d.decision = ?`, decision);
}

/** The accounts a decision is about, sorted. */
export function readDecisionMembers(db: DatabaseSync, decision: string): string[] {
  return rows<{ account: string }>(
    db,
    'SELECT account FROM decision_members WHERE decision = ? ORDER BY account',
    decision,
  ).map((each) => each.account);
}

/** What a person decided or proposed about any of these accounts, in whatever case, oldest first. To reject a proposal is not to decide. */
export function readDecisionsAbout(db: DatabaseSync, by: string, accounts: readonly string[]): DecisionRow[] {
  return rows(
    db,
    `SELECT ${COLUMNS} FROM decisions d WHERE d.by = ? AND d.step <> 'rejected' AND EXISTS (
       SELECT 1 FROM json_each(?) j JOIN decision_members m ON m.decision = d.decision AND m.account = j.value) ORDER BY d.idx`,
    by,
    JSON.stringify(accounts),
  );
}

/** For each case that an account is in: the newest decision in effect about it, newest first. */
export function readDecisionsInEffect(db: DatabaseSync, account: string): DecisionRow[] {
  return rows<DecisionRow & { newest: number }>(
    db,
    `SELECT ${COLUMNS}, max(coalesce(d.effected_idx, d.idx)) AS newest FROM decision_members m JOIN decisions d ON d.decision = m.decision
     WHERE m.account = ? AND ${IN_EFFECT} GROUP BY d.case_id ORDER BY newest DESC`,
    account,
  );
}

/** Accounts that any decision in effect is about. */
export function readDecidedAccounts(db: DatabaseSync): string[] {
  return rows<{ account: string }>(
    db,
    `SELECT DISTINCT m.account FROM decisions d JOIN decision_members m ON m.decision = d.decision WHERE ${IN_EFFECT} ORDER BY m.account`,
  ).map((each) => each.account);
}

/** As {@link readDecisionsInEffect}, for many accounts at once; those without any are left out. */
export function readDecisionsInEffectOf(
  db: DatabaseSync,
  accounts: readonly string[],
): Map<string, DecisionRow[]> {
  const found = rows<DecisionRow & { account: string; newest: number }>(
    db,
    `SELECT m.account, ${COLUMNS}, max(coalesce(d.effected_idx, d.idx)) AS newest FROM json_each(?) j
     JOIN decision_members m ON m.account = j.value JOIN decisions d ON d.decision = m.decision
     WHERE ${IN_EFFECT} GROUP BY m.account, d.case_id ORDER BY newest DESC`,
    JSON.stringify(accounts),
  );
  const byAccount = new Map<string, DecisionRow[]>();
  for (const each of found) {
    const known = byAccount.get(each.account);
    if (known) known.push(each);
    else byAccount.set(each.account, [each]);
  }
  return byAccount;
}

/** A decision in effect about one account, and the measure that was in effect before it in the same case. */
export type AccountDecision = {
  readonly account: string;
  readonly measure: Measure;
  readonly appeal: string | null;
  readonly before: Measure | null;
};

/** Decisions that came into effect from `fromMs` on and before `toMs`, once for each account that they are about. */
export function readDecisionsOfPeriod(db: DatabaseSync, fromMs: number, toMs: number): AccountDecision[] {
  return rows(
    db,
    `SELECT account, measure, appeal, before FROM (
       SELECT m.account, d.measure, d.appeal, coalesce(d.effected_ms, d.time_ms) AS effect_ms,
         lag(d.measure) OVER (PARTITION BY m.account, d.case_id ORDER BY coalesce(d.effected_idx, d.idx)) AS before
       FROM decisions d JOIN decision_members m ON m.decision = d.decision WHERE ${IN_EFFECT})
     WHERE effect_ms >= ? AND effect_ms < ?`,
    fromMs,
    toMs,
  );
}

/** Decisions that can still be undone, or wait to take effect, oldest first. */
export function readWaitingDecisions(db: DatabaseSync): WaitingDecision[] {
  return rows(
    db,
    `SELECT d.decision, d.case_id AS "case", d.measure, d.immediate, d.takes_effect_ms AS takesEffectMs FROM decisions d
     WHERE d.effected_idx IS NULL AND d.takes_effect_ms IS NOT NULL AND ${DECIDES} ORDER BY d.idx`,
  );
}
