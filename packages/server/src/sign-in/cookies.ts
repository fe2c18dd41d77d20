import type { IncomingMessage } from 'node:http';

/** Names of the cookies; with TLS the prefix makes browsers refuse one that another host or path set. */
export type CookieName = 'session' | 'organisation';
const nameOf = (name: CookieName, secure: boolean): string => `${secure ? '__Host-' : ''}portcullis-${name}`;

export function readCookie(request: IncomingMessage, name: CookieName, secure: boolean): string | undefined {
  const wanted = nameOf(name, secure);
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === wanted) return part.slice(at + 1).trim();
  }
  return undefined;
}

/**
 * No script reads it, and no other site's page sends it along. Only the one of the way to an organisation and back is sent when a link of another site
 * leads here.
 * @param value empty takes it away
 */
export function writeCookie(name: CookieName, value: string, secure: boolean): string {
  const sameSite = name === 'session' ? 'Strict' : 'Lax';
  const age = value === '' ? '; Max-Age=0' : '';
  return `${nameOf(name, secure)}=${value}; Path=/; HttpOnly; SameSite=${sameSite}${secure ? '; Secure' : ''}${age}`;
}
