import type { Config } from './config.ts';
import { isLoopback } from './is-loopback.ts';

/** What a provider needs besides its issuer. */
export function checkOpenId({ admin }: Config): { path: readonly string[]; message: string }[] {
  const { issuer, clientId, clientSecret, operatorClaim, domain } = admin.openid;
  if (issuer === null) return [];
  const found: { path: readonly string[]; message: string }[] = [];
  const wrong = (name: string, message: string): void => {
    found.push({ path: ['admin', 'openid', name], message: `admin.openid.${name} ${message}` });
  };
  const url = URL.parse(issuer);
  if (url === null) wrong('issuer', 'is not an address such as https://login.example.org.');
  else if (url.protocol === 'http:' && !isLoopback(url.hostname))
    wrong('issuer', 'must be https: whoever reads or changes what it says could sign in as anybody.');
  if (clientId === null) wrong('clientId', 'is missing; register this installation with the provider.');
  if (clientSecret === null) wrong('clientSecret', 'is missing; write ${NAME} and set that variable.');
  if (operatorClaim === 'email' && domain === null)
    wrong('domain', 'is missing; with operatorClaim email, say of which domain an address must be.');
  if (admin.publicUrl === null) {
    const message =
      'admin.publicUrl is missing; the provider sends browsers back there, for example http://127.0.0.1:8471.';
    found.push({ path: ['admin', 'publicUrl'], message });
  }
  return found;
}
