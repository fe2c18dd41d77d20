import { checkReasons, checkText } from '../accounts/checks.ts';
import { type AppealRow, readAppeals } from '../projections/appeals-projection.ts';
import { type CaseRow, readCaseMembers } from '../projections/cases-projection.ts';
import {
  type Measure,
  readDecisionMembers,
  readWaitingDecisions,
} from '../projections/decisions-projection.ts';
import { readKnownOfCase } from '../projections/known-projection.ts';
import { readCommittedViews } from '../projections/views-projection.ts';
import { ServerError } from '../server-error.ts';
import type { CaseContext, Person } from './case-ports.ts';
import {
  isSevere,
  MEASURES,
  requireCase,
  requireFreshEyes,
  requireNoOverruling,
  requireReviewer,
  requireOpened,
} from './case-rules.ts';
import { requireOwnView } from './blind-view.ts';
import { requireUnleased } from './lease-case.ts';
import { revealKnown } from './known-cases.ts';
import { recordDecision } from './record-decision.ts';

export type DecideInput = {
  readonly case: string;
  readonly by: Person;
  readonly measure: Measure;
  /** The accounts it is about; `all` are those of the case now (for an appeal: who appealed, unless named). */
  readonly accounts?: 'all' | readonly string[];
  readonly reasons: string;
  /** The rule that was broken, or by which the case is judged. */
  readonly rule: string;
  /** The appeal that this answers; may be left out where one is open. */
  readonly appeal?: string;
  /** Replaces an earlier decision of a case that is decided. */
  readonly again?: boolean;
};
/** With the reasons why an account is not part of the case. */
type SeverInput = DecideInput & { readonly sever?: string };

export type Decided = {
  readonly decision: string;
  readonly step: 'proposed' | 'final' | 'confirmed' | 'rejected';
  readonly measure: Measure;
  readonly accountsTotal: number;
  /** What to do next, in words. */
  readonly next: string;
};

/**
 * Decides a case: slow, plain, open and dismiss by one person at once, hold and closed as a proposal.
 * @throws ServerError `bad-request`, `not-found`, `forbidden` (role; an appeal against one's own decision), `conflict` (evidence
 *   not opened; a proposal is pending; decided already)
 */
export async function decide(context: CaseContext, input: SeverInput): Promise<Decided> {
  requireReviewer(input.by);
  if (!MEASURES.includes(input.measure))
    throw new ServerError('bad-request', `The measure must be one of ${MEASURES.join(', ')}.`);
  const reasons = checkReasons(input.reasons);
  const rule = checkText(input.rule, 'The rule', 1, 600);
  const decided = await context.inTurn(input.case, async (): Promise<Decided> => {
    const found = requireCase(context.store, input.case);
    await requireReal(context, found.case);
    requireUndecided(context, found, input.again === true || input.sever !== undefined);
    const appeal = chooseAppeal(context, found, input);
    const members = chooseMembers(context, found, input, appeal);
    requireFreshEyes(context.store, appeal, members, input.by);
    requireOpened(
      context.store,
      found.case,
      input.by,
      Math.max(found.grownIndex, appeal?.index ?? -1),
      appeal,
    );
    requireUnleased(context, found, input.by);
    requireOwnView(context.store, found.case, input.by);
    requireNoOverruling(context.store, members, input.by);
    const step = isSevere(input.measure) ? 'proposed' : 'final';
    const all = readCaseMembers(context.store.db, found.case).length === members.length;
    const decision = await recordDecision(
      context,
      {
        case: found.case,
        by: input.by.operator,
        step,
        measure: input.measure,
        accounts: all ? 'all' : 'some',
        rule,
        reasons,
        ...(appeal === undefined ? {} : { appeal: appeal.appeal }),
      },
      members,
      input.sever === undefined ? {} : { severed: input.sever },
    );
    return {
      decision,
      step,
      measure: input.measure,
      accountsTotal: members.length,
      next: nextStep(context, found.case, step, decision),
    };
  });
  if (decided.step === 'final') await takeEffect(context, decided.decision);
  return decided;
}

/** What was decided takes effect now, or is seen to in its time. */
export async function takeEffect(context: CaseContext, decision: string): Promise<void> {
  await context.letTakeEffect();
  await context.applyDecisions(readDecisionMembers(context.store.db, decision));
}

function nextStep(
  context: CaseContext,
  caseId: string,
  step: 'proposed' | 'final',
  decision: string,
): string {
  return step === 'proposed'
    ? `Ask another reviewer to open the evidence and confirm: portcullis case decide ${caseId} --confirm ${decision} --reasons "…"`
    : sayEffect(context, caseId, decision);
}

/** Whether it is in effect, or how it can still be undone. */
export function sayEffect(
  { settings }: CaseContext,
  caseId: string,
  decision: string,
  isAtOnce = false,
): string {
  return settings.undoSeconds === 0 || isAtOnce
    ? `It is in effect. Export the evidence: portcullis export ${caseId} --requester "…" --purpose "…" --legal-basis "…"`
    : `It takes effect in ${settings.undoSeconds} seconds. Until then it can be undone: portcullis case undo ${caseId} --decision ${decision} --reasons "…"`;
}

/** Nothing is decided on accounts that were made to see whether people look. @throws ServerError `conflict` */
async function requireReal(context: CaseContext, caseId: string): Promise<void> {
  const { db } = context.store;
  // A crash may have come between a view and the answer that it brings.
  const [first] = readCommittedViews(db, caseId);
  if (first !== undefined && readKnownOfCase(db, caseId) === undefined)
    await revealKnown(context, caseId, first.by, first.view);
  if (readKnownOfCase(db, caseId) === undefined) return;
  throw new ServerError(
    'conflict',
    `${caseId} was mixed in, and its answer was known: nothing is to be decided. Take another: portcullis case list.`,
  );
}

function requireUndecided({ store }: CaseContext, found: CaseRow, again: boolean): void {
  const waits = readWaitingDecisions(store.db).find((each) => each.case === found.case);
  if (waits !== undefined)
    throw new ServerError(
      'conflict',
      `${waits.decision} has not taken effect yet. Wait for it, or undo it: portcullis case undo ${found.case} --decision ${waits.decision} --reasons "…"`,
    );
  if (found.state === 'proposed') {
    throw new ServerError(
      'conflict',
      `The proposal ${found.pending} waits for another person. Ask another reviewer to confirm or reject it: portcullis case decide ${found.case} --confirm ${found.pending} --reasons "…"`,
    );
  }
  if (found.state === 'decided' && !again) {
    throw new ServerError(
      'conflict',
      `${found.case} is decided. Decide again on purpose (again: true, --again), or reopen it.`,
    );
  }
}

function chooseAppeal(
  context: CaseContext,
  found: CaseRow,
  { appeal: named, sever: severed }: SeverInput,
): AppealRow | undefined {
  const waits = readAppeals(context.store.db, found.case).filter((each) => each.decision === null);
  const open = severed === undefined ? waits : waits.filter((each) => each.account === severed);
  if (named !== undefined) {
    const chosen = open.find((each) => each.appeal === named);
    if (chosen === undefined)
      throw new ServerError(
        'not-found',
        `${found.case} has no open appeal of that name. Show it: portcullis case show ${found.case}.`,
      );
    return chosen;
  }
  if (open.length > 1) {
    throw new ServerError(
      'conflict',
      `${found.case} has ${open.length} open appeals. Name the one you decide: ${open
        .slice(0, 5)
        .map((each) => each.appeal)
        .join(', ')}.`,
    );
  }
  return open[0];
}

function chooseMembers(
  context: CaseContext,
  found: CaseRow,
  input: DecideInput,
  appeal: AppealRow | undefined,
): string[] {
  const all = readCaseMembers(context.store.db, found.case);
  const asked = input.accounts ?? (appeal === undefined ? 'all' : [appeal.account]);
  if (asked === 'all') return all;
  const known = new Set(all);
  const chosen = [...new Set(asked)].sort();
  const stranger = chosen.find((account) => !known.has(account));
  if (chosen.length === 0 || stranger !== undefined)
    throw new ServerError(
      'bad-request',
      `Name accounts of ${found.case} only, at least one. Show them: portcullis case show ${found.case}.`,
    );
  if (appeal !== undefined && !chosen.includes(appeal.account))
    throw new ServerError(
      'bad-request',
      `The decision on ${appeal.appeal} must include ${appeal.account}, who appealed.`,
    );
  return chosen;
}
