import type { IncomingMessage } from 'node:http';
import { ServerError } from '../server-error.ts';
import { readCookie, writeCookie } from '../sign-in/cookies.ts';
import type { Session } from '../sign-in/sessions.ts';
import { checkCsrf, sessionOf } from './authenticate-call.ts';
import { type BodyFields, checkBody } from './body-fields.ts';
import { checkQuery } from './check-query.ts';
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
  /** What the browser kept on its way to an organisation and back. */
  readonly kept: string | undefined;
};

export type OpenAnswer = {
  readonly json: unknown;
  /** Of the session from now on; null ends it in the browser. */
  readonly secret?: string | null;
  /** What the browser keeps on its way to an organisation; null takes it away. */
  readonly kept?: string | null;
  /** Where the browser goes. */
  readonly to?: string;
};

export type OpenRoute = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  /** Whether it needs a session; then it also needs the header against forged calls. */
  readonly who: 'anybody' | 'session';
  readonly does: string;
  readonly body?: BodyFields;
  /** Left out, whatever else stands there is not looked at: a provider may add to it. */
  readonly query?: readonly string[];
  readonly status: 200 | 201 | 303;
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
  checkQuery(query, route.query);
  const address = request.socket.remoteAddress ?? 'unknown';
  const call: OpenCall = {
    query,
    body,
    ports,
    address,
    secret,
    session,
    kept: readCookie(request, 'organisation', ports.secure),
  };
  if (route.who === 'session') requireSession(call);
  const made = await route.handle(call);
  return { status: route.status, json: made.json, headers: headersOf(made, ports.secure) };
}

function headersOf({ secret, kept, to }: OpenAnswer, secure: boolean): Record<string, string | string[]> {
  const cookies = [
    ...(secret === undefined ? [] : [writeCookie('session', secret ?? '', secure)]),
    ...(kept === undefined ? [] : [writeCookie('organisation', kept ?? '', secure)]),
  ];
  return {
    ...(cookies.length === 0 ? {} : { 'set-cookie': cookies }),
    ...(to === undefined ? {} : { location: to }),
  };
}
