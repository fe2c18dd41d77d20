import { createEntry, type EntryBody } from '@portcullis/record';
import { randomId } from '../accounts/random.ts';
import type { CaseContext } from './case-ports.ts';
import { accountsSha256, splitAccounts } from './member-list.ts';

/** What stands before a decision: why it takes effect at once, without the time in which it could be undone. */
export type Besides = {
  readonly immediate?: string | undefined;
  /** The account that is severed by it. */
  readonly severed?: string;
};
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
  { immediate, severed }: Besides = {},
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
  if (severed !== undefined) {
    const { case: caseId, by, reasons } = fields;
    const body = { case: caseId, account: severed, decision, by, reasons };
    await context.appender.append({ entry: createEntry('account.severed', context.clock.now(), body) });
  }
  await recordWindow(context, decision, fields, immediate);
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

/** Says from when the decision takes effect, where that is later or at once for a reason. */
async function recordWindow(
  { appender, clock, settings }: CaseContext,
  decision: string,
  fields: DecisionFields,
  immediate: string | undefined,
): Promise<void> {
  const decides = fields.step === 'final' || fields.step === 'confirmed';
  if (!decides || settings.undoSeconds === 0) return;
  const nowMs = clock.now();
  const takesEffectMs = immediate === undefined ? nowMs + settings.undoSeconds * 1000 : nowMs;
  await appender.append({
    entry: createEntry('decision.window', nowMs, {
      decision,
      case: fields.case,
      takes_effect: new Date(takesEffectMs).toISOString(),
      immediate: immediate ?? null,
    }),
  });
}
