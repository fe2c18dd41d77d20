import { ServerError } from '../server-error.ts';
import { LIMIT_MAX, type Limits } from './account.ts';

const ID = /^[a-z0-9][a-z0-9._-]*$/;
/** A reason must say something: at least this many characters, at most what an entry holds. */
export const REASON_CHARS = { min: 20, max: 2000 } as const;

/** @throws ServerError `bad-request` unless it is 1 to 64 of `a-z0-9._-` and starts with a letter or digit */
export function checkId(value: unknown, what: string): string {
  if (typeof value !== 'string' || value.length > 64 || !ID.test(value)) {
    throw new ServerError(
      'bad-request',
      `${what} must be 1 to 64 lower-case letters, digits, dots, dashes or underscores, starting with a letter or digit.`,
    );
  }
  return value;
}

/** Text of signs that do not show says nothing, however long it is. */
const READABLE = /[\p{L}\p{N}]/u;

/** @throws ServerError `bad-request` where it is not text of a fitting length with a letter or digit in it */
export function checkText(value: unknown, what: string, charsMin: number, charsMax: number): string {
  const trimmed = typeof value === 'string' ? value.trim() : '';
  const fits = trimmed.length >= charsMin && trimmed.length <= charsMax;
  if (!fits || !trimmed.isWellFormed() || !READABLE.test(trimmed)) {
    throw new ServerError('bad-request', `${what} must be words of ${charsMin} to ${charsMax} characters.`);
  }
  return trimmed;
}

export const checkReasons = (value: unknown): string =>
  checkText(value, 'The reasons', REASON_CHARS.min, REASON_CHARS.max);

type LimitFields = { requests_per_minute?: number; tokens_per_minute?: number; tokens_per_day?: number };

/** Limits as an entry spells them. @throws ServerError `bad-request` where one is no whole number from 0 to {@link LIMIT_MAX} */
export function limitFields(limits: Limits): LimitFields {
  const named = {
    requests_per_minute: limits.requestsPerMinute,
    tokens_per_minute: limits.tokensPerMinute,
    tokens_per_day: limits.tokensPerDay,
  };
  const given = Object.entries(named).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) {
    if (!Number.isSafeInteger(value) || (value as number) < 0 || (value as number) > LIMIT_MAX)
      throw new ServerError(
        'bad-request',
        `The limit ${name} must be a whole number from 0 to ${LIMIT_MAX}; leave it out for none.`,
      );
  }
  return Object.fromEntries(given) as LimitFields;
}

/** Limits as an entry spells them, read back. */
export function limitsOf(fields: LimitFields): Limits {
  return {
    ...(fields.requests_per_minute === undefined ? {} : { requestsPerMinute: fields.requests_per_minute }),
    ...(fields.tokens_per_minute === undefined ? {} : { tokensPerMinute: fields.tokens_per_minute }),
    ...(fields.tokens_per_day === undefined ? {} : { tokensPerDay: fields.tokens_per_day }),
  };
}
