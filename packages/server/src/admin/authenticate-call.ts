import type { IncomingMessage } from 'node:http';
import type { Person } from '../accounts/operators.ts';
import { ServerError } from '../server-error.ts';
import { readCookie } from '../sign-in/cookies.ts';
import { sameCsrf, type Session } from '../sign-in/sessions.ts';
import type { AdminPorts } from './route.ts';

export const CSRF_HEADER = 'x-portcullis-csrf';

type Ports = Pick<AdminPorts, 'operators' | 'signIn' | 'secure'>;

/** Who calls: by an operator token, or in a browser by the cookie of a session. @throws ServerError `unauthenticated`, `forbidden` */
export function authenticate(ports: Ports, request: IncomingMessage): Person {
  if (request.headers.authorization !== undefined) return byToken(ports, request.headers.authorization);
  const session = sessionOf(ports, request);
  if (session === undefined)
    throw new ServerError(
      'unauthenticated',
      'This needs an operator token, and it must not have been removed; in a browser, sign in.',
    );
  if (request.method !== 'GET') checkCsrf(request, session);
  return session.person;
}

function byToken({ operators }: Ports, authorization: string): Person {
  const token = /^Bearer ([\x21-\x7e]{1,200})$/i.exec(authorization)?.[1];
  const by = token === undefined ? undefined : operators.find(token);
  if (by === undefined)
    throw new ServerError(
      'unauthenticated',
      'This needs an operator token, and it must not have been removed.',
    );
  return by;
}

/** The session of a call's cookie, whatever it is for. */
export function sessionOf({ signIn, secure }: Ports, request: IncomingMessage): Session | undefined {
  const secret = readCookie(request, 'session', secure);
  return secret === undefined ? undefined : signIn.sessions.find(secret);
}

/** A browser sends the cookie by itself; this header only our own page can add. @throws ServerError `forbidden` */
export function checkCsrf(request: IncomingMessage, session: Session): void {
  checkCameFromHere(request);
  const given = request.headers[CSRF_HEADER];
  if (!sameCsrf(session, typeof given === 'string' ? given : undefined))
    throw new ServerError(
      'forbidden',
      `The header ${CSRF_HEADER} does not belong to this session. Load the page again.`,
    );
}

/** Browsers say where a call comes from; one that another site's page made changes nothing. @throws ServerError `forbidden` */
export function checkCameFromHere(request: IncomingMessage): void {
  if (request.method === 'GET') return;
  const { origin } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const own = origin === undefined || URL.parse(origin)?.host === request.headers.host;
  if (!own || (site !== undefined && site !== 'same-origin' && site !== 'none'))
    throw new ServerError('forbidden', 'Another site made this call. Use the console of this server.');
}
