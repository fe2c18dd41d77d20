import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { AccountState, KeyState } from '../accounts/account.ts';
import type { AccountSnapshot } from './gate-ports.ts';
import { type Refusal, refuse } from './refusal.ts';

export type Caller = {
  readonly key: KeyState;
  readonly account: AccountState;
  /** Of the API key, hex: by it the same caller is found again later. */
  readonly sha256: string;
};

const BEARER = /^bearer +(\S+) *$/i;
const KEY_CHARS_MAX = 512;

/**
 * Who calls, by `Authorization: Bearer` or `x-api-key`. Only the key's SHA-256 is looked up and nothing of the key is kept.
 * A wrong key and a revoked one get the same answer, so that neither can be told from the other.
 */
export function authenticate(headers: IncomingHttpHeaders, snapshot: AccountSnapshot): Caller | Refusal {
  const { authorization } = headers;
  const apiKey = headers['x-api-key'];
  const bearer = authorization === undefined ? undefined : BEARER.exec(authorization)?.[1];
  if (authorization !== undefined && bearer === undefined) {
    return unauthenticated('The authorization header must be "Bearer" and a key.');
  }
  if (Array.isArray(apiKey)) return conflicting();
  if (bearer !== undefined && apiKey !== undefined && bearer !== apiKey) return conflicting();
  const given = bearer ?? apiKey;
  if (given === undefined || given === '') {
    return unauthenticated('No API key came. Send it as "Authorization: Bearer KEY" or as "x-api-key: KEY".');
  }
  return given.length > KEY_CHARS_MAX ? unknownKey() : findCaller(hash('sha256', given), snapshot);
}

/** The caller as it is now: standing, limits and keys may have changed since the last look. */
export function findCaller(sha256: string, snapshot: AccountSnapshot): Caller | Refusal {
  const found = snapshot.find(sha256);
  if (found === undefined || found.key.revoked) return unknownKey();
  return { key: found.key, account: found.account, sha256 };
}

function unknownKey(): Refusal {
  return unauthenticated('The API key is not valid: it is unknown here or was revoked.');
}

function unauthenticated(message: string): Refusal {
  return { status: 401, code: 'invalid_api_key', message, headers: { 'www-authenticate': 'Bearer' } };
}

function conflicting(): Refusal {
  return refuse(
    401,
    'conflicting_api_keys',
    'Two different API keys came; send one, or the same in both headers.',
  );
}
