import type { UpstreamConfig } from '../config/config.ts';

/** Between two neighbours only (RFC 9110, section 7.6.1), and what HTTP libraries set themselves. */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
];
/**
 * Of a request: keys are replaced; cookies and addresses concern the gate and not the upstream; whose organisation is billed is the
 * operator's choice; `expect` was answered by the gate.
 */
const REQUEST_DROPPED = new Set([
  ...HOP_BY_HOP,
  'host',
  'content-length',
  'expect',
  'authorization',
  'x-api-key',
  'api-key',
  'cookie',
  'accept-encoding',
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'via',
  'openai-organization',
  'openai-project',
]);
/** Of an answer: cookies are the operator's session with the upstream; the others speak of another host. */
const RESPONSE_DROPPED = new Set([
  ...HOP_BY_HOP,
  'set-cookie',
  'alt-svc',
  'strict-transport-security',
  'x-portcullis-entry',
  'x-portcullis-leaf',
  'x-portcullis-exchange',
]);
const OWN = 'x-portcullis-';
const NONE: ReadonlySet<string> = new Set();

/** Names that a Connection header lists are hop-by-hop, too. `close` and `keep-alive` are no headers. */
function namedByConnection(value: string | undefined): ReadonlySet<string> {
  if (value === undefined || value === 'keep-alive' || value === 'close') return NONE;
  return new Set(value.split(',').map((name) => name.trim().toLowerCase()));
}

/**
 * The headers for an upstream, as a flat list of names and values. The caller's key is replaced by the upstream's.
 * Streams must not be compressed, and the gate must see the usage, so no encoding is asked for.
 */
export function forwardRequestHeaders(
  rawHeaders: readonly string[],
  connection: string | undefined,
  upstream: Pick<UpstreamConfig, 'shape' | 'apiKey'>,
): string[] {
  const named = namedByConnection(connection);
  const headers = ['accept-encoding', 'identity'];
  if (upstream.apiKey !== null) {
    if (upstream.shape === 'anthropic') headers.push('x-api-key', upstream.apiKey);
    else headers.push('authorization', `Bearer ${upstream.apiKey}`);
  }
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] as string).toLowerCase();
    if (REQUEST_DROPPED.has(name) || named.has(name) || name.startsWith(OWN)) continue;
    headers.push(name, rawHeaders[i + 1] as string);
  }
  return headers;
}

/**
 * The headers for the caller, as a flat list; with undici's parsed headers of the upstream's answer.
 * @param key the upstream's; a header that shows it is dropped
 */
export function forwardResponseHeaders(
  given: Readonly<Record<string, string | string[] | undefined>>,
  key?: string,
): string[] {
  const { connection } = given;
  const named = namedByConnection(Array.isArray(connection) ? connection.join(',') : connection);
  const headers: string[] = [];
  for (const name of Object.keys(given)) {
    if (RESPONSE_DROPPED.has(name) || named.has(name)) continue;
    // Chunks tell the length (RFC 9112, section 6.3); a length beside them could be a lie that the caller believes.
    if (name === 'content-length' && given['transfer-encoding'] !== undefined) continue;
    const value = given[name];
    if (key !== undefined && value?.toString().includes(key) === true) continue;
    if (typeof value === 'string') headers.push(name, value);
    else if (value !== undefined) for (const each of value) headers.push(name, each);
  }
  return headers;
}
