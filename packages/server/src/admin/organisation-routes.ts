import type { Person } from '../accounts/operators.ts';
import { ServerError } from '../server-error.ts';
import { CALLBACK_PATH, type Organisation } from '../sign-in/organisation.ts';
import type { OpenAnswer, OpenCall, OpenRoute } from './open-route.ts';

/** Both ways end here, whatever a call says: there is nothing by which a link could send somebody elsewhere. */
const CONSOLE = '/console/';
/** Refusals that the sign-in page has words for; a browser is on its way, and would show JSON. */
const TOLD: readonly string[] = ['gone', 'unauthenticated', 'forbidden', 'too-many', 'provider-failed'];

function requireOrganisation({ ports: { organisation } }: OpenCall): Organisation {
  if (organisation !== undefined) return organisation;
  throw new ServerError('not-found', 'Nobody signs in by an organisation here: admin.openid is not set.');
}

/** An operator's only role. Where their tokens have several, the token says which; a provider can not. */
function personOf({ ports: { operators } }: OpenCall, operator: string): Person {
  const roles = new Set(operators.list().flatMap((each) => (each.operator === operator ? [each.role] : [])));
  const [role] = roles;
  if (role !== undefined && roles.size === 1) return { operator, role };
  throw new ServerError('forbidden', 'No operator here has this name, or one with tokens of several roles.');
}

async function begin(call: OpenCall): Promise<OpenAnswer> {
  const { to, kept } = await requireOrganisation(call).begin();
  return { json: {}, to, kept };
}

async function end(call: OpenCall): Promise<OpenAnswer> {
  const organisation = requireOrganisation(call);
  const { signIn } = call.ports;
  const keys = [`address ${call.address}`];
  signIn.attempts.check(keys);
  try {
    const person = personOf(call, await organisation.end(call.query, call.kept));
    const { secret } = signIn.vouched(person, 'organisation');
    signIn.attempts.succeeded(keys);
    return { json: {}, to: CONSOLE, secret, kept: null };
  } catch (error) {
    signIn.attempts.failed(keys);
    throw error;
  }
}

/** A refusal in words takes the browser to the sign-in page, which says them. */
const orSayWhy =
  (act: (call: OpenCall) => Promise<OpenAnswer>) =>
  async (call: OpenCall): Promise<OpenAnswer> => {
    try {
      return await act(call);
    } catch (error) {
      if (!(error instanceof ServerError) || !TOLD.includes(error.code)) throw error;
      return { json: {}, to: `${CONSOLE}?refused=${error.code}`, kept: null };
    }
  };

export const ORGANISATION_ROUTES: readonly OpenRoute[] = [
  {
    method: 'GET',
    path: '/v1/session/ways',
    who: 'anybody',
    does: 'Tells the ways to sign in: token, password, and organisation where `admin.openid` is set.',
    status: 200,
    answer: '`ways`',
    handle: ({ ports }) => ({
      json: { ways: ['token', 'password', ...(ports.organisation === undefined ? [] : ['organisation'])] },
    }),
  },
  {
    method: 'GET',
    path: '/v1/session/organisation',
    who: 'anybody',
    does: 'Sends a browser to the OpenID Connect provider.',
    query: [],
    status: 303,
    answer: 'goes to the provider',
    handle: orSayWhy(begin),
  },
  {
    method: 'GET',
    path: CALLBACK_PATH,
    who: 'anybody',
    does: 'Where the provider sends it back. It sets the cookie of a session, or tells by `?refused=` why not.',
    status: 303,
    answer: 'goes to the console',
    handle: orSayWhy(end),
  },
];
