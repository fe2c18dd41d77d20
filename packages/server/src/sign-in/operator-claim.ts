import type { OpenIdConfig } from '../config/config.ts';

/**
 * The operator that a provider's claims name; undefined where they name none. Letters count as they are: two people whose names differ only in case
 * are two people to the provider.
 */
export function operatorOf(
  claims: Readonly<Record<string, unknown>>,
  { operatorClaim, domain }: Pick<OpenIdConfig, 'operatorClaim' | 'domain'>,
): string | undefined {
  const value = claims[operatorClaim];
  if (typeof value !== 'string') return undefined;
  // Anybody can write somebody else's address into their profile; the provider says whether it looked (OpenID Connect Core, 5.1).
  if (operatorClaim === 'email' && claims['email_verified'] !== true) return undefined;
  if (domain === null) return value;
  const at = value.lastIndexOf('@');
  const isOfDomain = value.slice(at + 1).toLowerCase() === domain.toLowerCase();
  return at > 0 && isOfDomain ? value.slice(0, at) : undefined;
}
