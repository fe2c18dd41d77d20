import { createEntry, utf8 } from '@portcullis/record';
import { randomId } from '../accounts/random.ts';
import type { CaseContext, Person } from './case-ports.ts';
import { requireCase, requireReviewer } from './case-rules.ts';
import { sealParts } from './seal-parts.ts';
import { composeStatement, spellStatement, type Statement } from './statement.ts';

export type AccountOfCase = { readonly case: string; readonly account: string; readonly by: Person };
export type IssuedStatement = {
  readonly statement: string;
  readonly content: Statement;
  /** What the ledger commits to, to the byte. */
  readonly text: string;
};

/**
 * Writes down the statement of reasons for an account as it is now; its text is sealed, and the ledger commits to it.
 * @throws ServerError `not-found`, `forbidden`, `conflict` (nothing was decided)
 */
export async function issueStatement(context: CaseContext, input: AccountOfCase): Promise<IssuedStatement> {
  requireReviewer(input.by);
  const found = requireCase(context.store, input.case);
  const content = composeStatement(context, found.case, input.account);
  const text = spellStatement(content);
  const statement = randomId(context.random, 'st', 6);
  const sealed = sealParts(context, input.account, 'statement.issued', statement, { text: utf8(text) });
  await context.record(
    createEntry('statement.issued', context.clock.now(), {
      statement,
      case: found.case,
      account: input.account,
      decision: content.decision,
      by: input.by.operator,
      commitments: sealed.commitments,
    }),
    sealed.content,
  );
  return { statement, content, text };
}
