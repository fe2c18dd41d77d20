import type { AccountState, Limits } from '../accounts/account.ts';
import type { StandingConfig } from '../config/config.ts';
import { type Refusal, refuse } from './refusal.ts';

/**
 * Refuses an account on hold, with its case and how to be heard, or a closed one. Looked at when a request's headers are there,
 * again when its body is, and again after a delay, so that a change reaches whatever has not started. An exchange that already
 * runs is let finish, because its admission is on the ledger and cutting it would take from the caller what was released
 * in part.
 */
export function checkStanding(account: AccountState, contact: string): Refusal | undefined {
  const about = account.case === null ? '' : ` (case ${account.case})`;
  const facts = account.case === null ? { contact } : { case: account.case, contact };
  if (account.standing === 'hold') {
    const message = `This account is on hold while a person reviews it${about}. To be heard: ${contact}`;
    return { ...refuse(403, 'account_on_hold', message), facts };
  }
  if (account.standing === 'closed') {
    const message = `This account is closed${about}. This is final for the gate; retrying does not help.`;
    return {
      ...refuse(403, 'account_closed', message),
      ...(account.case === null ? {} : { facts: { case: account.case } }),
    };
  }
  return undefined;
}

/** An account's limits: its own before the operator's defaults, and lower in standing `slow`. */
export function effectiveLimits(
  account: AccountState,
  defaults: Limits,
  slow: StandingConfig['slow'],
): Limits {
  const factor = account.standing === 'slow' ? slow.limitsFactor : 1;
  const limits: { -readonly [K in keyof Limits]: Limits[K] } = {};
  for (const name of ['requestsPerMinute', 'tokensPerMinute', 'tokensPerDay'] as const) {
    const limit = account.limits[name] ?? defaults[name];
    if (limit !== undefined) limits[name] = factor === 1 ? limit : Math.floor(limit * factor);
  }
  return limits;
}
