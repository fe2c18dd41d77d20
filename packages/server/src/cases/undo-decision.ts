import { createEntry } from '@portcullis/record';
import { checkReasons } from '../accounts/checks.ts';
import { readDecision, readWaitingDecisions } from '../projections/decisions-projection.ts';
import { ServerError } from '../server-error.ts';
import type { CaseContext, Person } from './case-ports.ts';
import { requireCase, requireReviewer } from './case-rules.ts';

export type UndoInput = {
  readonly case: string;
  readonly decision: string;
  readonly by: Person;
  readonly reasons: string;
};
export type Undone = { readonly case: string; readonly decision: string; readonly next: string };

/**
 * Takes a decision back before it takes effect; the case is as it was before it. The ledger keeps both.
 * @throws ServerError `bad-request`, `not-found`, `forbidden` (who neither made nor proposed it), `conflict` (it took effect)
 */
export async function undoDecision(context: CaseContext, input: UndoInput): Promise<Undone> {
  requireReviewer(input.by);
  const reasons = checkReasons(input.reasons);
  return context.inTurn(input.case, async () => {
    const { db } = context.store;
    const found = requireCase(context.store, input.case);
    const made = readDecision(db, input.decision);
    if (made === undefined || made.case !== found.case)
      throw new ServerError(
        'not-found',
        `${found.case} has no such decision. Show it: portcullis case show ${found.case}.`,
      );
    const proposedBy = made.confirms === null ? undefined : readDecision(db, made.confirms)?.by;
    if (input.by.operator !== made.by && input.by.operator !== proposedBy)
      throw new ServerError('forbidden', `${made.by} made that decision; only who made it undoes it.`);
    const waits = readWaitingDecisions(db).some((each) => each.decision === made.decision);
    if (!waits)
      throw new ServerError(
        'conflict',
        `${made.decision} has taken effect or was undone. Take it back by a further decision: portcullis case decide ${found.case} --measure open --again --reasons "…"`,
      );
    const body = { decision: made.decision, case: found.case, by: input.by.operator, reasons };
    await context.record(createEntry('decision.undone', context.clock.now(), body));
    return {
      case: found.case,
      decision: made.decision,
      next: `Decide anew: portcullis case decide ${found.case} --measure … --reasons "…"`,
    };
  });
}
