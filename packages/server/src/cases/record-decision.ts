import { createEntry, type EntryBody } from '@portcullis/record';
import { randomId } from '../accounts/random.ts';
import type { CaseContext } from './case-ports.ts';
import { accountsSha256, splitAccounts } from './member-list.ts';

export type DecisionFields = Omit<EntryBody<'decision'>, 'decision' | 'accounts_total' | 'accounts_sha256'>;

/**
 * Appends a decision. Its member list goes first and the decision last, so that a crash leaves either the whole decision or
 * none of it: member parts that no decision names say nothing.
 * @returns the decision's id
 */
export async function recordDecision(
  context: CaseContext,
  fields: DecisionFields,
  members: readonly string[],
): Promise<string> {
  const decision = randomId(context.random, 'dec', 6);
  const parts = splitAccounts(members);
  const appends = parts.map((accounts, i) =>
    context.appender.append({
      entry: createEntry('decision.members', context.clock.now(), {
        decision,
        part: i + 1,
        parts: parts.length,
        accounts,
      }),
    }),
  );
  await Promise.all(appends);
  await context.record(
    createEntry('decision', context.clock.now(), {
      decision,
      ...fields,
      accounts_total: members.length,
      accounts_sha256: accountsSha256(members),
    }),
  );
  return decision;
}
