import type { IncomingMessage } from 'node:http';
import { ServerError } from '../server-error.ts';
import { readCookie, writeCookie } from '../sign-in/cookies.ts';
import type { Session } from '../sign-in/sessions.ts';
import { checkCsrf, sessionOf } from './authenticate-call.ts';
import { type BodyFields, checkBody } from './body-fields.ts';
import { readJsonBody } from './read-body.ts';
import type { AdminPorts } from './route.ts';

export type Answer = {
  readonly status: number;
  readonly json: unknown;
  readonly headers?: Readonly<Record<string, string | string[]>>;
};

/** A call that needs no operator token. */
export type OpenCall = {
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  readonly ports: AdminPorts;
  /** Whose tries are counted. */
  readonly address: string;
  /** The session's secret, and the session where it lives. */
  readonly secret: string | undefined;
  readonly session: Session | undefined;
};

/** `secret`: of the session from now on; null ends it in the browser. */
export type OpenAnswer = { readonly json: unknown; readonly secret?: string | null };

export type OpenRoute = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  /** Whether it needs a session; then it also needs the header against forged calls. */
  readonly who: 'anybody' | 'session';
  readonly does: string;
  readonly body?: BodyFields;
  readonly query?: readonly string[];
  readonly status: 200 | 201;
  readonly answer: string;
  readonly handle: (call: OpenCall) => OpenAnswer | Promise<OpenAnswer>;
};

/** What a route that needs a session finds there. @throws ServerError `unauthenticated` */
export function requireSession({ session, secret }: OpenCall): { session: Session; secret: string } {
  if (session === undefined || secret === undefined)
    throw new ServerError('unauthenticated', 'You are not signed in, or the session has ended. Sign in.');
  return { session, secret };
}

export async function answerOpenCall(
  route: OpenRoute,
  ports: AdminPorts,
  request: IncomingMessage,
  query: URLSearchParams,
): Promise<Answer> {
  const session = sessionOf(ports, request);
  const secret = readCookie(request, 'session', ports.secure);
  if (route.who === 'session' && route.method !== 'GET' && session !== undefined) checkCsrf(request, session);
  const body = checkBody(route.method === 'GET' ? {} : await readJsonBody(request), route.body ?? {});
  const address = request.socket.remoteAddress ?? 'unknown';
  const call: OpenCall = { query, body, ports, address, secret, session };
  if (route.who === 'session') requireSession(call);
  const made = await route.handle(call);
  return {
    status: route.status,
    json: made.json,
    ...(made.secret === undefined
      ? {}
      : { headers: { 'set-cookie': writeCookie('session', made.secret ?? '', ports.secure) } }),
  };
}
