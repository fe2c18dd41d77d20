import { isIP } from 'node:net';

/**
 * Whether a Host header may name this server. A page of a stranger can make a browser resolve a name of theirs to 127.0.0.1
 * (DNS rebinding), but then the name stands here: only `localhost`, addresses, and names that the operator set pass.
 * @param names further host names, without port
 */
export function isOwnHost(header: string | undefined, names: readonly string[]): boolean {
  const host = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+))(?::\d{1,5})?$/i.exec(header ?? '');
  const name = (host?.[1] ?? host?.[2] ?? '').toLowerCase();
  return name === 'localhost' || isIP(name) !== 0 || (name !== '' && names.includes(name));
}
