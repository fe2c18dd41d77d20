import type { DatabaseSync } from 'node:sqlite';
import type { EntryNamed } from '@portcullis/record';
import { type ProjectionDefinition, timeMsOf } from './projection.ts';
import { row, rows } from './rows.ts';

/**
 * open → proposed (a severe measure waits for another person) → decided; an appeal makes it `appealed` until it is decided;
 * a rejected proposal goes back to where it was.
 */
export const CASE_STATES = ['open', 'proposed', 'appealed', 'decided'] as const;
export type CaseState = (typeof CASE_STATES)[number];

export type CaseRow = {
  readonly case: string;
  readonly campaign: string;
  /** The finding that opened it. */
  readonly finding: string;
  readonly priority: number;
  readonly state: CaseState;
  readonly openedIndex: number;
  readonly openedMs: number;
  /** Index of the newest entry that added accounts. */
  readonly grownIndex: number;
  /** The proposal that waits for another person. */
  readonly pending: string | null;
  readonly accountsTotal: number;
  /** Exchanges that its findings count: what may have been taken. */
  readonly harm: number;
  /** When the oldest appeal that waits was made; null where none does. */
  readonly appealedMs: number | null;
  /** When the proposal that waits was made, where it would replace a decision; null where it would be the first, or none waits. */
  readonly proposedAgainMs: number | null;
  /** Who works on it; a time that is over says that nobody does. */
  readonly leaseBy: string | null;
  readonly leaseUntilMs: number | null;
  /** The entry that says that its deadline was missed. */
  readonly missedIndex: number | null;
};
/** Evidence that a person opened. */
export type OpenedRow = {
  readonly by: string;
  readonly index: number;
  readonly timeMs: number;
  readonly items: readonly string[];
};

export const casesProjection: ProjectionDefinition = {
  name: 'cases',
  version: 6,
  tables: {
    cases: `(case_id TEXT PRIMARY KEY, campaign TEXT NOT NULL, finding TEXT NOT NULL, priority INTEGER NOT NULL,
      opened_idx INTEGER NOT NULL, opened_ms INTEGER NOT NULL, grown_idx INTEGER NOT NULL,
      lease_by TEXT, lease_until_ms INTEGER, missed_idx INTEGER, pending TEXT, decided_idx INTEGER, decided_before_idx INTEGER, appeals_open INTEGER NOT NULL DEFAULT 0,
      state TEXT GENERATED ALWAYS AS (CASE WHEN pending IS NOT NULL THEN 'proposed' WHEN appeals_open > 0 THEN 'appealed'
        WHEN decided_idx IS NOT NULL THEN 'decided' ELSE 'open' END) VIRTUAL)`,
    case_decisions: '(decision TEXT PRIMARY KEY, on_appeal INTEGER NOT NULL) WITHOUT ROWID',
    case_severed:
      '(case_id TEXT NOT NULL, account TEXT NOT NULL, decision TEXT NOT NULL, idx INTEGER NOT NULL, time_ms INTEGER NOT NULL, by TEXT NOT NULL, reasons TEXT NOT NULL, decided INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (case_id, account)) WITHOUT ROWID',
    case_findings:
      '(case_id TEXT NOT NULL, finding TEXT NOT NULL, idx INTEGER NOT NULL, PRIMARY KEY (case_id, finding)) WITHOUT ROWID',
    case_views:
      '(case_id TEXT NOT NULL, idx INTEGER NOT NULL, by TEXT NOT NULL, time_ms INTEGER NOT NULL, items TEXT NOT NULL, PRIMARY KEY (case_id, idx)) WITHOUT ROWID',
  },
  indexes: [
    'CREATE INDEX IF NOT EXISTS cases_by_campaign ON cases (campaign)',
    'CREATE INDEX IF NOT EXISTS case_findings_by_finding ON case_findings (finding)',
  ],
  open(db) {
    const opened = db.prepare(
      'INSERT OR IGNORE INTO cases (case_id, campaign, finding, priority, opened_idx, opened_ms, grown_idx) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?5)',
    );
    const attach = db.prepare('INSERT OR IGNORE INTO case_findings VALUES (?, ?, ?)');
    const grown = db.prepare('UPDATE cases SET grown_idx = ? WHERE case_id = ?');
    const viewed = db.prepare('INSERT INTO case_views VALUES (?, ?, ?, ?, ?)');
    const known = db.prepare('UPDATE cases SET decided_idx = ? WHERE case_id = ?');
    const appeal = db.prepare(
      'UPDATE cases SET appeals_open = appeals_open + 1, missed_idx = CASE WHEN decided_idx IS NULL OR appeals_open > 0 THEN missed_idx END WHERE case_id = ?',
    );
    const lease = db.prepare('UPDATE cases SET lease_by = ?, lease_until_ms = ? WHERE case_id = ?');
    const missed = db.prepare('UPDATE cases SET missed_idx = ? WHERE case_id = ?');
    const decided = openDecided(db);
    return (entry, index) => {
      if (entry.type === 'case.opened') {
        opened.run(entry.case, entry.campaign, entry.finding, entry.priority, index, timeMsOf(entry));
        attach.run(entry.case, entry.finding, index);
      } else if (entry.type === 'case.extended') {
        attach.run(entry.case, entry.finding, index);
        grown.run(index, entry.case);
      } else if (entry.type === 'evidence.viewed')
        viewed.run(entry.case, index, entry.by, timeMsOf(entry), JSON.stringify(entry.items));
      else if (entry.type === 'appeal') appeal.run(entry.case);
      else if (entry.type === 'case.leased')
        lease.run(entry.by, entry.step === 'released' ? 0 : Date.parse(entry.until), entry.case);
      else if (entry.type === 'deadline.missed') missed.run(index, entry.of);
      else if (entry.type === 'known.revealed') known.run(index, entry.case);
      else if (entry.type === 'account.severed') decided.severed(entry, index);
      else if (entry.type === 'decision.undone') decided.undone(entry);
      else if (entry.type === 'decision') {
        lease.run(null, null, entry.case);
        decided.decision(entry, index);
      }
    };
  },
};

/** What decisions make of a case's state. */
function openDecided(db: DatabaseSync) {
  const pend = db.prepare('UPDATE cases SET pending = ? WHERE case_id = ?');
  const decide = db.prepare(
    'UPDATE cases SET pending = NULL, decided_before_idx = decided_idx, decided_idx = ?, appeals_open = max(0, appeals_open - ?) WHERE case_id = ?',
  );
  const sever = db.prepare('INSERT OR REPLACE INTO case_severed VALUES (?, ?, ?, ?, ?, ?, ?, 0)');
  const severed = db.prepare('UPDATE case_severed SET decided = 1 WHERE decision = ? RETURNING 1');
  const unsever = db.prepare('DELETE FROM case_severed WHERE decision = ? RETURNING 1');
  const answer = db.prepare('UPDATE cases SET appeals_open = max(0, appeals_open - ?) WHERE case_id = ?');
  const waitAgain = db.prepare(
    'UPDATE cases SET appeals_open = appeals_open + (SELECT on_appeal FROM case_decisions WHERE decision = ?1) WHERE case_id = ?2',
  );
  const made = db.prepare('INSERT OR IGNORE INTO case_decisions VALUES (?, ?)');
  const undo = db.prepare(
    'UPDATE cases SET decided_idx = decided_before_idx, appeals_open = appeals_open + (SELECT on_appeal FROM case_decisions WHERE decision = ?1) WHERE case_id = ?2',
  );
  return {
    severed(entry: EntryNamed<'account.severed'>, index: number) {
      sever.run(entry.case, entry.account, entry.decision, index, timeMsOf(entry), entry.by, entry.reasons);
    },
    undone({ decision, case: caseId }: EntryNamed<'decision.undone'>) {
      const back = unsever.get(decision) === undefined ? undo : waitAgain;
      back.run(decision, caseId);
    },
    decision(entry: EntryNamed<'decision'>, index: number) {
      if (entry.step === 'proposed') return pend.run(entry.decision, entry.case);
      if (entry.step === 'rejected') return pend.run(null, entry.case);
      const onAppeal = entry.appeal === undefined ? 0 : 1;
      made.run(entry.decision, onAppeal);
      // An account that is severed is decided about by itself; the case goes on without it.
      if (severed.get(entry.decision) !== undefined) return answer.run(onAppeal, entry.case);
      return decide.run(index, onAppeal, entry.case);
    },
  };
}

const ALL_MEMBERS = `SELECT DISTINCT m.account FROM case_findings f JOIN finding_members m ON m.finding = f.finding WHERE f.case_id`;
const MEMBERS = `SELECT DISTINCT m.account FROM case_findings f JOIN finding_members m ON m.finding = f.finding
  WHERE NOT EXISTS (SELECT 1 FROM case_severed s WHERE s.case_id = f.case_id AND s.account = m.account AND s.decided = 1) AND f.case_id`;
const COLUMNS = `c.case_id AS "case", c.campaign, c.finding, c.priority, c.state, c.opened_idx AS openedIndex, c.opened_ms AS openedMs,
  c.grown_idx AS grownIndex, c.pending, c.lease_by AS leaseBy, c.lease_until_ms AS leaseUntilMs, c.missed_idx AS missedIndex,
  (SELECT min(a.time_ms) FROM appeals a WHERE a.case_id = c.case_id AND a.decision IS NULL) AS appealedMs,
  CASE WHEN c.decided_idx IS NOT NULL THEN (SELECT p.time_ms FROM decisions p WHERE p.decision = c.pending) END AS proposedAgainMs,
  (SELECT coalesce(max(json_extract(x.body, '$.exchanges')), 0) FROM case_findings f JOIN findings x ON x.finding = f.finding WHERE f.case_id = c.case_id) AS harm,
  (SELECT count(*) FROM (${MEMBERS} = c.case_id)) AS accountsTotal`;

export type CaseFilter = {
  readonly state?: CaseState;
  readonly account?: string;
  readonly campaign?: string;
};

/** Cases, undecided first, then in the order they were opened. */
export function readCases(db: DatabaseSync, filter: CaseFilter = {}, countMax = 10_000): CaseRow[] {
  return rows(
    db,
    `SELECT ${COLUMNS} FROM cases c
     WHERE (?1 IS NULL OR c.state = ?1) AND (?2 IS NULL OR c.campaign = ?2)
       AND (?3 IS NULL OR ?3 IN (${ALL_MEMBERS} = c.case_id))
     ORDER BY c.state = 'decided', CASE WHEN c.state = 'decided' THEN -c.opened_idx ELSE c.opened_idx END LIMIT ?4`,
    filter.state ?? null,
    filter.campaign ?? null,
    filter.account ?? null,
    countMax,
  );
}

/** Cases that wait for people, in the order they were opened. */
export function readUndecidedCases(db: DatabaseSync): CaseRow[] {
  return rows(db, `SELECT ${COLUMNS} FROM cases c WHERE c.state <> 'decided' ORDER BY c.opened_idx`);
}

/** How many cases wait for people, how many of those past a deadline, and how many are decided. */
export function countCasesByState(db: DatabaseSync): { toDecide: number; missed: number; decided: number } {
  const counted = row<{ toDecide: number; missed: number; decided: number }>(
    db,
    `SELECT count(*) FILTER (WHERE state <> 'decided') AS toDecide, count(*) FILTER (WHERE state = 'decided') AS decided,
       count(*) FILTER (WHERE state <> 'decided' AND missed_idx IS NOT NULL) AS missed FROM cases`,
  );
  return counted ?? { toDecide: 0, missed: 0, decided: 0 };
}

export function readCase(db: DatabaseSync, caseId: string): CaseRow | undefined {
  return row(db, `SELECT ${COLUMNS} FROM cases c WHERE c.case_id = ?`, caseId);
}

export function countCases(db: DatabaseSync): number {
  return row<{ n: number }>(db, 'SELECT count(*) AS n FROM cases')?.n ?? 0;
}

/** An account that is not part of a case any more. */
export type SeveredRow = {
  readonly account: string;
  readonly decision: string;
  readonly index: number;
  readonly timeMs: number;
  readonly by: string;
  readonly reasons: string;
};

/** Accounts that were severed from a case, oldest first. */
export function readSevered(db: DatabaseSync, caseId: string): SeveredRow[] {
  return rows(
    db,
    'SELECT account, decision, idx AS "index", time_ms AS timeMs, by, reasons FROM case_severed WHERE case_id = ? AND decided = 1 ORDER BY idx',
    caseId,
  );
}

/** The accounts of all findings of a case, those that were severed too. */
export function readAllCaseMembers(db: DatabaseSync, caseId: string): string[] {
  return rows<{ account: string }>(db, `${ALL_MEMBERS} = ?`, caseId).map((each) => each.account);
}

/** The accounts of all findings of a case without those that were severed, sorted. */
export function readCaseMembers(db: DatabaseSync, caseId: string): string[] {
  return rows<{ account: string }>(db, `${MEMBERS} = ? ORDER BY m.account`, caseId).map(
    (each) => each.account,
  );
}

/** The findings of a case, oldest first, with the index of the entry that put each there. */
export function readCaseFindings(db: DatabaseSync, caseId: string): { finding: string; index: number }[] {
  return rows(db, 'SELECT finding, idx AS "index" FROM case_findings WHERE case_id = ? ORDER BY idx', caseId);
}

/** Ids of the cases that a finding belongs to. */
export function readCasesOfFinding(db: DatabaseSync, finding: string): string[] {
  return rows<{ case: string }>(
    db,
    'SELECT case_id AS "case" FROM case_findings WHERE finding = ?',
    finding,
  ).map((each) => each.case);
}

/** Who opened which items of a case, oldest first. */
export function readOpened(db: DatabaseSync, caseId: string): OpenedRow[] {
  return rows<Omit<OpenedRow, 'items'> & { items: string }>(
    db,
    'SELECT by, idx AS "index", time_ms AS timeMs, items FROM case_views WHERE case_id = ? ORDER BY idx',
    caseId,
  ).map((each) => ({ ...each, items: JSON.parse(each.items) as string[] }));
}
