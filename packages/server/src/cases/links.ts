import { createEntry } from '@portcullis/record';
import { checkText } from '../accounts/checks.ts';
import { randomId } from '../accounts/random.ts';
import { readAllCaseMembers } from '../projections/cases-projection.ts';
import { type LinkRow, readLink } from '../projections/hearings-projection.ts';
import { ServerError } from '../server-error.ts';
import type { CaseContext, Person } from './case-ports.ts';
import { requireCase, requireReviewer } from './case-rules.ts';
import { isGenuine, linkOfToken, writeLinkToken } from './link-token.ts';
import type { AccountOfCase } from './issue-statement.ts';

export type IssuedLink = {
  readonly link: string;
  /** Shown this once; only its key is kept. */
  readonly token: string;
  readonly expiresMs: number;
};

const DAY_MS = 86_400_000;
export const LINK_DAYS_MAX = 365;

/**
 * Makes a link with which the holder of an account sees what was decided about it and answers.
 * @throws ServerError `bad-request`, `not-found`, `forbidden`
 */
export async function issueLink(
  context: CaseContext,
  input: AccountOfCase & { readonly days?: number },
): Promise<IssuedLink> {
  requireReviewer(input.by);
  const found = requireCase(context.store, input.case);
  if (!readAllCaseMembers(context.store.db, found.case).includes(input.account))
    throw new ServerError('not-found', `That account is not part of ${found.case}.`);
  const days = input.days ?? context.settings.linkDays;
  if (!Number.isSafeInteger(days) || days < 1 || days > LINK_DAYS_MAX)
    throw new ServerError('bad-request', `A link works for 1 to ${LINK_DAYS_MAX} days.`);
  const nowMs = context.clock.now();
  const link = randomId(context.random, 'link', 9);
  const expires = new Date(nowMs + days * DAY_MS).toISOString();
  const signed = { link, account: input.account, case: found.case, expires };
  await context.record(createEntry('link.issued', nowMs, { ...signed, by: input.by.operator }));
  return { link, token: writeLinkToken(context.linkKey, signed), expiresMs: Date.parse(expires) };
}

/** Ends a link. @throws ServerError `bad-request`, `not-found`, `forbidden`, `conflict` where it was ended before */
export async function revokeLink(
  context: CaseContext,
  input: { readonly link: string; readonly by: Person; readonly reason: string },
): Promise<void> {
  requireReviewer(input.by);
  const reason = checkText(input.reason, 'The reason', 1, 2000);
  await context.inTurn(input.link, async () => {
    const found = readLink(context.store.db, input.link);
    if (found === undefined)
      throw new ServerError('not-found', 'There is no such link. Show the case that it is of.');
    if (found.revokedMs !== null) throw new ServerError('conflict', `${found.link} was withdrawn before.`);
    const body = { link: found.link, case: found.case, by: input.by.operator, reason };
    await context.record(createEntry('link.revoked', context.clock.now(), body));
  });
}

/**
 * The link that a token opens.
 * @throws ServerError `unauthenticated` where it is not one of ours, `gone` where it has expired or was withdrawn
 */
export function openLink(context: Pick<CaseContext, 'store' | 'clock' | 'linkKey'>, token: string): LinkRow {
  const link = linkOfToken(token);
  const found = link === undefined ? undefined : readLink(context.store.db, link);
  if (found === undefined || !isGenuine(context.linkKey, token, found))
    throw new ServerError(
      'unauthenticated',
      'This link is not one that was made here, or a part of it is missing. Copy it whole from the message that you got, or ask for another.',
    );
  if (found.revokedMs !== null)
    throw new ServerError(
      'gone',
      'This link was withdrawn. Ask the operator for another; what you sent is kept.',
    );
  if (found.expiresMs <= context.clock.now())
    throw new ServerError(
      'gone',
      `This link ended on ${found.expires}. Ask the operator for another; what you sent is kept.`,
    );
  return found;
}
