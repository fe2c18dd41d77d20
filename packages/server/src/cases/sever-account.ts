import { readCaseMembers } from '../projections/cases-projection.ts';
import { ServerError } from '../server-error.ts';
import type { CaseContext, Person } from './case-ports.ts';
import { requireCase } from './case-rules.ts';
import { type Decided, decide } from './decide.ts';

export type SeverInput = {
  readonly case: string;
  readonly account: string;
  readonly by: Person;
  readonly reasons: string;
};

const RULE = 'Who is not part of a campaign is not held for it.';

/**
 * Takes an account out of a case and opens it, by itself: the case goes on without it, and no later decision of the case is about it.
 * @throws ServerError `bad-request`, `not-found`, `forbidden`, `conflict` (no view, a proposal waits, it is the only account)
 */
export async function severAccount(context: CaseContext, input: SeverInput): Promise<Decided> {
  const members = readCaseMembers(context.store.db, requireCase(context.store, input.case).case);
  if (!members.includes(input.account))
    throw new ServerError('not-found', `That account is not part of ${input.case}.`);
  if (members.length === 1)
    throw new ServerError(
      'conflict',
      `${input.account} is the only account of ${input.case}. Dismiss the case: portcullis case decide ${input.case} --measure dismiss --reasons "…"`,
    );
  const { case: caseId, account, by, reasons } = input;
  const decision = { case: caseId, by, measure: 'open', accounts: [account], reasons, rule: RULE } as const;
  return decide(context, { ...decision, sever: account });
}
