import { createHmac, timingSafeEqual } from 'node:crypto';
import type { LinkRow } from '../projections/hearings-projection.ts';

// `pcl1.<link>.<43 characters>`: HMAC-SHA256 over what the ledger says of the link, under a key of the installation. Who has the token is taken
// for the account holder, as with any link that is sent to somebody.

type Signed = Pick<LinkRow, 'link' | 'account' | 'case' | 'expires'>;

const PREFIX = 'pcl1';
const CONTEXT = 'portcullis/accused-link/v1';
const TOKEN = /^pcl1\.([a-z0-9][a-z0-9._-]{0,63})\.([A-Za-z0-9_-]{43})$/;

function codeOf(key: Uint8Array, { link, account, case: caseId, expires }: Signed): Buffer {
  return createHmac('sha256', key).update([CONTEXT, link, account, caseId, expires].join('\n')).digest();
}

export function writeLinkToken(key: Uint8Array, signed: Signed): string {
  return `${PREFIX}.${signed.link}.${codeOf(key, signed).toString('base64url')}`;
}

/** The link that a token names, whether it is genuine or not; undefined where it has no such form. */
export function linkOfToken(token: string): string | undefined {
  return TOKEN.exec(token)?.[1];
}

/** Whether the token was made for this link, in constant time. */
export function isGenuine(key: Uint8Array, token: string, signed: Signed): boolean {
  const code = Buffer.from(TOKEN.exec(token)?.[2] ?? '', 'base64url');
  const right = codeOf(key, signed);
  return code.length === right.length && timingSafeEqual(code, right);
}
