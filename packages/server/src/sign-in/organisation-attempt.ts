import { createHmac } from 'node:crypto';
import { type Random, randomSecret } from '../accounts/random.ts';
import type { Clock } from '../seams/clock.ts';
import { ServerError } from '../server-error.ts';

/** Time to sign in at the provider. */
const ATTEMPT_MS_MAX = 10 * 60_000;
const USED_MAX = 10_000;

/** What binds the way to the provider and back to one browser and one try. */
export type Attempt = { readonly state: string; readonly nonce: string; readonly codeVerifier: string };

/**
 * Makes tries to sign in by an organisation. The browser keeps a random text in a cookie; state, nonce and code verifier are derived from it under a
 * key of this process. So nothing is stored for strangers who only begin, and who has the cookie alone knows none of them.
 */
export function createOrganisationAttempts(clock: Clock, random: Random) {
  const key = random(32);
  const used = new Set<string>();
  const derive = (what: string, kept: string): string =>
    createHmac('sha256', key).update(`${what} ${kept}`).digest('base64url');
  const attemptOf = (kept: string): Attempt => ({
    state: derive('state', kept),
    nonce: derive('nonce', kept),
    codeVerifier: derive('verifier', kept),
  });
  return {
    begin(): { attempt: Attempt; kept: string } {
      const kept = `${clock.now()}.${randomSecret(random, '')}`;
      return { attempt: attemptOf(kept), kept };
    },
    /** The try that a browser began; it can be ended once. @throws ServerError `gone` where it was another, too long ago, or ended before */
    end(kept: string | undefined, state: string | null): Attempt {
      const startedMs = Number(/^(\d{1,15})\.[\w-]{43}$/.exec(kept ?? '')?.[1]);
      const ageMs = clock.now() - startedMs;
      const attempt = attemptOf(kept ?? '');
      const fits = ageMs >= 0 && ageMs < ATTEMPT_MS_MAX && state === attempt.state;
      if (!fits || used.has(attempt.state))
        throw new ServerError(
          'gone',
          'This sign-in was begun elsewhere, too long ago, or used. Begin again.',
        );
      used.add(attempt.state);
      for (const oldest of used) {
        if (used.size <= USED_MAX) break;
        used.delete(oldest);
      }
      return attempt;
    },
  };
}
