import { ServerError } from '../server-error.ts';
import type { Session } from '../sign-in/sessions.ts';
import type { Opened } from '../sign-in/sign-in.ts';
import { type OpenAnswer, type OpenCall, type OpenRoute, requireSession } from './open-route.ts';

const text = (call: OpenCall, field: string) => call.body[field] as string;

function tell({ signIn }: OpenCall['ports'], { person, by, csrf, endsMs }: Session) {
  return {
    you: person,
    by,
    csrf,
    endsAt: new Date(endsMs).toISOString(),
    hasPassword: signIn.hasPassword(person.operator),
  };
}

const opened = (call: OpenCall, { session, secret }: Opened): OpenAnswer => ({
  json: tell(call.ports, session),
  secret,
});

async function signIn(call: OpenCall): Promise<OpenAnswer> {
  const { token, operator, password } = call.body;
  const { signIn: ways } = call.ports;
  // A session that was open is another's from here on, or none's.
  if (call.secret !== undefined) ways.sessions.close(call.secret);
  if (typeof token === 'string' && operator === undefined && password === undefined)
    return opened(call, ways.withToken(token, call.address));
  if (token === undefined && typeof operator === 'string' && typeof password === 'string')
    return opened(call, await ways.withPassword(operator, password, call.address));
  throw new ServerError('bad-request', 'Give a token, or operator and password.');
}

const SESSION = '`you`, `by`, `csrf`, `endsAt`, `hasPassword`';

export const SESSION_ROUTES: readonly OpenRoute[] = [
  {
    method: 'POST',
    path: '/v1/session',
    who: 'anybody',
    does: 'Signs in: by an operator token, or by name and password. The answer sets the cookie of a session.',
    body: { token: 'text?', operator: 'text?', password: 'text?' },
    status: 201,
    answer: SESSION,
    handle: signIn,
  },
  {
    method: 'GET',
    path: '/v1/session',
    who: 'anybody',
    does: 'Says whose session it is, when it ends, and the text for the header `x-portcullis-csrf`; `you` is null where nobody is signed in.',
    status: 200,
    answer: SESSION,
    handle: ({ ports, session }) => ({ json: session === undefined ? { you: null } : tell(ports, session) }),
  },
  {
    method: 'DELETE',
    path: '/v1/session',
    who: 'session',
    does: 'Signs out.',
    status: 200,
    answer: '`done`',
    handle(call) {
      call.ports.signIn.sessions.close(requireSession(call).secret);
      return { json: { done: true }, secret: null };
    },
  },
  {
    method: 'PUT',
    path: '/v1/session/password',
    who: 'session',
    does: "Sets one's own password. The ledger says that it was set, never what it is; other sessions of the person end.",
    body: { password: 'text', current: 'text?' },
    status: 200,
    answer: '`done`',
    async handle(call) {
      const { session, secret } = requireSession(call);
      const current = call.body.current as string | undefined;
      await call.ports.signIn.setPassword(session, secret, text(call, 'password'), current);
      return { json: { done: true } };
    },
  },
  {
    method: 'DELETE',
    path: '/v1/session/password',
    who: 'session',
    does: "Takes one's own password away; other sessions of the person end, tokens stay.",
    status: 200,
    answer: '`done`',
    async handle(call) {
      const { session, secret } = requireSession(call);
      await call.ports.signIn.removePassword(session, secret);
      return { json: { done: true } };
    },
  },
];
