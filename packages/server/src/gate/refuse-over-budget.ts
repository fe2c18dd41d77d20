import type { Limits } from '../accounts/account.ts';
import type { OverBudget } from './budgets.ts';
import { type Refusal, refuse } from './refusal.ts';
import type { ApiShape } from './routes.ts';

const WORDS = {
  'requests-minute': { what: 'requests', window: 'minute' },
  'tokens-minute': { what: 'tokens', window: 'minute' },
  'tokens-day': { what: 'tokens', window: 'day (UTC)' },
} as const;

/**
 * 429 that names the limit, its window and what is left, with `retry-after` and the rate-limit headers that the clients of the
 * API know. A request that alone is over the limit is told so: waiting would not help it.
 */
export function refuseOverBudget(shape: ApiShape, over: OverBudget, limits: Limits): Refusal {
  const { what, window } = WORDS[over.budget];
  const never = over.asked > over.limit;
  const message =
    `Limit ${over.budget}: ${over.limit} ${what} a ${window}, ${over.left} left, ${over.asked} asked for. ` +
    (never
      ? 'This request alone is over the limit: shorten it or lower its maximum of output tokens.'
      : `Try again in ${over.retryAfterSeconds} seconds.`);
  return {
    ...refuse(429, 'rate_limit_exceeded', message),
    headers: {
      'retry-after': String(over.retryAfterSeconds),
      ...limitHeaders(shape, over, what, limits),
    },
    facts: { limit: over.budget, left: over.left },
  };
}

function limitHeaders(
  shape: ApiShape,
  over: OverBudget,
  what: 'requests' | 'tokens',
  limits: Limits,
): Record<string, string> {
  const limit = what === 'requests' ? (limits.requestsPerMinute ?? over.limit) : over.limit;
  const values = { limit: String(limit), remaining: String(over.left), reset: `${over.retryAfterSeconds}s` };
  return shape === 'openai'
    ? {
        [`x-ratelimit-limit-${what}`]: values.limit,
        [`x-ratelimit-remaining-${what}`]: values.remaining,
        [`x-ratelimit-reset-${what}`]: values.reset,
      }
    : {
        [`anthropic-ratelimit-${what}-limit`]: values.limit,
        [`anthropic-ratelimit-${what}-remaining`]: values.remaining,
      };
}
