import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

type Json = Readonly<Record<string, unknown>>;
type Granted = {
  readonly nonce: string;
  readonly challenge: string;
  readonly redirect: string;
  readonly client: string;
};

export const CLIENT = { clientId: 'portcullis', clientSecret: 'a secret of the client' } as const;

/** What the provider does next; each field is the test's to change. */
export type Behaviour = {
  /** Claims of whoever signs in, besides those that every token has; they may replace these. */
  claims: Json;
  /** Claims that only the userinfo endpoint tells. */
  userinfo: Json;
  /** Changes a token that was signed. */
  tamper: (token: string) => string;
  /** Takes a code again, as it must not (RFC 6749, 4.1.2). */
  takesCodesTwice: boolean;
  down: boolean;
};

const part = (value: Json): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** An RS256-signed token (RFC 7515). */
function signToken(claims: Json, key: KeyObject): string {
  const signed = `${part({ alg: 'RS256', kid: 'one' })}.${part(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
}

/**
 * A small OpenID Connect provider on this machine: discovery, keys, authorization, token and userinfo over HTTP. It holds clients to secret, redirect
 * address and PKCE, and signs real tokens; whoever comes to its authorization endpoint is signed in as `claims` say.
 */
export async function startProvider() {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const codes = new Map<string, Granted>();
  const behaviour: Behaviour = {
    claims: {},
    userinfo: {},
    tamper: (token) => token,
    takesCodesTwice: false,
    down: false,
  };
  let issuer = '';

  const authorize = (query: URLSearchParams, response: ServerResponse): void => {
    const ask = (name: string): string => query.get(name) ?? '';
    if (ask('client_id') !== CLIENT.clientId || ask('code_challenge_method') !== 'S256') {
      response.writeHead(400).end();
      return;
    }
    const code = randomUUID();
    const [redirect, client] = [ask('redirect_uri'), ask('client_id')];
    codes.set(code, { nonce: ask('nonce'), challenge: ask('code_challenge'), redirect, client });
    const back = new URL(redirect);
    back.search = String(
      new URLSearchParams({ code, state: ask('state'), iss: issuer, session_state: 'any' }),
    );
    response.writeHead(302, { location: back.href }).end();
  };

  const token = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const form = new URLSearchParams(await text(request));
    const granted = codes.get(form.get('code') ?? '');
    if (!behaviour.takesCodesTwice) codes.delete(form.get('code') ?? '');
    const refuse = (status: number, error: string): void => send(response, { error }, status);
    const wanted = `${CLIENT.clientId}:${encodeURIComponent(CLIENT.clientSecret).replaceAll('%20', '+')}`;
    const given = Buffer.from((request.headers.authorization ?? '').slice('Basic '.length), 'base64');
    if (given.toString() !== wanted) return refuse(401, 'invalid_client');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (granted?.challenge !== challenge || granted.redirect !== form.get('redirect_uri'))
      return refuse(400, 'invalid_grant');
    const now = Math.floor(Date.now() / 1000);
    const { nonce, client } = granted;
    const standard = { iss: issuer, aud: client, sub: 'subject-1', nonce, iat: now, exp: now + 60 };
    const idToken = behaviour.tamper(signToken({ ...standard, ...behaviour.claims }, privateKey));
    send(response, { access_token: 'access', token_type: 'Bearer', id_token: idToken });
  };

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', issuer);
    if (behaviour.down) response.writeHead(503).end();
    else if (pathname === '/.well-known/openid-configuration') send(response, metadataOf(issuer));
    else if (pathname === '/keys')
      send(response, {
        keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' }],
      });
    else if (pathname === '/authorize') authorize(searchParams, response);
    else if (pathname === '/token') void token(request, response);
    else if (pathname === '/userinfo') send(response, { sub: 'subject-1', ...behaviour.userinfo });
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    behaviour,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function metadataOf(issuer: string): Json {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/userinfo`,
    jwks_uri: `${issuer}/keys`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
  };
}

function send(response: ServerResponse, json: Json, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
}
