import { createEntry, utf8 } from '@portcullis/record';
import { checkText } from '../accounts/checks.ts';
import { randomId } from '../accounts/random.ts';
import { readAppeals } from '../projections/appeals-projection.ts';
import { readCaseMembers } from '../projections/cases-projection.ts';
import { readDecisionsInEffect } from '../projections/decisions-projection.ts';
import { ServerError } from '../server-error.ts';
import type { CaseContext, Person } from './case-ports.ts';
import { requireCase, requireReviewer } from './case-rules.ts';
import { sealParts } from './seal-parts.ts';
import { standingOf } from './standing-reactor.ts';

export type AppealInput = {
  readonly case: string;
  readonly account: string;
  /** Who wrote it down for the account. */
  readonly by: Person;
  /** What the account says, in its own words; sealed in the vault, committed to on the ledger. */
  readonly grounds: string;
};

const GROUNDS_CHARS_MAX = 20_000;

/**
 * An account asks to be heard again: the case is open again, for somebody who took no part in deciding about the account.
 * @throws ServerError `bad-request`, `not-found`, `conflict` (nothing to appeal; one is open already)
 */
export async function appealCase(
  context: CaseContext,
  input: AppealInput,
): Promise<{ appeal: string; next: string }> {
  requireReviewer(input.by);
  return recordAppeal(context, { ...input, by: input.by.operator });
}

/** As {@link appealCase}, by whoever writes: an operator for the account, or the account itself. */
export async function recordAppeal(
  context: CaseContext,
  input: Omit<AppealInput, 'by'> & { readonly by: string },
): Promise<{ appeal: string; next: string }> {
  const grounds = checkText(input.grounds, 'The grounds', 1, GROUNDS_CHARS_MAX);
  return context.inTurn(input.case, async () => {
    const { db } = context.store;
    const found = requireCase(context.store, input.case);
    const { account } = input;
    if (!readCaseMembers(db, found.case).includes(account))
      throw new ServerError('not-found', `That account is not part of ${found.case}.`);
    const against = readDecisionsInEffect(db, account).find((each) => each.case === found.case);
    if (against === undefined || standingOf(against.measure) === 'open')
      throw new ServerError(
        'conflict',
        `Nothing was decided against ${account} in ${found.case}, so there is nothing to appeal.`,
      );
    const open = readAppeals(db, found.case).find(
      (each) => each.account === account && each.decision === null,
    );
    if (open)
      throw new ServerError(
        'conflict',
        `${account} has an open appeal, ${open.appeal}. It must be decided first.`,
      );
    const appeal = randomId(context.random, 'appeal', 6);
    const { commitments, content } = sealParts(context, account, 'appeal', appeal, {
      grounds: utf8(grounds),
    });
    await context.record(
      createEntry('appeal', context.clock.now(), {
        appeal,
        case: found.case,
        account,
        by: input.by,
        commitments,
      }),
      content,
    );
    return {
      appeal,
      next: `Ask a reviewer who decided nothing about ${account} before to decide it: portcullis case decide ${found.case} --appeal ${appeal} --measure open --reasons "…"`,
    };
  });
}
