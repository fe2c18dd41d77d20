import * as openid from 'openid-client';
import type { Random } from '../accounts/random.ts';
import type { OpenIdConfig } from '../config/config.ts';
import { isLoopback } from '../config/is-loopback.ts';
import type { Log } from '../gate/gate-ports.ts';
import type { Clock } from '../seams/clock.ts';
import { ServerError } from '../server-error.ts';
import { type Attempt, createOrganisationAttempts } from './organisation-attempt.ts';
import { operatorOf } from './operator-claim.ts';

export const CALLBACK_PATH = '/v1/session/organisation/callback';
const TIMEOUT_SECONDS = 10;

/** Signing in by an OpenID Connect provider: the authorization code flow with PKCE (RFC 7636), state and nonce. */
export type Organisation = {
  /** @returns where the browser goes, and what it keeps meanwhile. @throws ServerError `provider-failed` */
  begin(): Promise<{ readonly to: string; readonly kept: string }>;
  /**
   * @param query what the provider sent back
   * @returns the operator whom it vouches for, who may be none of this installation
   * @throws ServerError `gone`, `unauthenticated` where it vouches for nobody, `forbidden` where its claims name no operator, `provider-failed`
   */
  end(query: URLSearchParams, kept: string | undefined): Promise<string>;
};

/** The settings once they are known to be complete (`checkOpenId`). */
export type OrganisationConfig = OpenIdConfig & {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
};

export function createOrganisation(config: {
  readonly openid: OrganisationConfig;
  readonly publicUrl: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}): Organisation {
  const { openid: settings, publicUrl, clock, random, log } = config;
  const attempts = createOrganisationAttempts(clock, random);
  const redirectUrl = new URL(CALLBACK_PATH, publicUrl);
  let discovered: Promise<openid.Configuration> | undefined;
  // Asked for when somebody signs in: a provider that is down when this starts must not keep it from starting.
  const provider = async (): Promise<openid.Configuration> => {
    discovered ??= discover(settings);
    try {
      return await discovered;
    } catch (error) {
      discovered = undefined;
      failed(log, error);
      throw providerFailed(error);
    }
  };
  return {
    async begin() {
      const known = await provider();
      const { attempt, kept } = attempts.begin();
      const to = openid.buildAuthorizationUrl(known, {
        redirect_uri: redirectUrl.href,
        scope: 'openid profile email',
        state: attempt.state,
        nonce: attempt.nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(attempt.codeVerifier),
        code_challenge_method: 'S256',
      });
      return { to: to.href, kept };
    },
    async end(query, kept) {
      const attempt = attempts.end(kept, query.get('state'));
      const known = await provider();
      const returned = new URL(redirectUrl);
      returned.search = query.toString();
      const claims = await claimsOf(known, returned, attempt, settings).catch((error: unknown) => {
        throw failed(log, error);
      });
      const operator = operatorOf(claims, settings);
      if (operator !== undefined) return operator;
      throw new ServerError('forbidden', 'What your organisation says of you names no operator.');
    },
  };
}

function discover({ issuer, clientId, clientSecret }: OrganisationConfig): Promise<openid.Configuration> {
  const basic = openid.ClientSecretBasic(clientSecret);
  const post = openid.ClientSecretPost(clientSecret);
  const url = new URL(issuer);
  const plain = url.protocol === 'http:' && isLoopback(url.hostname);
  return openid.discovery(
    url,
    clientId,
    {},
    // Left out, a provider takes the first (OpenID Connect Discovery, 3).
    (server, ...rest) => {
      const taken = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
      return (taken.includes('client_secret_basic') ? basic : post)(server, ...rest);
    },
    {
      timeout: TIMEOUT_SECONDS,
      execute: [
        // Tokens come by TLS from the provider itself; their signatures are checked all the same.
        openid.enableNonRepudiationChecks,
        // oxlint-disable-next-line typescript/no-deprecated -- marked so to stand out; only for a provider on this machine
        ...(plain ? [openid.allowInsecureRequests] : []),
      ],
    },
  );
}

/** What the provider says of who signed in; a claim that the token lacks is asked for. */
async function claimsOf(
  known: openid.Configuration,
  returned: URL,
  { state, nonce, codeVerifier }: Attempt,
  { operatorClaim }: OrganisationConfig,
): Promise<Readonly<Record<string, unknown>>> {
  const tokens = await openid.authorizationCodeGrant(known, returned, {
    expectedState: state,
    expectedNonce: nonce,
    pkceCodeVerifier: codeVerifier,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  if (claims === undefined || operatorClaim in claims) return claims ?? {};
  if (known.serverMetadata().userinfo_endpoint === undefined) return claims;
  return openid.fetchUserInfo(known, tokens.access_token, claims.sub);
}

const providerFailed = (cause: unknown): ServerError =>
  new ServerError(
    'provider-failed',
    'The sign-in of your organisation can not be reached, or is set up otherwise.',
    {
      cause,
    },
  );

/** What was wrong, told in the log by its code alone: what a provider says could hold anything. */
function failed(log: Log, error: unknown): ServerError {
  const { code, error: told } = error as { code?: unknown; error?: unknown };
  const word = (value: unknown): string =>
    typeof value === 'string' && /^[A-Za-z_]{1,60}$/.test(value) ? value : '';
  log('warn', 'sign-in by the organisation failed', { code: word(code), told: word(told) });
  // Any other error is the network's, or of what was set here.
  const isVerdict = word(code).startsWith('OAUTH_') && code !== 'OAUTH_TIMEOUT' && told !== 'invalid_client';
  return isVerdict
    ? new ServerError('unauthenticated', 'Your organisation did not vouch for you.', { cause: error })
    : providerFailed(error);
}
