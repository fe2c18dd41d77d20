import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
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
export function authenticate(
  { headers, url = '' }: Pick<IncomingMessage, 'headers' | 'url'>,
  snapshot: AccountSnapshot,
): Caller | Refusal {
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
  if (given.length > KEY_CHARS_MAX) return unknownKey();
  const caller = findCaller(hash('sha256', given), snapshot);
  return 'code' in caller || !showsKey(url, given) ? caller : keyInAddress();
}

/** The caller as it is now: standing, limits and keys may have changed since the last look. */
export function findCaller(sha256: string, snapshot: AccountSnapshot): Caller | Refusal {
  const found = snapshot.find(sha256);
  if (found === undefined || found.key.revoked) return unknownKey();
  return { key: found.key, account: found.account, sha256 };
}

const KEY_PARAMETERS = new Set([
  'api_key',
  'api-key',
  'apikey',
  'x-api-key',
  'access_token',
  'authorization',
]);

/** Addresses are passed on and stand in logs everywhere, so a key in one would get to the upstream. */
function showsKey(url: string, key: string): boolean {
  const query = url.indexOf('?');
  if (query < 0 && !url.includes('%')) return url.includes(key);
  for (const [name, value] of new URLSearchParams(query < 0 ? '' : url.slice(query + 1))) {
    if (KEY_PARAMETERS.has(name.toLowerCase()) || value.includes(key) || name.includes(key)) return true;
  }
  return url.includes(key) || decodePath(url).includes(key);
}

function decodePath(url: string): string {
  try {
    return decodeURIComponent(url.split('?', 1)[0] ?? '');
  } catch {
    return url;
  }
}

function keyInAddress(): Refusal {
  return refuse(
    400,
    'key_in_address',
    'An API key stands in the address of the request; send it in a header only, and have a key that was shown replaced.',
  );
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
