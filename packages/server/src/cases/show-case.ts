import type { Standing, View } from '@portcullis/record';
import { type AppealRow, readAppeals } from '../projections/appeals-projection.ts';
import {
  readCaseFindings,
  readCaseMembers,
  readOpened,
  readSevered,
  type CaseRow,
  type OpenedRow,
  type SeveredRow,
} from '../projections/cases-projection.ts';
import { type DecisionRow, readDecisionMembers, readDecisions } from '../projections/decisions-projection.ts';
import { readFinding } from '../projections/findings-projection.ts';
import { type HealthRow, readExports } from '../projections/health-projection.ts';
import {
  type LinkRow,
  readLinks,
  readRepresentations,
  readStatements,
  type RepresentationRow,
  type StatementRow,
} from '../projections/hearings-projection.ts';
import { acknowledgeBy } from './representations.ts';
import { type KnownRow, readKnownOfCase } from '../projections/known-projection.ts';
import { readStandingsOfCase } from '../projections/standings-projection.ts';
import { readCommittedViews } from '../projections/views-projection.ts';
import { accountOf, type CaseAccount } from './case-pages.ts';
import { type BlindFinding, isBlind, maySeeScore, withoutScore } from './blind-view.ts';
import type { CaseContext, Person } from './case-ports.ts';
import { type QueuedCase, queueCase } from './queue.ts';
import { requireCase } from './case-rules.ts';
import { type EvidenceItem, listEvidence } from './evidence-items.ts';

/** Accounts that one answer lists; the case says how many there are. */
const ACCOUNTS_MAX = 1000;

export type ShownView = {
  readonly by: string;
  readonly index: number;
  readonly timeMs: number;
  readonly view: View | null;
  readonly reasons: string | null;
  readonly blind: boolean;
};
export type ShownDecision = Omit<DecisionRow, 'reasons'> & {
  readonly reasons: string | null;
  readonly members: readonly string[];
};
export type ShownSevered = Omit<SeveredRow, 'reasons'> & { readonly reasons: string | null };
/** All that a reviewer is told about a case; content only through `view`. */
export type ShownCase = QueuedCase & {
  /** The newest finding: signals, what speaks against it, what would have cleared an account; statistic and bound once the person may see them. */
  readonly newestFinding: BlindFinding | undefined;
  /** Whether the score is shown to this person. */
  readonly scoreShown: boolean;
  readonly findings: readonly { readonly finding: string; readonly index: number }[];
  readonly accounts: readonly CaseAccount[];
  readonly evidence: readonly EvidenceItem[];
  /** Who opened which evidence. */
  readonly evidenceOpened: readonly OpenedRow[];
  /** Views that people committed; what others say is null until the person has committed their own. */
  readonly views: readonly ShownView[];
  /** Reasons of others are null until then, too. */
  readonly decisions: readonly ShownDecision[];
  /** Where it was one whose answer was known, once that was told. */
  readonly known: KnownRow | null;
  /** Accounts that are not part of it any more, and why: as with decisions. */
  readonly severed: readonly ShownSevered[];
  readonly statements: readonly StatementRow[];
  /** Links of its accounts, never their tokens. */
  readonly links: readonly LinkRow[];
  readonly representations: readonly (RepresentationRow & { readonly acknowledgeByMs: number })[];
  readonly appeals: readonly AppealRow[];
  readonly standings: readonly { index: number; standing: Standing; decision: string | null }[];
  readonly exports: readonly HealthRow[];
  /** What to do next, in words. */
  readonly next: string;
};

/** What a person sees of a case. @throws ServerError `not-found` */
export function showCase(
  { store, settings, clock }: Pick<CaseContext, 'store' | 'settings' | 'clock'>,
  caseId: string,
  person: Person,
): ShownCase {
  const { db } = store;
  const found = requireCase(store, caseId);
  const findings = readCaseFindings(db, caseId);
  const newest = findings.at(-1);
  const finding = newest && readFinding(db, newest.finding)?.entry;
  const scoreShown = maySeeScore(store, caseId, person);
  const hidden = isBlind(store, caseId, person);
  return {
    ...queueCase(found, settings, clock.now()),
    newestFinding: finding && (scoreShown ? finding : withoutScore(finding)),
    scoreShown,
    findings,
    accounts: readCaseMembers(db, caseId)
      .slice(0, ACCOUNTS_MAX)
      .map((account) => accountOf(store, account)),
    evidence: listEvidence(store, caseId),
    evidenceOpened: readOpened(db, caseId),
    views: readCommittedViews(db, caseId).map((each) =>
      hidden ? { ...each, view: null, reasons: null } : each,
    ),
    decisions: readDecisions(db, caseId).map((each) => ({
      ...each,
      reasons: hidden ? null : each.reasons,
      immediate: hidden ? null : each.immediate,
      members: readDecisionMembers(db, each.decision).slice(0, ACCOUNTS_MAX),
    })),
    known: readKnownOfCase(db, caseId) ?? null,
    severed: readSevered(db, caseId).map((each) => (hidden ? { ...each, reasons: null } : each)),
    statements: readStatements(db, caseId),
    links: readLinks(db, caseId),
    representations: readRepresentations(db, caseId).map((each) => ({
      ...each,
      acknowledgeByMs: acknowledgeBy(each.receivedMs),
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
    return `An appeal waits for somebody who decided nothing about the account before: portcullis case view ${found.case}, portcullis case commit ${found.case}, then ${decide}`;
  if (found.state === 'decided')
    return `Export the evidence: portcullis export ${found.case} --requester "…" --purpose "…" --legal-basis "…"`;
  return `Open the evidence, commit your view, then decide: portcullis case view ${found.case}, portcullis case commit ${found.case}, then ${decide}`;
}
