import type { EntryNamed, Standing } from '@portcullis/record';
import { type AppealRow, readAppeals } from '../projections/appeals-projection.ts';
import {
  readCaseFindings,
  readCaseMembers,
  readViews,
  type CaseRow,
  type ViewRow,
} from '../projections/cases-projection.ts';
import { type DecisionRow, readDecisionMembers, readDecisions } from '../projections/decisions-projection.ts';
import { readLegalHold } from '../projections/erasures-projection.ts';
import { type AccountFigures, readFigures } from '../projections/exchanges-projection.ts';
import { readFinding } from '../projections/findings-projection.ts';
import { type HealthRow, readExports } from '../projections/health-projection.ts';
import type { ProjectionStore } from '../projections/projection-store.ts';
import { readStanding, readStandingsOfCase } from '../projections/standings-projection.ts';
import { requireCase } from './case-rules.ts';
import { type EvidenceItem, listEvidence } from './evidence-items.ts';

/** Accounts that one answer lists; the case says how many there are. */
const ACCOUNTS_MAX = 1000;

export type CaseAccount = AccountFigures & {
  readonly account: string;
  readonly standing: Standing;
  readonly legalHold: boolean;
};
/** All that a reviewer is told about a case; content only through `view`. */
export type ShownCase = CaseRow & {
  /** The newest finding: statistic, bound, signals, what speaks against it, what would have cleared an account. */
  readonly newestFinding: EntryNamed<'finding'> | undefined;
  readonly findings: readonly { readonly finding: string; readonly index: number }[];
  readonly accounts: readonly CaseAccount[];
  readonly evidence: readonly EvidenceItem[];
  readonly views: readonly ViewRow[];
  readonly decisions: readonly (DecisionRow & { readonly members: readonly string[] })[];
  readonly appeals: readonly AppealRow[];
  readonly standings: readonly { index: number; standing: Standing; decision: string | null }[];
  readonly exports: readonly HealthRow[];
  /** What to do next, in words. */
  readonly next: string;
};

/** @throws ServerError `not-found` */
export function showCase(store: ProjectionStore, caseId: string): ShownCase {
  const { db } = store;
  const found = requireCase(store, caseId);
  const findings = readCaseFindings(db, caseId);
  const newest = findings.at(-1);
  return {
    ...found,
    newestFinding: newest && readFinding(db, newest.finding)?.entry,
    findings,
    accounts: readCaseMembers(db, caseId)
      .slice(0, ACCOUNTS_MAX)
      .map((account) => ({
        account,
        standing: readStanding(db, account)?.standing ?? 'open',
        legalHold: readLegalHold(db, account) !== undefined,
        ...readFigures(db, account),
      })),
    evidence: listEvidence(store, caseId),
    views: readViews(db, caseId),
    decisions: readDecisions(db, caseId).map((each) => ({
      ...each,
      members: readDecisionMembers(db, each.decision).slice(0, ACCOUNTS_MAX),
    })),
    appeals: readAppeals(db, caseId),
    standings: readStandingsOfCase(db, caseId),
    exports: readExports(db, caseId),
    next: nextFor(found),
  };
}

function nextFor(found: CaseRow): string {
  const decide = `portcullis case decide ${found.case}`;
  if (found.state === 'proposed')
    return `A proposal waits for another person: ${decide} --confirm ${found.pending} (or --reject ${found.pending})`;
  if (found.state === 'appealed')
    return `An appeal waits for somebody who decided nothing about the account before: portcullis case view ${found.case}, then ${decide}`;
  if (found.state === 'decided')
    return `Export the evidence: portcullis export ${found.case} --requester "…" --purpose "…" --legal-basis "…"`;
  return `Open the evidence, then decide: portcullis case view ${found.case}, then ${decide}`;
}
