import type { DatabaseSync } from 'node:sqlite';
import type { CaseState } from './cases-projection.ts';
import { row, rows } from './rows.ts';

// Reads over several projections, for pages about one case that must stay quick with 25,000 accounts.

const MEMBERS = `SELECT DISTINCT m.account FROM case_findings f JOIN finding_members m ON m.finding = f.finding
  WHERE f.case_id = ?1 AND NOT EXISTS (SELECT 1 FROM case_severed s WHERE s.case_id = ?1 AND s.account = m.account AND s.decided = 1)`;

/** Accounts of a case after one, in order of their names. */
export function readMembersAfter(
  db: DatabaseSync,
  caseId: string,
  after: string,
  countMax: number,
): string[] {
  return rows<{ account: string }>(
    db,
    `${MEMBERS} AND m.account > ?2 ORDER BY m.account LIMIT ?3`,
    caseId,
    after,
    countMax,
  ).map((each) => each.account);
}

export type OtherCase = { readonly case: string; readonly state: CaseState; readonly shared: number };

/** Other cases that accounts of a case are in, those that share most first. */
export function readOtherCases(db: DatabaseSync, caseId: string): OtherCase[] {
  return rows(
    db,
    `SELECT o.case_id AS "case", c.state, count(DISTINCT n.account) AS shared
     FROM (${MEMBERS}) n JOIN finding_members x ON x.account = n.account JOIN case_findings o ON o.finding = x.finding
     JOIN cases c ON c.case_id = o.case_id WHERE o.case_id <> ?1 GROUP BY o.case_id ORDER BY shared DESC LIMIT 20`,
    caseId,
  );
}

export type Bucket = {
  readonly fromMs: number;
  readonly exchanges: number;
  readonly accounts: number;
  readonly tokens: number;
};

/** When accounts of a case sent something: first and last, null where none did. */
export function readActiveSpan(
  db: DatabaseSync,
  caseId: string,
): { firstMs: number | null; lastMs: number | null } {
  return (
    row(
      db,
      `SELECT min(g.first_ms) AS firstMs, max(g.last_ms) AS lastMs FROM (${MEMBERS}) n JOIN account_figures g ON g.account = n.account`,
      caseId,
    ) ?? { firstMs: null, lastMs: null }
  );
}

/** Exchanges of a case's accounts in steps of `widthMs`; steps without any are left out. */
export function readBuckets(
  db: DatabaseSync,
  caseId: string,
  fromMs: number,
  toMs: number,
  widthMs: number,
): Bucket[] {
  return rows(
    db,
    `SELECT ?2 + ((e.admitted_ms - ?2) / ?4) * ?4 AS fromMs, count(*) AS exchanges, count(DISTINCT e.account) AS accounts,
       coalesce(sum(e.tokens), 0) AS tokens
     FROM (${MEMBERS}) n JOIN exchanges e ON e.account = n.account
     WHERE e.admitted_ms >= ?2 AND e.admitted_ms < ?3 GROUP BY 1 ORDER BY 1`,
    caseId,
    fromMs,
    toMs,
    widthMs,
  );
}
