import { checkReasons, checkText } from '../accounts/checks.ts';
import { type AppealRow, readAppeal, readAppeals } from '../projections/appeals-projection.ts';
import { type CaseRow, readCaseFindings } from '../projections/cases-projection.ts';
import { type DecisionRow, readDecision, readDecisionMembers } from '../projections/decisions-projection.ts';
import { ServerError } from '../server-error.ts';
import { requireOwnView } from './blind-view.ts';
import type { CaseContext, Person } from './case-ports.ts';
import {
  requireCase,
  requireFreshEyes,
  requireNoOverruling,
  requireReviewer,
  requireOpened,
} from './case-rules.ts';
import { type Decided, sayEffect, takeEffect } from './decide.ts';
import { requireUnleased } from './lease-case.ts';
import { recordDecision } from './record-decision.ts';

export type AnswerInput = {
  readonly case: string;
  readonly decision: string;
  readonly by: Person;
  readonly reasons: string;
  /** Why a hold takes effect at once, without the time in which it could be undone. */
  readonly immediate?: string;
};

/**
 * Confirms or rejects a proposal. Another person than who proposed, with reasons of their own, who opened the evidence.
 * Who proposed may reject, which is how a proposal is withdrawn.
 * @throws ServerError `bad-request`, `not-found`, `forbidden`, `conflict`
 */
export async function answerProposal(
  context: CaseContext,
  step: 'confirmed' | 'rejected',
  input: AnswerInput,
): Promise<Decided> {
  requireReviewer(input.by);
  const reasons = checkReasons(input.reasons);
  const immediate = checkImmediate(input, step);
  const decided = await context.inTurn(input.case, async () => {
    const { db } = context.store;
    const found = requireCase(context.store, input.case);
    const proposal = readDecision(db, input.decision);
    if (proposal === undefined || proposal.case !== found.case)
      throw new ServerError(
        'not-found',
        `${found.case} has no such decision. Show it: portcullis case show ${found.case}.`,
      );
    if (found.pending !== proposal.decision)
      throw new ServerError('conflict', `${proposal.decision} does not wait for an answer any more.`);
    const appeal = proposal.appeal === null ? undefined : readAppeal(db, proposal.appeal);
    const members = readDecisionMembers(db, proposal.decision);
    requireMayAnswer(context, found, step, { proposal, appeal, members, input });
    const { measure, accounts, rule } = proposal;
    if (immediate !== undefined && measure !== 'hold')
      throw new ServerError('bad-request', 'Only a hold can be immediate; other measures can wait.');
    const decision = await recordDecision(
      context,
      {
        case: found.case,
        by: input.by.operator,
        step,
        measure,
        accounts,
        rule,
        reasons,
        confirms: proposal.decision,
        ...(appeal === undefined ? {} : { appeal: appeal.appeal }),
      },
      members,
      { immediate },
    );
    const next =
      step === 'confirmed'
        ? sayEffect(context, found.case, decision, immediate !== undefined)
        : `The proposal is off. Decide anew: portcullis case decide ${found.case} --measure … --reasons "…"`;
    return { decision, step, measure, accountsTotal: members.length, next };
  });
  if (step === 'confirmed') await takeEffect(context, decided.decision);
  return decided;
}

type Asked = {
  readonly proposal: DecisionRow;
  readonly appeal: AppealRow | undefined;
  readonly members: readonly string[];
  readonly input: AnswerInput;
};

/** @throws ServerError `forbidden`, `conflict` */
function requireMayAnswer(
  context: CaseContext,
  found: CaseRow,
  step: 'confirmed' | 'rejected',
  { proposal, appeal, members, input }: Asked,
): void {
  const { store } = context;
  if (step === 'confirmed') requireAnother(proposal.by, input);
  requireFreshEyes(store, appeal, members, input.by);
  const basis = basisIndex(context, found.case, proposal.index, appeal?.index);
  requireOpened(store, found.case, input.by, basis, appeal);
  requireUnleased(context, found, input.by);
  requireOwnView(store, found.case, input.by);
  if (step === 'rejected') return;
  requireNoOverruling(store, members, input.by);
  requireNotAppealedSince(proposal, readAppeals(store.db, found.case), members);
}

function checkImmediate({ immediate }: AnswerInput, step: 'confirmed' | 'rejected'): string | undefined {
  if (immediate === undefined) return undefined;
  if (step === 'rejected')
    throw new ServerError('bad-request', 'Nothing takes effect by a rejection, so nothing can be immediate.');
  return checkText(immediate, 'Why it must be at once', 20, 600);
}

function requireAnother(proposedBy: string, input: AnswerInput): void {
  if (proposedBy !== input.by.operator) return;
  throw new ServerError(
    'forbidden',
    `${proposedBy} proposed this, and hold and closed need two different people. Ask another reviewer to confirm: portcullis case decide ${input.case} --confirm ${input.decision} --reasons "…"`,
  );
}

/** Who proposed could not know of a later appeal, and who confirms may be one of those it is against. */
function requireNotAppealedSince(
  proposal: DecisionRow,
  appeals: readonly AppealRow[],
  members: readonly string[],
): void {
  const later = appeals.find(
    (each) => each.decision === null && each.index > proposal.index && members.includes(each.account),
  );
  if (later === undefined) return;
  throw new ServerError(
    'conflict',
    `${later.account} has appealed since this was proposed. Reject the proposal, then decide the appeal: portcullis case decide ${proposal.case} --reject ${proposal.decision} --reasons "…"`,
  );
}

/** The newest entry that the proposal rests on: the case's growth before it, and the appeal it answers. */
function basisIndex(context: CaseContext, caseId: string, proposalIndex: number, appealIndex = -1): number {
  const grown = readCaseFindings(context.store.db, caseId)
    .map((each) => each.index)
    .filter((index) => index < proposalIndex);
  return Math.max(appealIndex, ...grown);
}
